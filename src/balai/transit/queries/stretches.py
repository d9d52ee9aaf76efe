"""The taps that new taps may change the price of.

A card's taps fall into stretches: between two stretches nothing happens for longer than any fare
window or ride may last, so that each can be priced by itself, whatever came before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection


@dataclass(frozen=True, slots=True)
class StoredTap:
    """A tap with what pricing needs. `stretch` tells a card's stretches apart."""

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
    pending: bool
    stretch: int


def pending_cards(city: str, after: int, limit: int) -> list[int]:
    """Cards (ids above `after`, in order) that have taps no pricing has read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tap.card_id FROM transit_pendingtap AS pending"
            " JOIN transit_tap AS tap ON tap.id = pending.tap_id"
            " WHERE pending.city = %s AND tap.card_id > %s ORDER BY 1 LIMIT %s",
            [city, after, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def touched_stretches(cards: Sequence[int], quiet: timedelta) -> list[StoredTap]:
    """The taps of every stretch of these cards that holds an unread tap.

    Ordered by card, time, and the tap's own identity: the same for the same taps, in whatever
    order they arrived.
    """
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, {"cards": list(cards), "quiet": quiet})
        return [StoredTap(*row) for row in cursor.fetchall()]


TOUCHED = """
WITH marked AS (
    SELECT tap.id, tap.card_id, card.reference, card.generated, validator.code, tap.sequence,
           validator.place, tap.at, tap.direction, tap.mode, tap.metres,
           pending.tap_id IS NOT NULL AS pending,
           (tap.at - lag(tap.at) OVER cards > %(quiet)s)::int AS opens
      FROM transit_tap AS tap
      JOIN transit_card AS card ON card.id = tap.card_id
      JOIN transit_validator AS validator ON validator.id = tap.validator_id
      LEFT JOIN transit_pendingtap AS pending ON pending.tap_id = tap.id
     WHERE tap.card_id = ANY(%(cards)s)
    WINDOW cards AS (PARTITION BY tap.card_id ORDER BY tap.at, validator.code, tap.sequence)
), numbered AS (
    SELECT *, coalesce(sum(opens) OVER (
               PARTITION BY card_id ORDER BY at, code, sequence
           ), 0)::bigint AS stretch
      FROM marked
), touched AS (
    SELECT *, bool_or(pending) OVER (PARTITION BY card_id, stretch) AS touched FROM numbered
)
SELECT id, card_id, reference, generated, code, sequence, place, at, direction, mode, metres,
       pending, stretch
  FROM touched
 WHERE touched
 ORDER BY card_id, at, code, sequence
"""
