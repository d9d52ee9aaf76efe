"""Accounts and transfers. Their guards (triggers) are in migration 0002."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

SEGMENT = r"[A-Za-z0-9][A-Za-z0-9_.:-]*"
ACCOUNT_CODE = rf"^{SEGMENT}(/{SEGMENT})*$"


class Account(models.Model):
    """A place where money stands, in one currency. Its code, currency and kind never change."""

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

    There are no foreign keys: a statement trigger checks a whole batch's accounts and currencies
    at once, at a third of the cost.
    """

    id = models.UUIDField(
        primary_key=True, editable=False,
        db_default=Func(function="uuidv7", output_field=models.UUIDField()),
    )  # fmt: skip
    debit_id = models.BigIntegerField()
    credit_id = models.BigIntegerField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    idempotency_key = models.TextField()
    reason = models.TextField()
    source = models.TextField()
    reverses = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="ledger_transfer_amount", condition=Q(amount__gt=0)),
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
        ]
        indexes = [
            models.Index(
                name="ledger_transfer_debit", fields=["debit_id", "at"], include=["amount"]
            ),
            models.Index(
                name="ledger_transfer_credit", fields=["credit_id", "at"], include=["amount"]
            ),
            models.Index(name="ledger_transfer_source", fields=["source"], condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.idempotency_key}: {self.amount} {self.currency}"
