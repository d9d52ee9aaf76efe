"""What was set aside instead of being counted, why, and what officers decided about it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from balai.transit.models.journeys import Tap, TapBatch


class Quarantined(models.Model):
    """A row or tap that does not count: what was sent, less the card's number, and why.

    `held` kinds are taps in form and can be released, as they are or corrected; the others have to
    be sent again. `tap` is the tap it became, or the one that a reading set aside. `digest` is of
    what was sent, by which a repeat is known.
    """

    class Kind(models.TextChoices):
        INVALID = "invalid", _("not a tap")
        CONFLICT = "conflict", _("another tap with the same identity")
        CLOCK_AHEAD = "clock-ahead", _("made ahead of now")
        CLOCK_DRIFT = "clock-drift", _("the validator's clock is off")
        UNKNOWN_CARD = "unknown-card", _("unknown card")
        UNKNOWN_STOP = "unknown-stop", _("unknown stop or route")
        IMPOSSIBLE_TRAVEL = "impossible-travel", _("impossible travel")

    class State(models.TextChoices):
        OPEN = "open", _("undecided")
        RELEASED = "released", _("released")
        REJECTED = "rejected", _("rejected")
        RESOLVED = "resolved", _("resolved by later taps")

    city = models.TextField()
    batch = models.ForeignKey(TapBatch, models.PROTECT)
    row = models.IntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.TextField(choices=State.choices, default=State.OPEN, db_default="open")
    field = models.TextField(blank=True)
    value = models.TextField(blank=True)
    problem = models.TextField()
    remedy = models.TextField(blank=True)
    content = models.JSONField()
    evidence = models.JSONField(default=dict, db_default={})
    validator = models.TextField(blank=True, default="", db_default="")
    sequence = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    tap = models.ForeignKey(Tap, models.PROTECT, null=True, related_name="quarantined")
    correction = models.JSONField(default=dict, db_default={})
    received_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(blank=True, default="", db_default="")
    decision = models.TextField(blank=True, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(name="transit_quarantined_city", fields=["city", "-received_at"]),
            models.Index(
                name="transit_quarantined_tap_sent",
                fields=["city", "validator", "sequence"],
                condition=~Q(digest=""),
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.row}: {self.problem}"

    @property
    def held(self) -> bool:
        """Whether it is a tap in form, which an officer may release."""
        return self.kind not in (self.Kind.INVALID, self.Kind.CONFLICT)


class TapRuling(models.Model):
    """What an officer decided about a tap that was taken in: it stands, or it does not count."""

    class Ruling(models.TextChoices):
        STANDS = "stands", _("stands")
        ASIDE = "aside", _("does not count")

    tap = models.OneToOneField(Tap, models.PROTECT, primary_key=True, related_name="ruling")
    city = models.TextField(db_index=True)
    ruling = models.TextField(choices=Ruling.choices)
    by = models.TextField(blank=True)
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="transit_ruling_known", condition=Q(ruling__in=("stands", "aside"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.tap_id}: {self.ruling}"
