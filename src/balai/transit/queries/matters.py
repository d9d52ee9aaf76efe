"""What of travel waits for a resident: cards, disputes and applications."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.kernel.programmes import Matter
from balai.transit.models import CardAccount, ConcessionClaim, Dispute
from balai.transit.queries.card_rules import has_cards, rule
from balai.transit.queries.cards import balances_of_cards, cards_of

REMEMBERED = timedelta(days=30)
MOST = 10


def matters(city: Any, person: UUID | None, user: Any) -> list[Matter]:
    """The resident's blocked or nearly empty cards, disputes and applications, open or answered
    lately, and concessions that are about to end.
    """
    if person is None or not has_cards(city.slug):
        return []
    now = timezone.now()
    since = now - REMEMBERED
    disputes = Dispute.objects.filter(city=city.slug, person_id=person)
    claims = ConcessionClaim.objects.filter(city=city.slug, person_id=person)
    found = [
        *_cards(city, person),
        *(_dispute(city, row, now) for row in disputes.exclude(decided_at__lt=since)),
        *(_claim(city, row, now) for row in claims.exclude(decided_at__lt=since)),
        *_ending(city, claims, now),
    ]
    return found[:MOST]


def _cards(city: Any, person: UUID) -> list[Matter]:
    held = [each for each in cards_of(city.slug, person) if each.state in ("active", "blocked")]
    money = balances_of_cards(city.slug, [each.card.reference for each in held])
    least = int(rule(city.slug, "minimum_balance", timezone.localdate()))
    return [
        Matter(
            title=_("Your card is blocked") if each.state == "blocked"
            else _("Your card needs a load"),
            detail=each.masked, url=reverse("transit:card", args=[city.slug, each.pk]),
            state="waiting",
        )
        for each in held
        if each.state == "blocked" or money.get(each.card.reference, 0) < least
    ]  # fmt: skip


def _dispute(city: Any, row: Dispute, now: Any) -> Matter:
    is_open = row.decided_at is None
    return Matter(
        title=_("Your disputed charge"), detail=str(row.get_state_display()),
        url=reverse("transit:dispute", args=[city.slug, row.pk]),
        state="working" if is_open else "done", due=row.due_at if is_open else None,
        late=is_open and row.due_at < now,
    )  # fmt: skip


def _claim(city: Any, row: ConcessionClaim, now: Any) -> Matter:
    is_open = row.decided_at is None
    return Matter(
        title=_("Your application for a concession"), detail=str(row.get_state_display()),
        url=reverse("transit:card-concessions", args=[city.slug, _in_use(row.card_id)]),
        state="working" if is_open else "done", due=row.due_at if is_open else None,
        late=is_open and row.due_at < now,
    )  # fmt: skip


def _ending(city: Any, claims: Any, now: Any) -> list[Matter]:
    until = now + timedelta(days=int(rule(city.slug, "notice_days", timezone.localdate())))
    rows = claims.filter(state="granted", entitlement__end__range=(now, until))
    return [
        Matter(
            title=_("Your concession is about to end"),
            state="waiting",
            due=row.entitlement.end,
            url=reverse("transit:card-concessions", args=[city.slug, _in_use(row.card_id)]),
        )
        for row in rows.select_related("entitlement")
    ]


def _in_use(card: int) -> int:
    while following := CardAccount.objects.filter(replaces=card).first():
        card = following.pk
    return card
