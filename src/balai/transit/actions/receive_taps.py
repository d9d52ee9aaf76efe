"""Taking in taps from validators: any order, any number of times, each counted once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction
from django.utils import timezone

from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.transit.actions.check_tap import card_reference
from balai.transit.actions.hold_taps import CONTENT, Held, digest, hold
from balai.transit.actions.insert_taps import (
    as_csv,
    insert,
    leave_out,
    make_known,
    stage,
    unregistered_cards,
)
from balai.transit.actions.read_rows import Read, read_rows, read_table
from balai.transit.models import Quarantined, TapBatch, Validator
from balai.transit.queries.acceptance import QUARANTINED, acceptance_on
from balai.transit.queries.known_stops import known_stops

MOST_ROWS = 20_000
Outcome = Literal["accepted", "duplicate", "rejected"]
Kind, State = Quarantined.Kind, Quarantined.State


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row (1 is the first).

    `fault` says why it was rejected and `reason` in one word: a kind of `Quarantined`.
    """

    row: int
    outcome: Outcome
    fault: Fault | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a batch. `others` are the rows that were not accepted, in order of rows.

    `repeated`: an earlier request with the key had it taken in. `cards` are the ids of a small
    batch's cards that have new taps.
    """

    batch: UUID
    given: int
    others: tuple[RowResult, ...]
    repeated: bool = field(default=False, compare=False)
    cards: tuple[int, ...] = field(default=(), compare=False)

    @property
    def rows(self) -> tuple[RowResult, ...]:
        """Every row's result."""
        others = {row.row: row for row in self.others}
        return tuple(
            others.get(row) or RowResult(row, "accepted") for row in range(1, self.given + 1)
        )

    def count(self, outcome: Outcome) -> int:
        """How many rows had this outcome."""
        if outcome == "accepted":
            return self.given - len(self.others)
        return sum(row.outcome == outcome for row in self.others)


@dataclass(slots=True)
class _Batch:
    """A batch at work: what it says, and by row what does not simply count."""

    city: str
    id: UUID
    now: datetime
    read: Read
    repeats: dict[int, bool]
    held: dict[int, Held] = field(default_factory=dict)
    results: dict[int, RowResult] = field(default_factory=dict)


def receive_taps(
    city: str,
    rows: Sequence[object] | pa.Table,
    *,
    place: str,
    sender: str = "",
    key: str | None = None,
    now: datetime | None = None,
    generated: bool = False,
) -> Receipt:
    """Take in a batch of taps: good rows are kept, the others are reported and set aside.

    A row is a mapping with validator, sequence, card, at, direction, mode and, if known,
    route_id, stop_id, km; an Arrow table holds the same in columns (`read_rows.FORM`). `place` is
    the region given to validators not known yet. The same `key` with the same rows gets the first
    answer again; ConflictError where it came with other rows; ProblemError where the batch is
    empty or too long. A tap whose identity (validator and sequence) is known with other content is
    a conflict: the tap that came first stands. A tap that cannot be believed (`hold_taps`) waits
    in quarantine; sent again, it is a duplicate.
    """
    given = rows.num_rows if isinstance(rows, pa.Table) else len(rows)
    if not 0 < given <= MOST_ROWS:
        raise ProblemError(
            "The batch cannot be taken",
            faults=(Fault(field="taps", value=str(given), problem="is not a number of rows"
                          f" from 1 to {MOST_ROWS}", remedy="Send the taps in smaller batches"),),
        )  # fmt: skip
    read = read_table(city, rows) if isinstance(rows, pa.Table) else read_rows(city, rows)
    lines = as_csv(read.taps)
    fingerprint = _fingerprint(city, lines, read)
    with transaction.atomic():
        _one_at_a_time(f"transit:taps:{city}:{sender}:{key}" if key else None)
        if key and (kept := _earlier(city, sender, key, fingerprint, given)):
            return kept
        batch = _Batch(city, uuid4(), now or timezone.now(), read, _repeats(read.taps))
        cards = _take_in(batch, lines, place, generated=generated)
        others = tuple(batch.results[row] for row in sorted(batch.results))
        receipt = Receipt(batch.id, given, others, cards=cards)
        _keep_batch(batch, receipt, sender, key, fingerprint)
    return receipt


