"""Statements of the city's bank accounts, an entry for each transaction."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from balai.kernel.payments.models.banks import Bank
from balai.kernel.payments.models.books import Payment
from balai.kernel.payments.models.columns import identifier


class StatementFile(models.Model):
    """A statement's file that waits for its job, sealed."""

    id = identifier()
    region_code = models.TextField()
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT)
    sealed = models.BinaryField()
    by = models.TextField(blank=True, default="")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"file of {self.at}"


class Statement(models.Model):
    """A statement: its balances add up, and it follows the one before.

    It is taken in as a whole, or slice by slice until `told` entries stand; `remarks` are what the
    bank wrote wrong in it though it could be taken.
    """

    id = identifier()
    city = models.TextField()
    region_code = models.TextField()
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="statements")
    identifier = models.TextField()
    day = models.DateField()
    opening = models.BigIntegerField()
    closing = models.BigIntegerField()
    digest = models.BinaryField()
    told = models.PositiveIntegerField(null=True)
    remarks = models.JSONField(default=list)
    by = models.TextField(blank=True, default="")
    taken_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="payments_statement_day", fields=["bank", "day"]),
            models.UniqueConstraint(name="payments_statement_id", fields=["bank", "identifier"]),
        ]

    def __str__(self) -> str:
        return self.identifier

    @property
    def is_whole(self) -> bool:
        """Whether every entry of it stands in the books."""
        return self.told is None or self.entries.count() >= self.told


class Entry(models.Model):
    """An entry and the one thing it turned out to be."""

    id = identifier()
    region_code = models.TextField()
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="entries")
    number = models.CharField(max_length=20)
    amount = models.BigIntegerField()
    reference = models.CharField(max_length=140)
    end_to_end = models.CharField(max_length=140, blank=True, default="")
    account = models.CharField(max_length=140, blank=True, default="")
    code = models.CharField(max_length=60, blank=True, default="")
    reversal = models.BooleanField(default=False)
    remittance = models.TextField(blank=True, default="")
    payer = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")
    outcome = models.TextField()
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, related_name="entries"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="payments_entry_once", fields=["statement", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.amount}"
