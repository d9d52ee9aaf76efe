"""Operators, what they contracted, what they ran, and what they are owed and paid.

What was settled is never edited: a day that changes has a new version, whose statements carry
the difference. Operators are companies and cooperatives; nothing here is about a resident.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Operator(models.Model):
    """Who runs vehicles for the city."""

    class Kind(models.TextChoices):
        COOPERATIVE = "cooperative", _("angkot cooperative")
        BUS = "bus", _("bus company")
        BRT = "brt", _("BRT operator")
        RAIL = "rail", _("rail company")

    city = models.TextField()
    region_code = models.TextField()
    code = models.TextField()
    name = models.TextField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    generated = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_operator_code", fields=["city", "code"]),
            models.CheckConstraint(
                name="transit_operator_code_form",
                condition=Q(code__regex=r"^[a-z0-9][a-z0-9-]{0,30}$"),
            ),
            models.CheckConstraint(
                name="transit_operator_span",
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
            ),
        ]
        ordering = ["city", "name"]

    def __str__(self) -> str:
        return self.name


class OperatorAccount(models.Model):
    """Which account of the site speaks for which operator."""

    operator = models.ForeignKey(Operator, models.CASCADE, related_name="accounts")
    username = models.TextField(unique=True)

    def __str__(self) -> str:
        return self.username


class Contract(models.Model):
    """An agreement with an operator. Its figures are dated `ContractTerm`s, never columns."""

    class Model(models.TextChoices):
        GROSS = "gross", _("paid by the kilometre; fares are the city's")
        SHARE = "share", _("keeps its share of fares")

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="contracts")
    number = models.TextField()
    model = models.CharField(max_length=8, choices=Model.choices)
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_contract_number", fields=["operator", "number"]),
            models.CheckConstraint(
                name="transit_contract_span",
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
            ),
        ]
        ordering = ["operator", "-start"]

    def __str__(self) -> str:
        return self.number


class ContractTerm(models.Model):
    """A figure of a contract from a day on, with its article: `name` is one of the terms that
    `actions.settlement.terms` knows; `value` is written exactly, a decimal as text.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="terms")
    name = models.TextField()
    start = models.DateField()
    value = models.JSONField()
    article = models.TextField()
    source = models.TextField(blank=True)
    made_by = models.TextField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_term_start", fields=["contract", "name", "start"])
        ]
        ordering = ["contract", "name", "-start"]

    def __str__(self) -> str:
        return f"{self.name} from {self.start}"


class RouteAssignment(models.Model):
    """From which day to which a contract runs a route. No two hold a route on one day."""

    city = models.TextField()
    route_id = models.TextField()
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="routes")
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_assignment_start", fields=["city", "route_id", "start"]
            ),
            models.CheckConstraint(
                name="transit_assignment_span",
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
            ),
        ]
        ordering = ["city", "route_id", "start"]

    def __str__(self) -> str:
        return f"{self.route_id} from {self.start}"


class Vehicle(models.Model):
    """A vehicle that an operator brings under its contract, from a day on."""

    operator = models.ForeignKey(Operator, models.CASCADE, related_name="vehicles")
    code = models.TextField()
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_vehicle_code", fields=["operator", "code"])
        ]
        ordering = ["operator", "code"]

    def __str__(self) -> str:
        return self.code


class OperatorLog(models.Model):
    """A file of positions that an operator handed in: what was read, and what could not be."""

    id = models.UUIDField(primary_key=True)
    city = models.TextField()
    name = models.TextField()
    sha256 = models.CharField(max_length=64)
    rows = models.IntegerField()
    refused = models.IntegerField()
    faults = models.JSONField(default=list)
    by = models.TextField()
    received_at = models.DateTimeField(db_default=Now())
    generated = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="transit_log_once", fields=["city", "sha256"])]
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return self.name