def _take_in(batch: _Batch, lines: bytes, place: str, *, generated: bool) -> tuple[int, ...]:
    for row, fault in batch.read.faults.items():
        batch.results[row] = RowResult(row, "rejected", fault, Kind.INVALID)
    for row, same in batch.repeats.items():
        _repeated(batch, row, same=same)
    taps = batch.read.taps
    if not taps.num_rows:
        return ()
    stage(lines)
    validators = _validators(batch, taps)
    _hold(batch, {code: seconds for code, seconds in validators.items() if seconds})
    _heed_earlier(batch)
    left_out = set(batch.results) - set(batch.read.faults)
    if left_out:
        taps = taps.filter(pc.invert(pc.is_in(taps["row"], pa.array(sorted(left_out), pa.int32()))))
        leave_out(left_out)
    codes = list(set(taps["validator"].unique().to_pylist()) - set(validators))
    make_known(batch.city, codes, place, generated=generated)
    done = insert(batch.city, batch.id, taps.num_rows, batch.now)
    for row, same in done.standing.items():
        _repeated(batch, row, same=same or _sent_before(batch, row))
    return done.cards


def _repeats(taps: pa.Table) -> dict[int, bool]:
    """Rows whose identity an earlier row of the batch has, and whether they are the same tap."""
    validators = taps["validator"].combine_chunks().dictionary_encode().indices.to_numpy()
    identities = np.column_stack([validators, taps["sequence"].to_numpy()])
    order = np.lexsort(identities.T)
    same = (identities[order[1:]] == identities[order[:-1]]).all(axis=1)
    if not same.any():
        return {}
    shared = np.zeros(len(order), bool)
    shared[order[1:][same]] = shared[order[:-1][same]] = True
    first: dict[tuple[str, int], dict[str, Any]] = {}
    found = {}
    for tap in taps.filter(pa.array(shared)).to_pylist():
        row = tap.pop("row")
        standing = first.setdefault((tap["validator"], tap["sequence"]), tap)
        if standing is not tap:
            found[row] = standing == tap
    return found


def _validators(batch: _Batch, taps: pa.Table) -> dict[str, int]:
    """The validators of the batch that are known, with how far their clocks are off, 0 if not."""
    codes = taps["validator"].unique().to_pylist()
    known = Validator.objects.filter(city=batch.city, code__in=codes)
    asked = acceptance_on(batch.city, batch.now.date())
    return {
        code: seconds
        if seconds is not None
        and abs(seconds) > asked.drift_tolerance_seconds
        and uploads >= asked.drift_uploads
        and spread <= asked.drift_spread_seconds
        else 0
        for code, seconds, uploads, spread in known.values_list(
            "code", "drift_seconds", "drift_uploads", "drift_spread"
        )
    }


def _hold(batch: _Batch, drifts: dict[str, int]) -> None:
    asked = acceptance_on(batch.city, batch.now.date())
    strange = unregistered_cards(batch.city) if asked.unknown_card == QUARANTINED else []
    held = hold(
        batch.read.taps, now=batch.now, asked=asked, drifts=drifts,
        known=known_stops(batch.city), strange=frozenset(strange),
    )  # fmt: skip
    for row, each in held.items():
        if row not in batch.results:
            batch.held[row] = each
            batch.results[row] = RowResult(row, "rejected", each.fault, each.kind)


def _heed_earlier(batch: _Batch) -> None:
    """What lies in quarantine already is a duplicate, or was rejected for good by an officer."""
    if not Quarantined.objects.filter(city=batch.city).exclude(digest="").exists():
        return
    for row, kept, content in _quarantined(batch):
        if row in batch.results and row not in batch.held:
            continue
        same = digest(content) == kept.digest
        held = batch.held.pop(row, None)
        if held is None and kept.state == State.OPEN:
            _resolve(kept, batch) if same else None
        elif kept.state == State.REJECTED and same:
            batch.results[row] = _refused(row, content)
        elif kept.state in (State.OPEN, State.RELEASED):
            _repeated(batch, row, same=same)
        elif held is not None:
            batch.held[row] = held


IN_QUARANTINE = """
SELECT given.row, max(kept.id) FROM given_taps AS given
  JOIN transit_quarantined AS kept
    ON kept.city = %s AND kept.validator = given.validator AND kept.sequence = given.sequence
   AND NOT kept.digest = ''
 GROUP BY given.row
"""


def _quarantined(batch: _Batch) -> list[tuple[int, Quarantined, dict[str, Any]]]:
    """The batch's rows whose identity is in quarantine, with the latest entry and what came."""
    with connection.cursor() as cursor:
        cursor.execute(IN_QUARANTINE, [batch.city])
        found = dict(cursor.fetchall())
    if not found:
        return []
    kept = Quarantined.objects.in_bulk(set(found.values()))
    rows = batch.read.taps.filter(pc.is_in(batch.read.taps["row"], pa.array(found, pa.int32())))
    return [(row["row"], kept[found[row["row"]]], row) for row in rows.to_pylist()]


