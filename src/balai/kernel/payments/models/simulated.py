"""What the simulated bank of a demonstration keeps between requests. Nothing real is here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from balai.kernel.payments.models.banks import Bank
from balai.kernel.payments.models.columns import identifier


class SimulatedPayment(models.Model):
    """A payment that was pretended; `credited` waits for the next statement, or was on one."""

    id = identifier()
    bank = models.ForeignKey(Bank, on_delete=models.CASCADE)
    reference = models.CharField(max_length=60)
    account = models.CharField(max_length=64)
    channel = models.TextField()
    amount = models.BigIntegerField()
    credited = models.BigIntegerField()
    at = models.DateTimeField()
    fault = models.TextField()
    booked_on = models.DateField(null=True)
    reversed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="payments_simulated_once", fields=["bank", "reference"]),
            models.CheckConstraint(
                name="payments_simulated_amount", condition=Q(amount__gt=0, credited__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return self.reference
