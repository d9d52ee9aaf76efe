"""Taps in form that cannot be believed yet: held back with a reason, for an officer to judge."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from balai.kernel.problems import Fault
from balai.transit.models import Quarantined
from balai.transit.queries.acceptance import QUARANTINED, Acceptance
from balai.transit.queries.known_stops import KnownStops

Kind = Quarantined.Kind
Row = dict[str, Any]
CONTENT = (
    "validator", "sequence", "card", "at", "direction", "mode", "route_id", "stop_id", "metres",
)  # fmt: skip
"""What a tap is, in the order of its digest."""


@dataclass(frozen=True, slots=True)
class Held:
    """A row kept out: its reason, what the sender is told, and what an officer needs to judge."""

    kind: str
    fault: Fault
    content: Row = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)


def digest(content: Mapping[str, Any]) -> str:
    """The sha256 of a tap's content: equal for what was sent twice."""
    told = json.dumps([content.get(name) for name in CONTENT], separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def hold(
    taps: pa.Table, *, now: datetime, asked: Acceptance, drifts: Mapping[str, int],
    known: KnownStops | None, strange: frozenset[str],
) -> dict[int, Held]:  # fmt: skip
    """The rows of `taps` to hold back, each for the first reason that applies.

    `drifts` are the validators whose clocks are off, by how many seconds they are ahead; `known`
    the stops and routes of the city's feeds, None where there is no feed; `strange` the cards
    nobody registered, where the city asks that. Whole columns are looked at; only rows that are
    held cost more.
    """
    held: dict[int, Held] = {}
    for mask, judge in _tests(taps, now, asked, drifts, known, strange):
        for place in np.flatnonzero(np.asarray(mask)):
            row = taps.slice(int(place), 1).to_pylist()[0]
            held.setdefault(row["row"], judge(row))
    return held


def _tests(
    taps: pa.Table, now: datetime, asked: Acceptance, drifts: Mapping[str, int],
    known: KnownStops | None, strange: frozenset[str],
) -> Iterator[tuple[Any, Callable[[Row], Held]]]:  # fmt: skip
    second = int(now.timestamp())
    ahead = pc.greater(taps["at"], second + asked.clock_ahead_seconds)
    yield ahead, lambda row: _ahead(row, second)
    if drifts:
        off = pc.is_in(taps["validator"], pa.array(list(drifts), pa.string()))
        yield off, lambda row: _drifting(row, drifts[row["validator"]])
    if strange:
        yield pc.is_in(taps["card"], pa.array(list(strange), pa.string())), _unknown_card
    if known and asked.unknown_stop == QUARANTINED:
        yield _missing(taps["stop_id"], known.stops), lambda row: _unknown(row, "stop_id")
        yield _missing(taps["route_id"], known.routes), lambda row: _unknown(row, "route_id")


def _missing(column: Any, known: pa.Array) -> Any:
    return pc.invert(pc.or_(pc.is_in(column, known), pc.equal(column, "")))


def _ahead(row: Row, now: int) -> Held:
    at = datetime.fromtimestamp(row["at"], UTC).isoformat()
    fault = _fault(row, "at", at, "lies ahead of now", "Set the validator's clock")
    return Held(Kind.CLOCK_AHEAD, fault, _content(row), {"seconds_ahead": row["at"] - now})


def _drifting(row: Row, seconds: int) -> Held:
    fault = _fault(row, "at", str(seconds), "was told by a clock that is off",
                   "Set the validator's clock")  # fmt: skip
    return Held(Kind.CLOCK_DRIFT, fault, _content(row), {"drift_seconds": seconds})


def _unknown_card(row: Row) -> Held:
    fault = _fault(row, "card", "", "is not registered", "Register the card; the tap is kept")
    return Held(Kind.UNKNOWN_CARD, fault, _content(row))


def _unknown(row: Row, name: str) -> Held:
    fault = _fault(row, name, row[name], "is not in the timetable",
                   "Use the id of the feed in use; the tap is kept")  # fmt: skip
    return Held(Kind.UNKNOWN_STOP, fault, _content(row), {name: row[name]})


def _fault(row: Row, field_name: str, value: str, problem: str, remedy: str) -> Fault:
    return Fault(row=row["row"], field=field_name, value=value, problem=problem, remedy=remedy)


def _content(row: Row) -> Row:
    return {name: row[name] for name in CONTENT}
