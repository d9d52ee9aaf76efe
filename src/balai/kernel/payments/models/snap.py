"""What came in by SNAP BI: tokens given out, answers kept, notices judged."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from balai.kernel.payments.models.banks import Bank
from balai.kernel.payments.models.books import Payment
from balai.kernel.payments.models.columns import identifier


class SnapToken(models.Model):
    """An access token a bank was given; only its digest is kept."""

    digest = models.BinaryField(primary_key=True)
    bank = models.ForeignKey(Bank, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"token of {self.bank_id}"


class SnapAnswer(models.Model):
    """The answer given to an X-EXTERNAL-ID, which is unique for a bank and day."""

    id = identifier()
    region_code = models.TextField()
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT)
    day = models.DateField()
    external_id = models.CharField(max_length=36)
    digest = models.BinaryField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payments_snap_once", fields=["bank", "day", "external_id"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.external_id}"


class Notice(models.Model):
    """A bank's notice of a payment and what it turned out to be; refused ones too."""

    id = identifier()
    city = models.TextField()
    region_code = models.TextField()
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT)
    service = models.CharField(max_length=2)
    external_id = models.CharField(max_length=36)
    reference = models.CharField(max_length=140, blank=True, default="")
    account = models.CharField(max_length=64, blank=True, default="")
    amount = models.BigIntegerField(null=True)
    outcome = models.TextField()
    detail = models.TextField(blank=True, default="")
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="payments_notice_day", fields=["city", "-at"])]

    def __str__(self) -> str:
        return f"{self.reference} {self.outcome}"
