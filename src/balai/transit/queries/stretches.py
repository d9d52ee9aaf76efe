"""The taps that new taps may change the price of.

A card's taps fall into stretches: between two stretches nothing happens for longer than any fare
window or ride may last, so that each can be priced by itself, whatever came before. Where a tariff
caps what a card pays in a day, week or month, stretches of one such period belong together: a
`unit` is the least that can be priced by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from balai.transit.models import PendingTap


@dataclass(frozen=True, slots=True)
class Bounds:
    """What keeps taps together: `quiet`, the longest gap within a stretch; and the periods of
    the city's calendar (`zone`, an IANA name) over which a card's charges are capped. `weeks` are
    the weekdays on which such weeks begin, 0 for Monday.
    """

    quiet: timedelta
    zone: str
    days: bool = False
    weeks: frozenset[int] = field(default_factory=frozenset)
    months: bool = False


@dataclass(frozen=True, slots=True)
class StoredTap:
    """A tap with what pricing needs. `unit` tells a card's units apart; `ruling` is an officer's:
    stands, aside or none.
    """

    id: int
    card: int
    card_reference: str
    generated: bool
    validator: str
    sequence: int
    place: str
    at: datetime
    direction: str
    mode: str
    metres: int | None
    route_id: str
    stop_id: str
    ruling: str
    pending: bool
    unit: int


def pending_cards(city: str, after: int, limit: int) -> list[int]:
    """Cards (ids above `after`, in order) that have taps no pricing has read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT card_id FROM transit_pendingtap"
            " WHERE city = %s AND card_id > %s ORDER BY 1 LIMIT %s",
            [city, after, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def cities_with_pending_taps() -> list[str]:
    """The cities that have taps no pricing has read."""
    return list(PendingTap.objects.order_by("city").values_list("city", flat=True).distinct())


def touched_taps(cards: Sequence[int], bounds: Bounds) -> list[StoredTap]:
    """The taps of every unit of these cards that holds an unread tap.

    Ordered by card, time, and the tap's own identity: the same for the same taps, in whatever
    order they arrived.
    """
    values = {"cards": list(cards), "quiet": bounds.quiet, "zone": bounds.zone}
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED.replace("OPENS", _opens(bounds)), values)
        return [StoredTap(*row) for row in cursor.fetchall()]


def taps_of_card(card: int, start: datetime, end: datetime) -> list[StoredTap]:
    """A card's taps from a moment to before another, in the order of `touched_taps`; unit 0."""
    with connection.cursor() as cursor:
        cursor.execute(OF_CARD, {"card": card, "start": start, "end": end})
        return [StoredTap(*row) for row in cursor.fetchall()]


def _opens(bounds: Bounds) -> str:
    """The condition under which a tap opens a unit, given the card's tap before."""
    periods = ["day"] if bounds.days else []
    shifts = [0] if bounds.days else []
    for weekday in sorted(bounds.weeks):
        periods.append("week")
        shifts.append(weekday)
    if bounds.months:
        periods.append("month")
        shifts.append(0)
    parts = ["tap.at - lag(tap.at) OVER cards > %(quiet)s"]
    for period, shift in zip(periods, shifts, strict=True):
        local = f"({{}} AT TIME ZONE %(zone)s) - interval '{shift:d} days'"
        here, before = local.format("tap.at"), local.format("lag(tap.at) OVER cards")
        parts.append(f"date_trunc('{period}', {here}) <> date_trunc('{period}', {before})")
    return " AND ".join(parts)


TOUCHED = """
WITH marked AS (
    SELECT tap.id, tap.card_id, card.reference, card.generated, validator.code, tap.sequence,
           validator.place, tap.at, tap.direction, tap.mode, tap.metres, tap.route_id,
           tap.stop_id, coalesce(ruling.ruling, '') AS ruling,
           pending.tap_id IS NOT NULL AS pending, (OPENS)::int AS opens
      FROM transit_tap AS tap
      JOIN transit_card AS card ON card.id = tap.card_id
      JOIN transit_validator AS validator ON validator.id = tap.validator_id
      LEFT JOIN transit_pendingtap AS pending ON pending.tap_id = tap.id
      LEFT JOIN transit_tapruling AS ruling ON ruling.tap_id = tap.id
     WHERE tap.card_id = ANY(%(cards)s)
    WINDOW cards AS (PARTITION BY tap.card_id ORDER BY tap.at, validator.code, tap.sequence)
), numbered AS (
    SELECT *, coalesce(sum(opens) OVER (
               PARTITION BY card_id ORDER BY at, code, sequence
           ), 0)::bigint AS unit
      FROM marked
), touched AS (
    SELECT *, bool_or(pending) OVER (PARTITION BY card_id, unit) AS touched FROM numbered
)
SELECT id, card_id, reference, generated, code, sequence, place, at, direction, mode, metres,
       route_id, stop_id, ruling, pending, unit
  FROM touched
 WHERE touched
 ORDER BY card_id, at, code, sequence
"""

OF_CARD = """
SELECT tap.id, tap.card_id, card.reference, card.generated, validator.code, tap.sequence,
       validator.place, tap.at, tap.direction, tap.mode, tap.metres, tap.route_id, tap.stop_id,
       coalesce(ruling.ruling, ''), pending.tap_id IS NOT NULL, 0
  FROM transit_tap AS tap
  JOIN transit_card AS card ON card.id = tap.card_id
  JOIN transit_validator AS validator ON validator.id = tap.validator_id
  LEFT JOIN transit_pendingtap AS pending ON pending.tap_id = tap.id
  LEFT JOIN transit_tapruling AS ruling ON ruling.tap_id = tap.id
 WHERE tap.card_id = %(card)s AND tap.at >= %(start)s AND tap.at < %(end)s
 ORDER BY tap.at, validator.code, tap.sequence
"""
