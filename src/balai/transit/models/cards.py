"""Cards as accounts: their life, whose they are, what they entitle to, loads and disputes.

What names a resident (`CardHolder`, `ConcessionClaim`, `Dispute`) is guarded by row. The rest knows
a card by its keyed hash and last four digits alone, so that pricing and validators can read it.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from balai.transit.models.journeys import Card, Tap


class CardAccount(models.Model):
    """A card that was issued or registered here. `claim` is the blind index of the code printed
    under its cover; `bound` whether it belongs to a resident.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        BLOCKED = "blocked", _("blocked")
        LOST = "lost", _("lost")
        REPLACED = "replaced", _("replaced")
        EXPIRED = "expired", _("expired")

    class Block(models.TextChoices):
        RIDER = "rider", _("by its holder")
        OFFICER = "officer", _("by an officer")
        MISSED_TAP_OUT = "missed-tap-out", _("a tap-out is missing")
        REVERSED_LOAD = "reversed-load", _("a payment was taken back")

    card = models.OneToOneField(Card, models.PROTECT, primary_key=True, related_name="account")
    city = models.TextField()
    issuer = models.TextField()
    last_four = models.CharField(max_length=4)
    claim = models.BinaryField(null=True)
    state = models.TextField(choices=State.choices, default=State.ACTIVE)
    block = models.TextField(choices=Block.choices, blank=True, default="")
    bound = models.BooleanField(default=False)
    replaces = models.OneToOneField(Card, models.PROTECT, null=True, related_name="replacement")
    issued_on = models.DateField()
    expires_on = models.DateField(null=True)
    changed_at = models.DateTimeField()
    generated = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="transit_cardaccount_block",
                condition=Q(state="blocked", block__gt="") | (~Q(state="blocked") & Q(block="")),
            ),
            models.CheckConstraint(
                name="transit_cardaccount_digits", condition=Q(last_four__regex=r"^[0-9A-Za-z]{4}$")
            ),
        ]
        indexes = [models.Index(name="transit_cardaccount_four", fields=["city", "last_four"])]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """The number as it may be shown."""
        return f"•••• {self.last_four}"


class CardAct(models.Model):
    """What was done with a card, by whom (an account's id, no name). Never changed.

    `boarding` is the tap-in whose missing tap-out led to the act.
    """

    card = models.ForeignKey(Card, models.PROTECT, related_name="acts")
    act = models.TextField()
    reason = models.TextField(blank=True)
    by = models.TextField(blank=True)
    boarding = models.ForeignKey(Tap, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.card_id}: {self.act}"


class CardHolder(models.Model):
    """Whose a card is, from when to when. One holder at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    card = models.ForeignKey(Card, models.PROTECT, related_name="holders")
    city = models.TextField()
    person_id = models.UUIDField(db_index=True)
    region_code = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_cardholder_one", fields=["card"], condition=Q(until=None)
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Entitlement(models.Model):
    """That a card rides under a concession or a pass of this code, from `start` to `end`
    (inclusive). It names no resident. Its end may be brought forward, never pushed back.
    """

    class Kind(models.TextChoices):
        CONCESSION = "concession", _("concession")
        PRODUCT = "product", _("pass")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    city = models.TextField()
    card = models.ForeignKey(Card, models.PROTECT, related_name="entitlements")
    kind = models.TextField(choices=Kind.choices)
    code = models.TextField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    price = models.BigIntegerField(default=0)
    key = models.TextField(unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="transit_entitlement_span", condition=Q(end__gte=F("start"))
            )
        ]
        indexes = [models.Index(name="transit_entitlement_card", fields=["card", "end"])]

    def __str__(self) -> str:
        return f"{self.code} {self.start} {self.end}"


class ConcessionClaim(models.Model):
    """A resident's wish to ride under a concession, and what was decided about it."""

    class State(models.TextChoices):
        APPLIED = "applied", _("being looked at")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        REVOKED = "revoked", _("revoked")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    city = models.TextField()
    person_id = models.UUIDField(db_index=True)
    region_code = models.TextField()
    card = models.ForeignKey(Card, models.PROTECT, related_name="+")
    group = models.TextField()
    paper = models.TextField(blank=True)
    renews = models.BooleanField(default=False)
    state = models.TextField(choices=State.choices, default=State.APPLIED)
    applied_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    entitlement = models.OneToOneField(Entitlement, models.PROTECT, null=True)
    reminded_at = models.DateTimeField(null=True)
    generated = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_claim_one_open", fields=["person_id", "group"],
                condition=Q(state="applied"),
            ),
            models.CheckConstraint(
                name="transit_claim_decided",
                condition=Q(state="applied", decided_at=None)
                | (~Q(state="applied") & Q(decided_at__isnull=False)),
            ),
        ]  # fmt: skip
        indexes = [models.Index(name="transit_claim_queue", fields=["city", "state", "due_at"])]

    def __str__(self) -> str:
        return str(self.id)


