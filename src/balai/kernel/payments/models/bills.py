"""What is to be paid, and the codes and numbers that were given out for paying it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from balai.kernel.payments.models.banks import Bank, NumberRange
from balai.kernel.payments.models.columns import identifier


class Bill(models.Model):
    """Something to be paid, as its programme told it. `paid` is what was credited to it."""

    class State(models.TextChoices):
        OPEN = "open", _("to be paid")
        PART = "part", _("paid in part")
        PAID = "paid", _("paid")
        CANCELLED = "cancelled", _("cancelled")

    id = identifier()
    city = models.TextField()
    region_code = models.TextField()
    person_id = models.UUIDField(null=True)
    programme = models.TextField()
    reference = models.CharField(max_length=60)
    purpose = models.JSONField()
    amount = models.BigIntegerField()
    paid = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    receivable = models.TextField()
    takes_parts = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True)
    state = models.TextField(choices=State.choices, default=State.OPEN)
    generated = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payments_bill_reference", fields=["city", "programme", "reference"]
            ),
            models.CheckConstraint(name="payments_bill_amount", condition=Q(amount__gt=0)),
            # A bill is never credited with more than it asks: the last guard behind the engine.
            models.CheckConstraint(
                name="payments_bill_paid", condition=Q(paid__gte=0, paid__lte=F("amount"))
            ),
        ]
        indexes = [
            models.Index(name="payments_bill_person", fields=["person_id", "state"]),
            models.Index(name="payments_bill_city", fields=["city", "-created_at"]),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def due(self) -> int:
        """What is still to be paid."""
        return int(self.amount - self.paid)


class Request(models.Model):
    """A way to pay a bill that was given out: a QRIS code, a number, a slip for the counter."""

    class Method(models.TextChoices):
        QRIS = "qris", _("QRIS")
        VIRTUAL_ACCOUNT = "virtual_account", _("virtual account")
        COUNTER = "counter", _("counter")
        CARD = "card", _("card (simulated)")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for payment")
        PAID = "paid", _("paid")
        EXPIRED = "expired", _("expired")
        CANCELLED = "cancelled", _("cancelled")

    id = identifier()
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="requests")
    city = models.TextField()
    region_code = models.TextField()
    person_id = models.UUIDField(null=True)
    method = models.TextField(choices=Method.choices)
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT)
    numbers = models.ForeignKey(NumberRange, on_delete=models.PROTECT, null=True)
    amount = models.BigIntegerField()
    account = models.CharField(max_length=64)
    qris = models.TextField(blank=True, default="")
    state = models.TextField(choices=State.choices, default=State.WAITING)
    expires_at = models.DateTimeField()
    generated = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # A number or reference is given out once, for all time: late money is still known.
            models.UniqueConstraint(name="payments_request_account", fields=["bank", "account"]),
            models.UniqueConstraint(
                name="payments_request_one_waiting", fields=["bill", "bank", "method"],
                condition=Q(state="waiting"),
            ),
            models.CheckConstraint(name="payments_request_amount", condition=Q(amount__gt=0)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.method} {self.account}"