def _resolve(kept: Quarantined, batch: _Batch) -> None:
    """What was held is believed now, for it came again when nothing spoke against it."""
    kept.state, kept.decided_at = State.RESOLVED, batch.now
    kept.decision = "Came again and was taken"
    kept.save(update_fields=["state", "decided_at", "decision"])


def _refused(row: int, content: Mapping[str, Any]) -> RowResult:
    fault = Fault(
        row=row, field="sequence", value=f"{content['validator']}/{content['sequence']}",
        problem="was rejected by an officer", remedy="It does not count; do not send it again",
    )  # fmt: skip
    return RowResult(row, "rejected", fault, Kind.CONFLICT)


def _sent_before(batch: _Batch, row: int) -> bool:
    """Whether the tap that stands is this one as an officer corrected it."""
    place = pc.index(batch.read.taps["row"], row).as_py()
    content = batch.read.taps.slice(place, 1).to_pylist()[0]
    return Quarantined.objects.filter(
        city=batch.city, validator=content["validator"], sequence=content["sequence"],
        state=State.RELEASED, digest=digest(content),
    ).exists()  # fmt: skip


def _repeated(batch: _Batch, row: int, *, same: bool) -> None:
    if same:
        batch.results[row] = RowResult(row, "duplicate")
        return
    place = pc.index(batch.read.taps["row"], row).as_py()
    tap = batch.read.taps.slice(place, 1).to_pylist()[0]
    fault = Fault(
        row=row, field="sequence", value=f"{tap['validator']}/{tap['sequence']}",
        problem="another tap has this validator and sequence number",
        remedy="The tap that came first stands; check the validator's counter",
    )  # fmt: skip
    batch.results[row] = RowResult(row, "rejected", fault, Kind.CONFLICT)


def _keep_batch(
    batch: _Batch, receipt: Receipt, sender: str, key: str | None, fingerprint: str
) -> None:
    kept = TapBatch.objects.create(
        id=batch.id, city=batch.city, sender=sender, idempotency_key=key, fingerprint=fingerprint,
        received_at=batch.now, accepted=receipt.count("accepted"),
        duplicates=receipt.count("duplicate"), rejected=receipt.count("rejected"),
        answer={
            "duplicates": [row.row for row in receipt.others if row.outcome == "duplicate"],
            "rejected": [
                {**row.fault.as_dict(), "reason": row.reason} for row in receipt.others if row.fault
            ],
        },
    )  # fmt: skip
    Quarantined.objects.bulk_create(
        _set_aside(batch, kept, row) for row in receipt.others if row.fault
    )


def _set_aside(batch: _Batch, kept: TapBatch, result: RowResult) -> Quarantined:
    fault, held = result.fault, batch.held.get(result.row)
    assert fault is not None
    entry = Quarantined(
        city=batch.city, batch=kept, row=result.row, kind=result.reason, field=fault.field,
        value=fault.value, problem=fault.problem, remedy=fault.remedy, received_at=batch.now,
        content=_without_card_number(batch, result.row),
    )  # fmt: skip
    if held:
        entry.content, entry.evidence = held.content, held.evidence
        entry.validator, entry.sequence = held.content["validator"], held.content["sequence"]
        entry.digest = digest(held.content)
    return entry


def _without_card_number(batch: _Batch, row: int) -> Any:
    if row not in batch.read.raw:
        place = pc.index(batch.read.taps["row"], row).as_py()
        tap = batch.read.taps.slice(place, 1).to_pylist()[0]
        return {name: tap[name] for name in CONTENT}
    raw = batch.read.raw[row]
    if not isinstance(raw, Mapping):
        return {"row": _storable(raw)[:200]}
    kept = {_storable(name)[:50]: str(value)[:200] for name, value in list(raw.items())[:30]}
    if "card" in kept:
        kept["card"] = card_reference(batch.city, kept["card"])
    return {name: _storable(value) for name, value in kept.items()}


def _storable(value: object) -> str:
    """The value as text that PostgreSQL keeps: without NUL and halves of characters."""
    return str(value).encode("utf-8", "replace").decode().replace("\x00", "�")


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
    for told in kept.answer["rejected"]:
        fault = Fault(**{name: value for name, value in told.items() if name != "reason"})
        results[told["row"]] = RowResult(told["row"], "rejected", fault, told.get("reason", ""))
    others = tuple(results[row] for row in sorted(results))
    return Receipt(kept.id, rows, others, repeated=True)


def _fingerprint(city: str, lines: bytes, read: Read) -> str:
    told = hashlib.sha256(f"{city}\n{read.rows}\n".encode())
    told.update(lines)
    told.update(json.dumps(read.raw, sort_keys=True, default=str).encode())
    return told.hexdigest()


def _one_at_a_time(name: str | None) -> None:
    """Wait for another transaction that works under the same name."""
    if name:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
