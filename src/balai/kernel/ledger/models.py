"""Accounts, transfers and what is kept beside them. Their guards (triggers) are in migrations."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

SEGMENT = r"[A-Za-z0-9][A-Za-z0-9_.:-]*"
ACCOUNT_CODE = rf"^{SEGMENT}(/{SEGMENT})*$"
POSTED = Q(reserved=0, amount__gt=0, resolves=None, expires_at=None)
PENDING = Q(reserved__gt=0, amount=0, resolves=None, reverses=None)
RESOLVING = Q(
    reserved__lt=0, amount__gte=0, amount__lte=-F("reserved"), resolves__isnull=False,
    expires_at=None, reverses=None,
)  # fmt: skip


class Account(models.Model):
    """A place where money stands, in one currency. Its code, currency and kind never change.

    `never_negative`: whatever is posted, its balance less what is reserved does not fall below
    zero.
    """

    class Kind(models.TextChoices):
        ASSET = "asset", _("asset")
        LIABILITY = "liability", _("liability")
        INCOME = "income", _("income")
        EXPENSE = "expense", _("expense")
        EQUITY = "equity", _("equity")

    code = models.TextField(unique=True)
    currency = models.CharField(max_length=3)
    region_code = models.TextField()
    kind = models.TextField(choices=Kind.choices)
    title = models.TextField()
    opened_at = models.DateTimeField(db_default=Now())
    never_negative = models.BooleanField(db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ledger_account_code",
                condition=Q(code__regex=ACCOUNT_CODE),
            ),
            models.CheckConstraint(
                name="ledger_account_currency", condition=Q(currency__regex=r"^[A-Z]{3}$")
            ),
            models.CheckConstraint(
                name="ledger_account_kind",
                condition=Q(kind__in=("asset", "liability", "income", "expense", "equity")),
            ),
            models.CheckConstraint(name="ledger_account_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.code


class Transfer(models.Model):
    """One amount from the credited account to the debited one: balanced because it is one row.

    Posted: `amount` moves. Pending: nothing moves, `reserved` is set aside, until `expires_at`
    if that is given. Settled or voided: a row that `resolves` the pending one takes its whole
    reservation back and moves `amount`, which is zero where it is voided. So the sum of `amount`
    is what is posted and the sum of `reserved` what is pending, without a filter.

    `recorded_in` is the transaction that wrote the row (see migration 0003): with `id` it is the
    order in which the ledger's tree of hashes takes its leaves.

    There are no foreign keys: a statement trigger checks a whole batch's accounts and currencies
    at once, at a third of the cost. Nor is there an index of accounts or sources: they would cost
    a batch half of its rate. Those are filed afterwards, many transfers at once (see `Filing`).
    """

    id = models.UUIDField(
        primary_key=True, editable=False,
        db_default=Func(function="uuidv7", output_field=models.UUIDField()),
    )  # fmt: skip
    debit_id = models.BigIntegerField()
    credit_id = models.BigIntegerField()
    amount = models.BigIntegerField()
    reserved = models.BigIntegerField(db_default=0)
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_in = models.BigIntegerField(
        db_default=Func(function="ledger_moment", output_field=models.BigIntegerField())
    )
    expires_at = models.DateTimeField(null=True)
    idempotency_key = models.TextField()
    reason = models.TextField()
    source = models.TextField()
    reverses = models.UUIDField(null=True)
    resolves = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ledger_transfer_amount", condition=POSTED | PENDING | RESOLVING
            ),
            models.CheckConstraint(
                name="ledger_transfer_two_accounts", condition=~Q(debit_id=F("credit_id"))
            ),
            models.CheckConstraint(
                name="ledger_transfer_key_length",
                condition=~Q(idempotency_key="")
                & Q(LessThanOrEqual(Length("idempotency_key"), 200)),
            ),
            models.CheckConstraint(name="ledger_transfer_reason", condition=~Q(reason="")),
            models.UniqueConstraint(name="ledger_transfer_key", fields=["idempotency_key"]),
            models.UniqueConstraint(
                name="ledger_transfer_reversed_once",
                fields=["reverses"],
                condition=Q(reverses__isnull=False),
            ),
            models.UniqueConstraint(
                name="ledger_transfer_resolved_once",
                fields=["resolves"],
                condition=Q(resolves__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="ledger_pending_debit", fields=["debit_id"], condition=Q(reserved__gt=0)
            ),
            models.Index(
                name="ledger_pending_credit", fields=["credit_id"], condition=Q(reserved__gt=0)
            ),
            BrinIndex(
                name="ledger_transfer_recorded", fields=["recorded_in"],
                pages_per_range=32, autosummarize=True,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.idempotency_key}: {self.amount} {self.currency}"


class Standing(models.Model):
    """What an account that may not fall below zero stands at now. Written by a trigger alone."""

    account_id = models.BigIntegerField(primary_key=True)
    debits = models.BigIntegerField(db_default=0)
    credits = models.BigIntegerField(db_default=0)
    reserved_debits = models.BigIntegerField(db_default=0)
    reserved_credits = models.BigIntegerField(db_default=0)


class Exchange(models.Model):
    """Two transfers that are one: what was paid in one currency and received in another.

    `rate` is exact: so many units of the received currency for one of the paid.
    """

    id = models.UUIDField(
        primary_key=True, editable=False,
        db_default=Func(function="uuidv7", output_field=models.UUIDField()),
    )  # fmt: skip
    idempotency_key = models.TextField(unique=True)
    paid_id = models.UUIDField(unique=True)
    received_id = models.UUIDField(unique=True)
    rate_numerator = models.BigIntegerField()
    rate_denominator = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ledger_exchange_rate",
                condition=Q(rate_numerator__gt=0, rate_denominator__gt=0),
            ),
            models.CheckConstraint(
                name="ledger_exchange_two_transfers", condition=~Q(paid_id=F("received_id"))
            ),
        ]


class Checkpoint(models.Model):
    """What the ledger held up to a transaction, in one hash that cities signed.

    `body` is the signed text; the other columns repeat it for queries.
    """

    number = models.BigIntegerField(primary_key=True)
    tree_size = models.BigIntegerField()
    root = models.BinaryField()
    horizon = models.BigIntegerField()
    made_at = models.DateTimeField()
    body = models.TextField()
    signatures = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="ledger_checkpoint_number", condition=Q(number__gt=0)),
            models.CheckConstraint(name="ledger_checkpoint_size", condition=Q(tree_size__gte=0)),
        ]


class Subtree(models.Model):
    """The hash of 1,024 leaves in their order, and the last of them: from here proofs are quick."""

    number = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField()
    last_recorded_in = models.BigIntegerField()
    last_id = models.UUIDField()


class Filing(models.Model):
    """Below `horizon` every transfer is filed: by account and time, by source, and in daily sums.

    What came after the last filing is fresh, and read from the transfers themselves.
    """

    number = models.BigIntegerField(primary_key=True)
    horizon = models.BigIntegerField()
    filed_at = models.DateTimeField(db_default=Now())


class FiledEntry(models.Model):
    """One side of a filed transfer that moved money: `amount` is negative for the credited one."""

    account_id = models.BigIntegerField()
    at = models.DateTimeField()
    transfer_id = models.UUIDField()
    amount = models.BigIntegerField()

    pk = models.CompositePrimaryKey("account_id", "at", "transfer_id")


class FiledSource(models.Model):
    """The record that a filed transfer comes from, if it names one."""

    source = models.TextField()
    transfer_id = models.UUIDField()

    pk = models.CompositePrimaryKey("source", "transfer_id")


class Turnover(models.Model):
    """What an account was debited and credited with on a day (UTC), as one filing found it."""

    account_id = models.BigIntegerField()
    day = models.DateField()
    filing_number = models.BigIntegerField()
    debits = models.BigIntegerField()
    credits = models.BigIntegerField()

    pk = models.CompositePrimaryKey("account_id", "day", "filing_number")
