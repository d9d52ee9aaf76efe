"""Putting checked taps into the database: one COPY, one INSERT, duplicates found by identity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyarrow as pa
from django.db import connection
from pyarrow import csv

from balai.transit.models import Validator

COLUMNS = (
    "row integer, validator text, sequence bigint, card text, at bigint, direction text, mode text,"
    " route_id text, stop_id text, metres integer"
)
STAGE = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS given_taps ({COLUMNS}) ON COMMIT DELETE ROWS
"""
CARDS = """
CREATE TEMPORARY TABLE IF NOT EXISTS given_cards (reference text, id bigint) ON COMMIT DELETE ROWS
"""
FIND_CARDS = """
INSERT INTO given_cards
SELECT given.card, found.id
  FROM (SELECT DISTINCT card FROM given_taps) AS given
  LEFT JOIN LATERAL (SELECT card.id FROM transit_card AS card
                      WHERE card.city = %(city)s AND card.reference = given.card
                     OFFSET 0) AS found ON true
"""
# OFFSET 0 has each card looked up by its reference: before the first ANALYZE of a new city the
# server would read the whole table for each batch.
NEW_CARDS = """
WITH made AS (
    INSERT INTO transit_card (city, reference, generated)
    SELECT %(city)s, reference, %(generated)s FROM given_cards WHERE id IS NULL ORDER BY reference
    ON CONFLICT (city, reference) DO NOTHING
    RETURNING reference, id
), gone AS (
    DELETE FROM given_cards WHERE id IS NULL RETURNING reference
), known AS (
    INSERT INTO given_cards SELECT reference, id FROM made
)
SELECT array_agg(reference) FROM gone WHERE reference NOT IN (SELECT reference FROM made)
"""
MADE_MEANWHILE = """
INSERT INTO given_cards SELECT reference, id FROM transit_card
 WHERE city = %(city)s AND reference = ANY(%(references)s)
"""
UNREGISTERED = """
SELECT DISTINCT given.card FROM given_taps AS given
  LEFT JOIN transit_card AS card ON card.city = %s AND card.reference = given.card
  LEFT JOIN transit_cardaccount AS account ON account.card_id = card.id
 WHERE account.card_id IS NULL ORDER BY 1
"""
INSERT = """
WITH new AS (
    INSERT INTO transit_tap (city, validator_id, sequence, card_id, at, direction, mode,
                             route_id, stop_id, metres, received_at, batch_id)
    SELECT %(city)s, validator.id, given.sequence, card.id, to_timestamp(given.at),
           given.direction, given.mode, given.route_id, given.stop_id, given.metres, %(now)s,
           %(batch)s
      FROM given_taps AS given
      JOIN transit_validator AS validator
        ON validator.city = %(city)s AND validator.code = given.validator
      JOIN given_cards AS card ON card.reference = given.card
     ORDER BY validator.id, given.sequence
    ON CONFLICT (validator_id, sequence) DO NOTHING
    RETURNING id, card_id
), pending AS (
    INSERT INTO transit_pendingtap (tap_id, city, card_id) SELECT id, %(city)s, card_id FROM new
)
SELECT count(*), CASE WHEN count(*) <= %(few)s THEN array_agg(DISTINCT card_id) END FROM new
"""
FEW = 500
"""New taps up to which their cards are told."""
STANDING = """
SELECT given.row,
       (card.reference, tap.at, tap.direction, tap.mode, tap.route_id, tap.stop_id, tap.metres)
       IS NOT DISTINCT FROM
       (given.card, to_timestamp(given.at), given.direction, given.mode, given.route_id,
        given.stop_id, given.metres)
  FROM given_taps AS given
  JOIN transit_validator AS validator
    ON validator.city = %(city)s AND validator.code = given.validator
  JOIN transit_tap AS tap
    ON tap.validator_id = validator.id AND tap.sequence = given.sequence
  JOIN transit_card AS card ON card.id = tap.card_id
 WHERE tap.batch_id <> %(batch)s
"""


@dataclass(frozen=True, slots=True)
class Inserted:
    """How many taps are new; and the rows whose identity was known, whether with this content.

    `cards` are the new taps' cards (ids) where there are FEW.
    """

    new: int
    cards: tuple[int, ...]
    standing: dict[int, bool]


def as_csv(taps: pa.Table) -> bytes:
    """The taps as COPY takes them."""
    sink = pa.BufferOutputStream()
    csv.write_csv(taps, sink, csv.WriteOptions(include_header=False))
    return bytes(sink.getvalue())


def stage(lines: bytes) -> None:
    """Put the taps where the statements below find them, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        cursor.execute("DELETE FROM given_taps")
        with (
            connection.wrap_database_errors,
            cursor.copy("COPY given_taps FROM STDIN (FORMAT csv)") as copy,
        ):
            copy.write(lines)


def leave_out(rows: Iterable[int]) -> None:
    """Take rows out of the staged taps."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM given_taps WHERE row = ANY(%s)", [list(rows)])


def unregistered_cards(city: str) -> list[str]:
    """The cards of the staged taps that nobody issued or registered in the city, in order."""
    with connection.cursor() as cursor:
        cursor.execute(UNREGISTERED, [city])
        return [row[0] for row in cursor.fetchall()]


def make_known(city: str, validators: list[str], place: str, *, generated: bool) -> None:
    """Make these validators known, and the cards of the staged taps that are not.

    Both enter in order, so that two batches wait for each other instead of deadlocking.
    """
    Validator.objects.bulk_create(
        [Validator(city=city, code=code, place=place) for code in sorted(validators)],
        ignore_conflicts=True, batch_size=5000,
    )  # fmt: skip
    values = {"city": city, "generated": generated}
    with connection.cursor() as cursor:
        cursor.execute(CARDS)
        cursor.execute("DELETE FROM given_cards")
        cursor.execute(FIND_CARDS, values)
        cursor.execute(NEW_CARDS, values)
        meanwhile = cursor.fetchone()[0]
        if meanwhile:
            cursor.execute(MADE_MEANWHILE, {"city": city, "references": meanwhile})


def insert(city: str, batch: UUID, given: int, now: datetime) -> Inserted:
    """Insert the staged taps, `given` of them, that are new; `make_known` named their cards.

    They enter in the order of their identity, so that two batches with the same taps wait for each
    other; none is there twice.
    """
    values = {"city": city, "batch": batch, "now": now, "few": FEW}
    standing: dict[int, bool] = {}
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
        row = cursor.fetchone()
        if row[0] < given:
            cursor.execute(STANDING, values)
            standing = dict(cursor.fetchall())
    return Inserted(row[0], tuple(row[1] or ()), standing)
