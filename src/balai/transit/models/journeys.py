"""Cards, taps and what they were priced as.

Taps are facts: inserted once, never changed. A journey and its legs are the present reading of
them; every change of that reading after the first is kept as an `Adjustment`, and every rupiah
moves in the ledger.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    """The kind of vehicle boarded, as tariffs name it."""

    BRT = "brt", _("BRT")
    BUS = "bus", _("bus")
    ANGKOT = "angkot", _("angkot")
    MIKROTRANS = "mikrotrans", _("Mikrotrans")
    MRT = "mrt", _("MRT")
    LRT = "lrt", _("LRT")
    RAIL = "rail", _("train")
    ROYALTRANS = "royaltrans", _("Royaltrans")


class TariffInForce(models.Model):
    """From which day a city's journeys are priced by which tariff (a law's short name)."""

    city = models.TextField()
    tariff = models.TextField()
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_tariff_start", fields=["city", "start"]),
            models.CheckConstraint(
                name="transit_tariff_span", condition=Q(end__isnull=True) | Q(end__gte=F("start"))
            ),
        ]
        ordering = ["city", "start"]

    def __str__(self) -> str:
        return f"{self.city}: {self.tariff} from {self.start}"


class Card(models.Model):
    """A means of payment, known only by a keyed hash of its number."""

    city = models.TextField()
    reference = models.CharField(max_length=32)
    generated = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_card_reference", fields=["city", "reference"])
        ]

    def __str__(self) -> str:
        return f"{self.reference[:4]}…{self.reference[-2:]}"


class Validator(models.Model):
    """A device that reads cards, at a stop or aboard; `place` is the region where it stands.

    `drift_seconds` is how far its clock is estimated to be ahead of ours (behind: below zero), from
    `drift_uploads` uploads that agree within `drift_spread` seconds; null where too little is
    known.
    """

    city = models.TextField()
    code = models.TextField()
    place = models.TextField()
    drift_seconds = models.IntegerField(null=True)
    drift_spread = models.IntegerField(null=True)
    drift_uploads = models.IntegerField(default=0, db_default=0)
    drift_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_validator_code", fields=["city", "code"])
        ]

    def __str__(self) -> str:
        return self.code


class TapBatch(models.Model):
    """One upload of taps and the answer it got, so that a repeat gets the same answer."""

    id = models.UUIDField(primary_key=True)
    city = models.TextField()
    idempotency_key = models.TextField(null=True)
    fingerprint = models.CharField(max_length=64)
    sender = models.TextField(blank=True)
    received_at = models.DateTimeField()
    accepted = models.IntegerField()
    duplicates = models.IntegerField()
    rejected = models.IntegerField()
    answer = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_batch_key", fields=["city", "sender", "idempotency_key"]
            )
        ]
        indexes = [models.Index(name="transit_batch_received", fields=["city", "-received_at"])]

    def __str__(self) -> str:
        return str(self.id)


class Tap(models.Model):
    """A card held to a validator. The validator and its sequence number are its identity.

    Taps come in by one statement that joins validators and cards, which nothing may delete (a
    trigger says so): foreign keys would look each of them up once more, row by row.
    """

    class Direction(models.TextChoices):
        IN = "in", _("tap in")
        OUT = "out", _("tap out")

    city = models.TextField()
    validator = models.ForeignKey(Validator, models.PROTECT, db_index=False, db_constraint=False)
    sequence = models.BigIntegerField()
    card = models.ForeignKey(Card, models.PROTECT, db_index=False, db_constraint=False)
    at = models.DateTimeField()
    direction = models.CharField(max_length=3, choices=Direction.choices)
    mode = models.CharField(max_length=10, choices=Mode.choices)
    route_id = models.TextField(blank=True)
    stop_id = models.TextField(blank=True)
    metres = models.IntegerField(null=True)
    received_at = models.DateTimeField()
    batch = models.ForeignKey(TapBatch, models.PROTECT, db_index=False, db_constraint=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_tap_identity", fields=["validator", "sequence"]),
            models.CheckConstraint(name="transit_tap_sequence", condition=Q(sequence__gte=0)),
            models.CheckConstraint(
                name="transit_tap_metres", condition=Q(metres__isnull=True) | Q(metres__gte=0)
            ),
            models.CheckConstraint(
                name="transit_tap_direction", condition=Q(direction__in=("in", "out"))
            ),
            models.CheckConstraint(name="transit_tap_mode", condition=Q(mode__in=Mode.values)),
        ]
        indexes = [
            models.Index(name="transit_tap_card", fields=["card", "at"]),
            models.Index(name="transit_tap_city", fields=["city", "-at"]),
            BrinIndex(name="transit_tap_received", fields=["received_at"], pages_per_range=32),
        ]

    def __str__(self) -> str:
        return f"{self.validator_id}/{self.sequence}"


class PendingTap(models.Model):
    """A tap that no pricing has read yet. The row goes when the tap has been priced."""

    tap = models.OneToOneField(Tap, models.CASCADE, primary_key=True, db_constraint=False)
    city = models.TextField()
    card = models.ForeignKey(Card, models.PROTECT, db_index=False, db_constraint=False)

    class Meta:
        indexes = [models.Index(name="transit_pending_card", fields=["city", "card"])]

    def __str__(self) -> str:
        return str(self.tap_id)


class Journey(models.Model):
    """All boardings that one fare covers, as the taps known so far are read.

    Its id follows from its first boarding. `void` where a later reading no longer begins a
    journey there; `day` is the city's own calendar day of the first tap.
    """

    id = models.UUIDField(primary_key=True)
    city = models.TextField()
    card = models.ForeignKey(Card, models.PROTECT, db_index=False)
    place = models.TextField()
    day = models.DateField()
    tariff = models.TextField()
    tariff_day = models.DateField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    boardings = models.SmallIntegerField()
    charge = models.BigIntegerField()
    full_price = models.BigIntegerField()
    integrated = models.BooleanField()
    void = models.BooleanField(default=False)
    generated = models.BooleanField(default=False)
    revision = models.SmallIntegerField(default=1)
    priced_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="transit_journey_charge", condition=Q(charge__gte=0)),
            models.CheckConstraint(
                name="transit_journey_void",
                condition=Q(void=False, boardings__gte=1) | Q(void=True, boardings=0, charge=0),
            ),
            models.CheckConstraint(
                name="transit_journey_integrated",
                condition=Q(integrated=False) | Q(boardings__gte=2),
            ),
        ]
        indexes = [
            models.Index(
                name="transit_journey_measure",
                fields=["city", "day", "place"],
                include=["integrated"],
                condition=Q(void=False),
            ),
            models.Index(name="transit_journey_card", fields=["card", "first_at"]),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def short_id(self) -> str:
        """Enough of its id to tell it apart at a glance."""
        text = str(self.id)
        return f"{text[:4]}…{text[-2:]}"


class Leg(models.Model):
    """One boarding of a journey and what it was charged, with the tap that ended it if known.

    The rule's own charge is `charge` + `relief` (what a promotion, concession, pass or cap of a
    period took off) + `refunded` (what was given back after a dispute).
    """

    boarding = models.OneToOneField(Tap, models.PROTECT, primary_key=True, related_name="leg")
    alighting = models.ForeignKey(Tap, models.PROTECT, null=True, db_index=False, related_name="+")
    journey = models.ForeignKey(Journey, models.PROTECT, related_name="legs")
    number = models.SmallIntegerField()
    metres = models.IntegerField(null=True)
    full_price = models.BigIntegerField()
    charge = models.BigIntegerField()
    reason = models.TextField()
    relief = models.BigIntegerField(default=0, db_default=0)
    relief_reason = models.TextField(blank=True, default="", db_default="")
    refunded = models.BigIntegerField(default=0, db_default=0)
    revision = models.SmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="transit_leg_charge", condition=Q(charge__gte=0)),
            models.CheckConstraint(
                name="transit_leg_relief", condition=Q(relief__gte=0, refunded__gte=0)
            ),
        ]
        ordering = ["journey", "number"]

    def __str__(self) -> str:
        return f"{self.journey_id}/{self.number}"


class OrphanTap(models.Model):
    """A tap-out with no boarding: reported, never charged."""

    tap = models.OneToOneField(Tap, models.PROTECT, primary_key=True, related_name="orphan")
    city = models.TextField(db_index=True)

    def __str__(self) -> str:
        return str(self.tap_id)


class Adjustment(models.Model):
    """A change of a settled boarding's charge. Never changed itself.

    `reading`: taps came late, or an officer released or set aside one. `refund`: `amount` was
    granted back after a dispute, by whom and why; it holds through every later reading.
    """

    class Kind(models.TextChoices):
        READING = "reading", _("late taps")
        REFUND = "refund", _("refund")

    boarding = models.ForeignKey(Tap, models.PROTECT, related_name="adjustments")
    journey = models.ForeignKey(Journey, models.PROTECT, related_name="adjustments")
    revision = models.SmallIntegerField()
    kind = models.TextField(choices=Kind.choices, default=Kind.READING, db_default="reading")
    before = models.BigIntegerField()
    after = models.BigIntegerField()
    amount = models.BigIntegerField(null=True)
    key = models.TextField(null=True, unique=True)
    by = models.TextField(blank=True, default="", db_default="")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_adjustment_revision", fields=["boarding", "revision"]
            ),
            models.CheckConstraint(
                name="transit_adjustment_changes", condition=~Q(before=F("after"))
            ),
            models.CheckConstraint(
                name="transit_adjustment_refund",
                condition=Q(kind="reading", amount__isnull=True)
                | Q(kind="refund", amount__gt=0, key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.boarding_id}: {self.before} -> {self.after}"
