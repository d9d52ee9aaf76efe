"""Payments as they came, where their money stands, and what an officer should look at."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from balai.kernel.payments.models.banks import Bank
from balai.kernel.payments.models.bills import Bill, Request
from balai.kernel.payments.models.columns import identifier


class Payment(models.Model):
    """Money received, or said to be. Where it stands now is the sum of its moves."""

    class State(models.TextChoices):
        IN_TRANSIT = "in-transit", _("announced, in transit")
        SETTLED = "settled", _("in the bank account")
        NEVER_CREDITED = "never-credited", _("announced, never credited")
        REVERSED = "reversed", _("reversed by the bank")
        TAKEN_BACK = "taken-back", _("reverted")

    id = identifier()
    city = models.TextField()
    region_code = models.TextField()
    person_id = models.UUIDField(null=True)
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, null=True, related_name="payments")
    request = models.ForeignKey(Request, on_delete=models.PROTECT, null=True)
    method = models.TextField()
    reference = models.CharField(max_length=140)
    account = models.CharField(max_length=64, blank=True, default="")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    paid_at = models.DateTimeField()
    announced_on = models.DateField(null=True)
    state = models.TextField(choices=State.choices)
    generated = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="payments_payment_once", fields=["bank", "reference"]),
            models.CheckConstraint(name="payments_payment_amount", condition=Q(amount__gt=0)),
        ]
        indexes = [
            models.Index(name="payments_payment_day", fields=["city", "-paid_at"]),
            models.Index(
                name="payments_payment_transit", fields=["bank", "announced_on"],
                condition=Q(state="in-transit"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference


class Move(models.Model):
    """One transfer of the ledger with the places it went between, and why."""

    id = identifier()
    region_code = models.TextField()
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="moves")
    entry = models.ForeignKey("payments.Entry", on_delete=models.PROTECT, null=True,
                              related_name="moves")  # fmt: skip
    act = models.ForeignKey("payments.Act", on_delete=models.PROTECT, null=True,
                            related_name="moves")  # fmt: skip
    debit = models.TextField()
    credit = models.TextField()
    amount = models.BigIntegerField()
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, null=True)
    transfer = models.UUIDField(unique=True)
    outcome = models.TextField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="payments_move_amount", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.debit} from {self.credit}: {self.amount}"


class Difference(models.Model):
    """Something that is not as it should be: money in suspense, or a bank that erred."""

    class State(models.TextChoices):
        OPEN = "open", _("to be looked at")
        KEPT = "kept", _("kept, with a note")
        RESOLVED = "resolved", _("resolved")

    id = identifier()
    city = models.TextField()
    region_code = models.TextField()
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT)
    day = models.DateField()
    kind = models.TextField()
    place = models.TextField(blank=True, default="")
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField(default=0)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, related_name="differences"
    )
    entry = models.ForeignKey("payments.Entry", on_delete=models.PROTECT, null=True)
    notice = models.ForeignKey("payments.Notice", on_delete=models.PROTECT, null=True)
    state = models.TextField(choices=State.choices, default=State.OPEN)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payments_difference_remaining",
                condition=Q(remaining__gte=0) & (Q(place="", remaining=0) | ~Q(place="")),
            ),
        ]
        indexes = [
            models.Index(name="payments_difference_open", fields=["city", "state", "day"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class Act(models.Model):
    """What an officer did about a difference. It can be undone once."""

    class Kind(models.TextChoices):
        MATCH = "match", _("matched to a bill by hand")
        REFUND = "refund", _("to be refunded")
        KEEP = "keep", _("kept, with a note")
        TAKE_BACK = "take-back", _("taken back from the bill")
        DEPOSIT = "deposit", _("cash of the till paid into the bank")
        REVERSE = "reverse", _("matched to the payment it takes back")
        WRITE_OFF = "write-off", _("written off")

    id = identifier()
    region_code = models.TextField()
    difference = models.ForeignKey(Difference, on_delete=models.PROTECT, related_name="acts")
    kind = models.TextField(choices=Kind.choices)
    amount = models.BigIntegerField(default=0)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, null=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True)
    before = models.JSONField()
    note = models.TextField(blank=True, default="")
    by = models.TextField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payments_act_undone",
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class Refund(models.Model):
    """Money to be sent back by the bank: found again on the statement by its reference."""

    id = identifier()
    region_code = models.TextField()
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT)
    act = models.OneToOneField(Act, on_delete=models.PROTECT)
    reference = models.CharField(max_length=35, unique=True)
    amount = models.BigIntegerField()
    sent_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.reference
