"""Taking in taps from validators: any order, any number of times, each counted once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from balai.kernel.copying import NULL, escaped
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.transit.actions.check_tap import GoodTap, card_reference, check_tap
from balai.transit.models import Card, Quarantined, TapBatch, Validator

MOST_ROWS = 20_000
Outcome = Literal["accepted", "duplicate", "rejected"]


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row (1 is the first); `fault` says why it was rejected."""

    row: int
    outcome: Outcome
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a batch. `repeated`: an earlier request with the key had it taken in."""

    batch: UUID
    rows: tuple[RowResult, ...]
    repeated: bool = False

    def count(self, outcome: Outcome) -> int:
        """How many rows had this outcome."""
        return sum(row.outcome == outcome for row in self.rows)


def receive_taps(
    city: str,
    rows: Sequence[object],
    *,
    place: str,
    sender: str = "",
    key: str | None = None,
    now: datetime | None = None,
    generated: bool = False,
) -> Receipt:
    """Take in a batch of taps: good rows are kept, the others are reported and set aside.

    A row is a mapping with validator, sequence, card, at, direction, mode and, if known,
    route_id, stop_id, km. `place` is the region given to validators not known yet. The same
    `key` with the same rows gets the first answer again; ConflictError where it came with other
    rows; ProblemError where the batch is empty or too long. A tap whose identity (validator and
    sequence) is known with other content is a conflict: the tap that came first stands.
    """
    if not 0 < len(rows) <= MOST_ROWS:
        raise ProblemError(
            "The batch cannot be taken",
            faults=(Fault(field="taps", value=str(len(rows)), problem="is not a number of rows"
                          f" from 1 to {MOST_ROWS}", remedy="Send the taps in smaller batches"),),
        )  # fmt: skip
    now = now or timezone.now()
    fingerprint = _fingerprint(city, rows)
    with transaction.atomic():
        _one_at_a_time(f"transit:taps:{city}:{sender}:{key}" if key else None)
        if key and (kept := _earlier(city, sender, key, fingerprint, len(rows))):
            return kept
        receipt, contents = _take_in(city, rows, place, now, generated)
        _keep_batch(receipt, contents, city, sender, key, fingerprint, now)
    return receipt


def _take_in(
    city: str, rows: Sequence[object], place: str, now: datetime, generated: bool
) -> tuple[Receipt, dict[int, Any]]:
    batch = uuid4()
    results: dict[int, RowResult] = {}
    first: dict[tuple[str, int], GoodTap] = {}
    for number, row in enumerate(rows, 1):
        checked = check_tap(row, city, number, now)
        if isinstance(checked, Fault):
            results[number] = RowResult(number, "rejected", checked)
            continue
        standing = first.setdefault(checked.identity, checked)
        if standing is not checked:
            results[number] = _repeated(checked, same=standing.content == checked.content)
    given = list(first.values())
    accepted = _insert(city, given, place, batch, now, generated)
    known = [tap for tap in given if tap.identity not in accepted]
    standing_content = _standing(city, known)
    for tap in given:
        if tap.identity in accepted:
            results[tap.row] = RowResult(tap.row, "accepted")
        else:
            same = standing_content[tap.identity] == tap.content
            results[tap.row] = _repeated(tap, same=same)
    rejected = {
        number: _without_card_number(rows[number - 1], city)
        for number, result in results.items()
        if result.outcome == "rejected"
    }
    return Receipt(batch, tuple(results[number] for number in sorted(results))), rejected


def _repeated(tap: GoodTap, *, same: bool) -> RowResult:
    if same:
        return RowResult(tap.row, "duplicate")
    return RowResult(
        tap.row,
        "rejected",
        Fault(
            row=tap.row, field="sequence", value=f"{tap.validator}/{tap.sequence}",
            problem="another tap has this validator and sequence number",
            remedy="The tap that came first stands; check the validator's counter",
        ),
    )  # fmt: skip


COLUMNS = (
    "validator text, sequence bigint, card text, at timestamptz, direction text, mode text,"
    " route_id text, stop_id text, metres integer"
)


def _insert(
    city: str, taps: Sequence[GoodTap], place: str, batch: UUID, now: datetime, generated: bool
) -> set[tuple[str, int]]:
    """Insert the taps that are new; returns their identities."""
    if not taps:
        return set()
    validators = sorted({tap.validator for tap in taps})
    cards = sorted({tap.card for tap in taps})
    Validator.objects.bulk_create(
        [Validator(city=city, code=code, place=place) for code in validators],
        ignore_conflicts=True, batch_size=5000,
    )  # fmt: skip
    Card.objects.bulk_create(
        [Card(city=city, reference=card, generated=generated) for card in cards],
        ignore_conflicts=True, batch_size=5000,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE given_taps ({COLUMNS}) ON COMMIT DROP")
        with cursor.copy("COPY given_taps FROM STDIN") as copy:
            copy.write("".join(_line(tap) for tap in sorted(taps, key=lambda tap: tap.identity)))
        cursor.execute(INSERT, {"city": city, "batch": batch, "now": now})
        new = cursor.fetchall()
        cursor.execute("DROP TABLE given_taps")
    codes = dict(Validator.objects.filter(city=city, code__in=validators).values_list("id", "code"))
    return {(codes[validator], sequence) for validator, sequence in new}


INSERT = """
WITH new AS (
    INSERT INTO transit_tap (city, validator_id, sequence, card_id, at, direction, mode,
                             route_id, stop_id, metres, received_at, batch_id)
    SELECT %(city)s, validator.id, given.sequence, card.id, given.at, given.direction, given.mode,
           given.route_id, given.stop_id, given.metres, %(now)s, %(batch)s
      FROM given_taps AS given
      JOIN transit_validator AS validator
        ON validator.city = %(city)s AND validator.code = given.validator
      JOIN transit_card AS card ON card.city = %(city)s AND card.reference = given.card
    ON CONFLICT (validator_id, sequence) DO NOTHING
    RETURNING id, card_id, validator_id, sequence
), pending AS (
    INSERT INTO transit_pendingtap (tap_id, city, card_id) SELECT id, %(city)s, card_id FROM new
)
SELECT validator_id, sequence FROM new
"""


def _standing(city: str, taps: Sequence[GoodTap]) -> dict[tuple[str, int], tuple[Any, ...]]:
    """The content of taps that are known already, by identity."""
    if not taps:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT validator.code, tap.sequence, card.reference, tap.at, tap.direction, tap.mode,"
            " tap.route_id, tap.stop_id, tap.metres"
            "  FROM unnest(%s::text[], %s::bigint[]) AS given(code, sequence)"
            "  JOIN transit_validator AS validator"
            "    ON validator.city = %s AND validator.code = given.code"
            "  JOIN transit_tap AS tap"
            "    ON tap.validator_id = validator.id AND tap.sequence = given.sequence"
            "  JOIN transit_card AS card ON card.id = tap.card_id",
            [[tap.validator for tap in taps], [tap.sequence for tap in taps], city],
        )
        return {(row[0], row[1]): tuple(row[2:]) for row in cursor.fetchall()}


def _line(tap: GoodTap) -> str:
    card, at, *rest, metres = tap.content
    texts = (escaped(tap.validator), str(tap.sequence), card, at.isoformat(), *map(escaped, rest))
    return "\t".join((*texts, NULL if metres is None else str(metres))) + "\n"


def _keep_batch(
    receipt: Receipt, contents: Mapping[int, Any], city: str, sender: str, key: str | None,
    fingerprint: str, now: datetime,
) -> None:  # fmt: skip
    batch = TapBatch.objects.create(
        id=receipt.batch, city=city, sender=sender, idempotency_key=key, fingerprint=fingerprint,
        received_at=now, accepted=receipt.count("accepted"),
        duplicates=receipt.count("duplicate"), rejected=receipt.count("rejected"),
        answer={
            "duplicates": [row.row for row in receipt.rows if row.outcome == "duplicate"],
            "rejected": [row.fault.as_dict() for row in receipt.rows if row.fault],
        },
    )  # fmt: skip
    Quarantined.objects.bulk_create(
        Quarantined(
            city=city, batch=batch, row=row.row, field=row.fault.field, value=row.fault.value,
            kind="conflict" if row.fault.problem.startswith("another tap") else "invalid",
            problem=row.fault.problem, remedy=row.fault.remedy, content=contents[row.row],
            received_at=now,
        )
        for row in receipt.rows
        if row.fault
    )  # fmt: skip


def _earlier(city: str, sender: str, key: str, fingerprint: str, rows: int) -> Receipt | None:
    kept = TapBatch.objects.filter(city=city, sender=sender, idempotency_key=key).first()
    if kept is None:
        return None
    if kept.fingerprint != fingerprint:
        raise ConflictError(
            "The idempotency key stands for another batch",
            detail=f"The key {key!r} came before with other taps. Use a new key.",
            kind="idempotency-conflict",
        )
    results = {row: RowResult(row, "duplicate") for row in kept.answer["duplicates"]}
    for fault in kept.answer["rejected"]:
        results[fault["row"]] = RowResult(fault["row"], "rejected", Fault(**fault))
    every = (results.get(row, RowResult(row, "accepted")) for row in range(1, rows + 1))
    return Receipt(kept.id, tuple(every), repeated=True)


def _fingerprint(city: str, rows: Sequence[object]) -> str:
    text = json.dumps([city, rows], sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _without_card_number(row: object, city: str) -> Any:
    if not isinstance(row, Mapping):
        return {"row": str(row)[:200]}
    kept = {str(name)[:50]: str(value)[:200] for name, value in list(row.items())[:30]}
    if "card" in kept:
        kept["card"] = card_reference(city, kept["card"])
    return {name: value.replace("\x00", "�") for name, value in kept.items()}


def _one_at_a_time(name: str | None) -> None:
    """Wait for another transaction that works under the same name."""
    if name:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
