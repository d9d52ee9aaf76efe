"""The taps a tariff is previewed on: those of some cards of a city over a span of days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from balai.transit.engine.fares import IN, OUT, UNKNOWN, Mode, TapArrays
from balai.transit.models import Tap

TAPS = """
SELECT tap.card_id, extract(epoch FROM tap.at)::bigint, (tap.direction = 'in')::int, tap.mode,
       CASE WHEN tap.direction = 'out' THEN coalesce(tap.metres, -1) ELSE -1 END
  FROM transit_tap AS tap JOIN transit_validator AS validator ON validator.id = tap.validator_id
 WHERE tap.card_id = ANY(%s) AND tap.at >= %s AND tap.at < %s
 ORDER BY validator.code, tap.sequence
"""
CARDS = """
SELECT DISTINCT card_id FROM transit_tap WHERE city = %s AND at >= %s AND at < %s
 ORDER BY card_id
"""
CODES = {mode.code: int(mode) for mode in Mode}


@dataclass(frozen=True, slots=True)
class SpanTaps:
    """Taps in the engine's form, and how many were left out for want of a price."""

    taps: TapArrays
    left_out: int


def moments(start: date, end: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of the first day, and the first after the last, in the city's zone."""
    return (datetime.combine(start, time(0), zone),
            datetime.combine(end + timedelta(days=1), time(0), zone))  # fmt: skip


def cards_of_span(city: str, start: date, end: date, zone: ZoneInfo, most: int) -> list[int]:
    """Cards that were tapped in the span; of more than `most`, evenly every so manieth."""
    with connection.cursor() as cursor:
        cursor.execute(CARDS, [city, *moments(start, end, zone)])
        cards = [row[0] for row in cursor.fetchall()]
    if len(cards) <= most:
        return cards
    return [cards[place * len(cards) // most] for place in range(most)]


def taps_of_span(
    cards: Sequence[int], start: date, end: date, zone: ZoneInfo, modes: frozenset[Mode]
) -> SpanTaps:
    """The cards' taps in the span, of modes that have a price under both tariffs."""
    with connection.cursor() as cursor:
        cursor.execute(TAPS, [list(cards), *moments(start, end, zone)])
        rows = cursor.fetchall()
    kept = [row for row in rows if Mode(CODES[row[3]]) in modes]
    columns = list(zip(*kept, strict=True)) or [(), (), (), (), ()]
    return SpanTaps(
        TapArrays(
            card=np.array(columns[0], np.int64),
            at=np.array(columns[1], np.int64),
            direction=_directions(columns[2]),
            mode=np.array([CODES[code] for code in columns[3]], np.int8),
            metres=np.array([UNKNOWN if m is None else m for m in columns[4]], np.int32),
            tap=np.arange(len(kept), dtype=np.int64),
        ),
        len(rows) - len(kept),
    )


def _directions(found: Sequence[int]) -> NDArray[np.int8]:
    return np.where(np.array(found, np.int8) == 1, IN, OUT).astype(np.int8)


def last_day(city: str, zone: ZoneInfo) -> date | None:
    """The latest day on which the city has taps, or None."""
    at = Tap.objects.filter(city=city).order_by("-at").values_list("at", flat=True).first()
    return at.astimezone(zone).date() if at else None