class CardLoad(models.Model):
    """Money put on a card. `loaded` is what has reached the card so far: a payment that arrives
    brings it to `amount`, one that is taken back to 0; `moves` counts the transfers made.
    """

    class Way(models.TextChoices):
        PAYMENT = "payment", _("paid through the bank")
        CASH = "cash", _("cash at the desk")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    city = models.TextField()
    card = models.ForeignKey(Card, models.PROTECT, related_name="loads")
    way = models.TextField(choices=Way.choices)
    amount = models.BigIntegerField()
    loaded = models.BigIntegerField(default=0)
    moves = models.SmallIntegerField(default=0)
    bill = models.UUIDField(null=True)
    key = models.TextField(unique=True)
    by = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    loaded_at = models.DateTimeField(null=True)
    generated = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="transit_cardload_amount",
                condition=Q(amount__gt=0, loaded__gte=0, loaded__lte=F("amount")),
            )
        ]
        indexes = [models.Index(name="transit_cardload_card", fields=["card", "-asked_at"])]

    def __str__(self) -> str:
        return str(self.id)


class Dispute(models.Model):
    """A charge that its rider holds to be wrong, until when it is answered, and the answer."""

    class State(models.TextChoices):
        OPEN = "open", _("being looked at")
        REFUNDED = "refunded", _("refunded")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Why(models.TextChoices):
        NOT_RIDDEN = "not-ridden", _("I did not make this trip")
        TAPPED_OUT = "tapped-out", _("I tapped out, and it says I did not")
        CHARGED_TWICE = "charged-twice", _("I was charged twice")
        TOO_MUCH = "too-much", _("The fare is too high")
        NO_SERVICE = "no-service", _("The vehicle did not come or did not finish its trip")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    city = models.TextField()
    person_id = models.UUIDField(db_index=True)
    region_code = models.TextField()
    card = models.ForeignKey(Card, models.PROTECT, related_name="+")
    boarding = models.ForeignKey(Tap, models.PROTECT, related_name="+")
    journey = models.UUIDField()
    charge = models.BigIntegerField()
    why = models.TextField(choices=Why.choices)
    words = models.TextField(blank=True)
    state = models.TextField(choices=State.choices, default=State.OPEN)
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")
    refund = models.BigIntegerField(default=0)
    generated = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_dispute_one_open", fields=["boarding"], condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="transit_dispute_refund",
                condition=Q(state="refunded", refund__gt=0) | (~Q(state="refunded") & Q(refund=0)),
            ),
        ]
        indexes = [models.Index(name="transit_dispute_queue", fields=["city", "state", "due_at"])]

    def __str__(self) -> str:
        return str(self.id)


class HotlistChange(models.Model):
    """That a card was put on the list of cards that validators refuse, or taken off it.

    `version` counts up by one within the city; the list at a version is what its changes up to
    there leave.
    """

    city = models.TextField()
    version = models.BigIntegerField()
    reference = models.CharField(max_length=32)
    listed = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_hotlist_version", fields=["city", "version"])
        ]
        indexes = [
            models.Index(name="transit_hotlist_card", fields=["city", "reference", "-version"])
        ]

    def __str__(self) -> str:
        return f"{self.city} {self.version}"
