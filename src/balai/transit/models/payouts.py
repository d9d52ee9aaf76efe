"""Where operators are paid, and what became of each payment: waiting, paid, or come back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from balai.transit.models.settlement import Operator, PaymentBatch, Statement


class BankAccount(models.Model):
    """An operator's bank account. `number` is sealed; `number_end` is what pages show of it.

    Rows are never edited: a change is another row, and those before it are the history. At most
    one is in use, and at most one waits for another officer's word.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for approval")
        APPROVED = "approved", _("in use")
        REFUSED = "refused", _("refused")
        REPLACED = "replaced", _("replaced")

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="bank_accounts")
    bank = models.TextField()
    number = models.BinaryField()
    number_end = models.CharField(max_length=4)
    holder = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    entered_by = models.TextField(blank=True)
    entered_at = models.DateTimeField(db_default=Now())
    decided_by = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_account_in_use", fields=["operator"], condition=Q(state="approved")
            ),
            models.UniqueConstraint(
                name="transit_account_waiting", fields=["operator"], condition=Q(state="waiting")
            ),
            models.CheckConstraint(
                name="transit_account_four_eyes",
                condition=Q(decided_by="") | ~Q(decided_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="transit_account_decided",
                condition=Q(state="waiting", decided_by="")
                | (~Q(state="waiting") & ~Q(decided_by=""))
                | Q(state="replaced"),
            ),
        ]
        ordering = ["operator", "-id"]

    def __str__(self) -> str:
        return f"{self.bank} …{self.number_end}"


class Payout(models.Model):
    """What one operator is paid by a bank file, and what the bank did with it.

    `reference` goes out as EndToEndId and comes back on the bank's statement. `account` is the
    approved one when the file was made. `entry` and `return_entry` name the statement's entries
    that paid it and brought it back, empty where an officer did by hand; `remark` what was odd
    about an entry that named it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits for the bank")
        PAID = "paid", _("paid")
        RETURNED = "returned", _("came back")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True)
    city = models.TextField()
    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="payouts")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="payouts")
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="payouts")
    reference = models.CharField(max_length=35, unique=True)
    amount = models.BigIntegerField()
    statements = models.ManyToManyField(Statement, related_name="payouts")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    paid_on = models.DateField(null=True)
    paid_by = models.TextField(blank=True)
    bank_reference = models.TextField(blank=True)
    entry = models.TextField(blank=True)
    returned_on = models.DateField(null=True)
    returned_by = models.TextField(blank=True)
    return_reference = models.TextField(blank=True)
    return_entry = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    remark = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_payout_once", fields=["batch", "operator"]),
            models.CheckConstraint(name="transit_payout_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="transit_payout_days",
                condition=(~Q(state="paid") | Q(paid_on__isnull=False))
                & (~Q(state="returned") | Q(returned_on__isnull=False)),
            ),
        ]
        indexes = [models.Index(name="transit_payout_state", fields=["city", "state"])]
        ordering = ["-reference"]

    def __str__(self) -> str:
        return self.reference
