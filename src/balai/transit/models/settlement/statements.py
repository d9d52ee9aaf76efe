"""What operators are owed for a day, how it is paid, and what they object to."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from balai.transit.models.settlement.days import SettledDay
from balai.transit.models.settlement.operators import Contract, Operator


class PaymentBatch(models.Model):
    """Statements paid by one bank file, from the city's account (its number sealed). Another
    officer than who made it releases it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("waits for release")
        RELEASED = "released", _("sent to the bank")
        BOOKED = "booked", _("paid")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True)
    city = models.TextField()
    reference = models.TextField(unique=True)
    execution_day = models.DateField()
    payer_bank = models.TextField()
    payer_account = models.BinaryField()
    payer_end = models.CharField(max_length=4)
    total = models.BigIntegerField()
    count = models.IntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    made_by = models.TextField()
    made_at = models.DateTimeField(db_default=Now())
    released_by = models.TextField(blank=True)
    released_at = models.DateTimeField(null=True)
    booked_by = models.TextField(blank=True)
    booked_on = models.DateField(null=True)
    bank_reference = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    generated = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(name="transit_payment_city", fields=["city", "-made_at"])]
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                name="transit_payment_four_eyes",
                condition=Q(released_by="") | ~Q(released_by=F("made_by")),
            )
        ]

    def __str__(self) -> str:
        return self.reference


class Statement(models.Model):
    """What an operator is owed for a day, in a version of it.

    `net` is what the day comes to; `change` is what this version adds to what the ledger had
    (`net` of a first version). Approved by another officer than who settled the day.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("waits for approval")
        APPROVED = "approved", _("approved")
        PAID = "paid", _("paid")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True)
    city = models.TextField()
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="statements")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True)
    settled = models.ForeignKey(SettledDay, models.PROTECT, related_name="statements")
    day = models.DateField()
    version = models.SmallIntegerField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    scheduled_m = models.BigIntegerField()
    verified_m = models.BigIntegerField()
    runs = models.IntegerField()
    missed = models.IntegerField()
    pay = models.BigIntegerField()
    penalties = models.BigIntegerField()
    revenue = models.BigIntegerField()
    adjustments = models.BigIntegerField()
    net = models.BigIntegerField()
    change = models.BigIntegerField()
    made_by = models.TextField(blank=True)
    made_at = models.DateTimeField(db_default=Now())
    approved_by = models.TextField(blank=True)
    approved_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    document = models.UUIDField(null=True)
    payment = models.ForeignKey(PaymentBatch, models.PROTECT, null=True, related_name="statements")
    generated = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_statement_version", fields=["operator", "day", "version"]
            ),
            models.CheckConstraint(
                name="transit_statement_four_eyes",
                condition=Q(approved_by="") | ~Q(approved_by=F("made_by")),
            ),
        ]
        indexes = [models.Index(name="transit_statement_day", fields=["city", "-day"])]
        ordering = ["-day", "operator", "-version"]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.day}, version {self.version}"


class StatementLine(models.Model):
    """A line of a statement. `kind` names it (see `queries.settlement.words`), `code` its rule or
    the day it adjusts; `quantity` in `unit`; `amount` rupiah, with the sign it has in the sum.
    """

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="lines")
    number = models.SmallIntegerField()
    kind = models.TextField()
    code = models.TextField(blank=True)
    quantity = models.BigIntegerField()
    unit = models.TextField(blank=True)
    rate = models.TextField(blank=True)
    article = models.TextField(blank=True)
    amount = models.BigIntegerField()
    counts = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_line_number", fields=["statement", "number"])
        ]
        ordering = ["statement", "number"]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class Objection(models.Model):
    """What an operator disputes of a statement, until when it had to, and the answer."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        UPHELD = "upheld", _("upheld: the day is settled again")
        REJECTED = "rejected", _("rejected")

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="objections")
    text = models.TextField()
    by = models.TextField()
    made_at = models.DateTimeField(db_default=Now())
    answer_due = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_objection_open", fields=["statement"], condition=Q(state="open")
            )
        ]
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.state}"
