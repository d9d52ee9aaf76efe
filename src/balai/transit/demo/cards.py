"""Cards of the demonstration: those of its residents, with what they asked for, and a few more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from balai.kernel.access.origin import Origin
from balai.kernel.access.rows import person_behind
from balai.kernel.people.queries import cards as names_of
from balai.kernel.people.queries.generated import generated_adults
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import rows_of
from balai.transit.actions.cards import life
from balai.transit.actions.cards.acting import Actor
from balai.transit.actions.cards.concessions import apply_for_concession, grant_concession
from balai.transit.actions.cards.disputes import file_dispute, refund_dispute
from balai.transit.actions.cards.replacing import replace_card
from balai.transit.engine.concessions import Facts
from balai.transit.models import CardAccount, ConcessionClaim, Dispute, Leg
from balai.transit.queries.cards import line_of

CITY, ACCOUNT = "jakarta", "resident"
FIRST_CARD, CODE = 417, "KUNYIT-77"
OTHERS = 9
DESK = Actor("", Origin("kartu", None, "demo"))
RIDER = Actor("", Origin("", None, "demo"))


@dataclass(frozen=True, slots=True)
class Rider:
    """A generated resident with a card."""

    person: UUID
    home: str
    card: CardAccount


def build_cards(progress: Callable[[str], None], now: datetime) -> None:
    """Issue and bind the cards, once; every row is generated."""
    city = city_by_slug(CITY)
    account = get_user_model().objects.filter(username__iexact=ACCOUNT).first()
    own = person_behind(account) if account else None
    with rows_of(city.region_code), transaction.atomic():
        if CardAccount.objects.filter(city=CITY).exists():
            return
        adults = [each for each in generated_adults(city.region_code) if each[0] != own]
        people = [(own, names_of([own])[own].region_code)] if own else []
        people += adults[:OTHERS]
        riders = [_rider(number, *each, now) for number, each in enumerate(people)]
        if riders:
            _asked(riders, now)
        progress(f"Jakarta: {len(riders)} cards of generated residents")


def _rider(serial: int, person: UUID, home: str, now: datetime) -> Rider:
    card = life.issue_card(
        CITY, f"DEMO-{FIRST_CARD + serial:06d}", life.ISSUERS[serial % len(life.ISSUERS)],
        by=DESK, now=now - timedelta(days=200), code=f"{CODE}-{serial}", generated=True,
    )  # fmt: skip
    life.bind_card(card, person=person, region_code=home, by=DESK, now=now - timedelta(days=199))
    return Rider(person, home, card)


def _asked(riders: list[Rider], now: datetime) -> None:
    """What was asked for: disputes open and answered, concessions granted and waiting; and cards
    that were blocked, lost and replaced.
    """
    sari, *others = riders
    _dispute(sari, "tapped-out", "Saya tap keluar di Bundaran HI, petugas melihatnya. (contoh)",
             now - timedelta(hours=20))  # fmt: skip
    claim = _concession(sari, "family-welfare", "SK PKK 12/2026 (contoh)", now - timedelta(days=9))
    facts = Facts(None, sari.home, True, claim.paper)
    grant_concession(claim, facts, reason="Surat keputusan asli dilihat di loket. (contoh)",
                     by=DESK, now=now - timedelta(days=7))  # fmt: skip
    for rider, group in zip(others, ("disabled", "rice-aid"), strict=False):
        _concession(rider, group, f"Surat {group} 7/2026 (contoh)", now - timedelta(hours=30))
    if len(others) < OTHERS:
        return
    _dispute(others[2], "charged-twice", "Dua kali ditagih untuk satu perjalanan. (contoh)",
             now - timedelta(days=2))  # fmt: skip
    answered = _dispute(others[3], "no-service", "", now - timedelta(days=6))
    if answered is not None:
        refund_dispute(answered, answered.charge, by=DESK, now=now - timedelta(days=4),
                       answer="Benar, bus berhenti di tengah jalan. (contoh)")  # fmt: skip
    life.block_card(others[4].card.pk, life.Block.RIDER, by=RIDER, now=now)
    life.report_lost(others[5].card.pk, (now - timedelta(days=1)).date(), by=RIDER, now=now)
    life.report_lost(others[6].card.pk, (now - timedelta(days=2)).date(), by=RIDER, now=now)
    replace_card(others[6].card.pk, f"DEMO-{900_000 + FIRST_CARD:06d}", by=DESK, now=now)


def _concession(rider: Rider, group: str, paper: str, now: datetime) -> ConcessionClaim:
    facts = Facts(None, rider.home, True, paper)
    return apply_for_concession(rider.card, group, facts, person=rider.person, by=RIDER, now=now)


def _dispute(rider: Rider, why: str, words: str, now: datetime) -> Dispute | None:
    legs = Leg.objects.filter(
        boarding__card_id__in=line_of(rider.card), charge__gt=0, boarding__at__lt=now
    )
    leg = legs.order_by("-boarding__at").first()
    if leg is None or leg.boarding.at < now - timedelta(days=25):
        return None
    return file_dispute(rider.card, leg.pk, why, words, person=rider.person,
                        region_code=rider.home, by=RIDER, now=now)  # fmt: skip