class LogPart(models.Model):
    """A service day's positions of a log: an Arrow stream, as `TrackPart` keeps real-time ones."""

    log = models.ForeignKey(OperatorLog, models.PROTECT, related_name="parts")
    city = models.TextField()
    day = models.DateField()
    positions = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        indexes = [models.Index(name="transit_log_day", fields=["city", "day", "id"])]

    def __str__(self) -> str:
        return f"{self.city} {self.day}: {self.positions} positions"


class Inspection(models.Model):
    """A breach of the service standard that an inspector saw. `void` where it was taken back."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="inspections")
    kind = models.TextField()
    day = models.DateField()
    route_id = models.TextField(blank=True)
    vehicle = models.TextField(blank=True)
    note = models.TextField(blank=True)
    by = models.TextField()
    made_at = models.DateTimeField(db_default=Now())
    void = models.BooleanField(default=False)
    void_reason = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(name="transit_inspection_day", fields=["operator", "day"])]
        ordering = ["-day", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} on {self.day}"


class SettledDay(models.Model):
    """A version of a city's service day as settled: which feed, which reports, what was seen.

    `seen_at`: journeys priced after it are taken up as adjustments by a later settlement.
    """

    city = models.TextField()
    day = models.DateField()
    version = models.SmallIntegerField()
    feed_id = models.BigIntegerField(null=True)
    reports = models.IntegerField()
    rules = models.JSONField(default=dict)
    status_counts = models.JSONField(default=dict)
    made_by = models.TextField(blank=True)
    made_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField()
    generated = models.BooleanField(default=False)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_settled_version", fields=["city", "day", "version"]
            )
        ]
        ordering = ["city", "-day", "-version"]

    def __str__(self) -> str:
        return f"{self.city} {self.day}, version {self.version}"


class VerifiedRun(models.Model):
    """A run of the timetable and what was verified of it, in a version of a day."""

    class State(models.TextChoices):
        FULL = "full", _("ran whole")
        PART = "part", _("ran in part")
        MISSED = "missed", _("not run")

    settled = models.ForeignKey(SettledDay, models.CASCADE, related_name="runs", db_index=False)
    operator = models.ForeignKey(Operator, models.PROTECT, db_index=False)
    route_id = models.TextField()
    trip_id = models.TextField()
    start_s = models.IntegerField()
    scheduled_m = models.IntegerField()
    verified_m = models.IntegerField()
    state = models.CharField(max_length=6, choices=State.choices)
    vehicle = models.TextField(blank=True)
    vehicles = models.SmallIntegerField()
    first_stop = models.TextField(blank=True)
    last_stop = models.TextField(blank=True)
    late_s = models.IntegerField(null=True)
    on_time = models.BooleanField(default=False)
    headway_s = models.IntegerField(null=True)
    headway_due_s = models.IntegerField(null=True)
    headway_kept = models.BooleanField(null=True)
    gaps = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_run_once", fields=["settled", "operator", "trip_id", "start_s"]
            ),
            models.CheckConstraint(
                name="transit_run_metres",
                condition=Q(verified_m__gte=0, verified_m__lte=F("scheduled_m")),
            ),
        ]
        ordering = ["settled", "route_id", "start_s", "trip_id"]

    def __str__(self) -> str:
        return f"{self.trip_id} at {self.start_s}"


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


class FareShare(models.Model):
    """What an operator has of a journey's charge: the first division, and each change since.

    `day` is the journey's; `settled` the settlement that placed it, which is a later day's where
    taps came late. Their sum by journey is the journey's charge. No operator: a route without a
    contract, whose share stays with the city.
    """

    id = models.BigAutoField(primary_key=True)
    settled = models.ForeignKey(SettledDay, models.PROTECT, db_index=False, related_name="shares")
    city = models.TextField()
    day = models.DateField()
    journey = models.UUIDField()
    operator = models.ForeignKey(Operator, models.PROTECT, null=True, db_index=False)
    legs = models.SmallIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(name="transit_share_day", fields=["city", "day", "journey"]),
            models.Index(name="transit_share_settled", fields=["settled", "operator"]),
        ]

    def __str__(self) -> str:
        return f"{self.journey}: {self.amount}"


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
