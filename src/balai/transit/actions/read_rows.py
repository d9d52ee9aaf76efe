"""Reading a batch into columns: the common form in one tight pass, anything else field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from balai.kernel.problems import Fault, ProblemError
from balai.transit.actions.check_tap import (
    CARD,
    CODE,
    EARLIEST,
    FARTHEST_KM,
    LARGEST,
    card_references,
    check_tap,
)
from balai.transit.engine.fares.modes import MODE_CODES

SCHEMA = pa.schema(
    [
        ("row", pa.int32()), ("validator", pa.string()), ("sequence", pa.int64()),
        ("card", pa.string()), ("at", pa.int64()), ("direction", pa.string()),
        ("mode", pa.string()), ("route_id", pa.string()), ("stop_id", pa.string()),
        ("metres", pa.int32()),
    ]
)  # fmt: skip
"""A batch's taps. `row` counts from 1; `card` is a reference; `at` seconds since 1970 UTC."""
FORM = {
    "validator": pa.string(), "sequence": pa.int64(), "card": pa.string(),
    "at": pa.timestamp("us", "UTC"), "direction": pa.string(), "mode": pa.string(),
    "route_id": pa.string(), "stop_id": pa.string(), "km": pa.float64(),
}  # fmt: skip
"""The columns of the compact form; the last three may be left out."""
OPTIONAL = {"route_id", "stop_id", "km"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MODES = frozenset(MODE_CODES)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
FIRST_SECOND, LAST_SECOND = int(EARLIEST.timestamp()), int(LATEST.timestamp())


@dataclass(frozen=True, slots=True)
class Read:
    """What a batch says: the taps (of `SCHEMA`, in order of rows) and, by row, what is no tap.

    `raw` are the rows that are no taps, as they came.
    """

    rows: int
    taps: pa.Table
    faults: dict[int, Fault]
    raw: dict[int, object]


def read_rows(city: str, rows: Sequence[object]) -> Read:
    """Read rows as JSON gives them. A row that the quick pass cannot take is checked in full."""
    taps: list[tuple[Any, ...]] = []
    faults: dict[int, Fault] = {}
    quick = _Quick()
    for number, row in enumerate(rows, 1):
        found = quick.read(number, row)
        if found is None:
            checked = check_tap(row, number)
            if isinstance(checked, Fault):
                faults[number] = checked
                continue
            found = (number, checked.validator, checked.sequence, *checked.content)
        taps.append(found)
    columns = list(zip(*taps, strict=True)) or [()] * len(SCHEMA)
    columns[3] = tuple(card_references(city, columns[3]))
    arrays = [pa.array(column, kind) for column, kind in zip(columns, SCHEMA.types, strict=True)]
    raw = {number: rows[number - 1] for number in faults}
    return Read(len(rows), pa.Table.from_arrays(arrays, schema=SCHEMA), faults, raw)


class _Quick:
    """Takes rows in the form that validators send, without a call a field.

    Whatever it takes, `check_tap` would take with the same values; it may leave anything else.
    """

    def __init__(self) -> None:
        self.known: dict[str, set[str]] = {"validator": set(), "id": set()}
        self.seconds: dict[str, int | None] = {}

    def read(self, number: int, row: Any) -> tuple[Any, ...] | None:
        """The row's values in the order of SCHEMA, the card's number for its reference."""
        if type(row) is not dict:
            return None
        get = row.get
        validator, sequence, card = get("validator"), get("sequence"), get("card")
        direction, mode, km = get("direction"), get("mode"), get("km")
        if (
            type(sequence) is not int
            or not 0 <= sequence <= LARGEST
            or type(card) is not str
            or CARD.fullmatch(card) is None
            or direction not in ("in", "out")
            or type(mode) is not str
            or mode not in MODES
            or not self._is_code(validator)
        ):
            return None
        told = get("at")
        if type(told) is not str:
            return None
        # Riders tap together: what a clock says repeats within a batch.
        at = self.seconds.get(told)
        if at is None:
            at = self.seconds[told] = _second(told)
        route_id, stop_id = get("route_id") or "", get("stop_id") or ""
        if at is None or not self._is_text(route_id) or not self._is_text(stop_id):
            return None
        if km is None:
            metres = None
        elif type(km) in (int, float) and 0 <= km <= FARTHEST_KM:
            metres = round(km * 1000)
        else:
            return None
        return number, validator, sequence, card, at, direction, mode, route_id, stop_id, metres

    def _is_code(self, text: Any) -> bool:
        known = self.known["validator"]
        if type(text) is not str:
            return False
        if text not in known:
            if CODE.fullmatch(text) is None:
                return False
            known.add(text)
        return True

    def _is_text(self, text: Any) -> bool:
        known = self.known["id"]
        if type(text) is not str:
            return False
        if text and text not in known:
            if len(text) > 255 or not text.isprintable():
                return False
            known.add(text)
        return True


def _second(at: str) -> int | None:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    second = int(moment.replace(microsecond=0).timestamp())
    return second if FIRST_SECOND <= second <= LAST_SECOND else None


def read_table(city: str, table: pa.Table) -> Read:
    """Read a batch in columns (see FORM). ProblemError names a column that is missing or of
    another type; a row that is no tap is told as in `read_rows`.
    """
    table = _formed(table)
    good = _good_rows(table)
    numbers = pa.array(range(1, table.num_rows + 1), pa.int32())
    faults: dict[int, Fault] = {}
    raw: dict[int, object] = {}
    rest: list[tuple[Any, ...]] = []
    for at in pc.indices_nonzero(pc.invert(good)).to_pylist():
        row = _plain(table.slice(at, 1))
        checked = check_tap(row, at + 1)
        if isinstance(checked, Fault):
            faults[at + 1], raw[at + 1] = checked, row
        else:
            rest.append((at + 1, checked.validator, checked.sequence, *checked.content))
    taps = _columns(table.append_column("row", numbers).filter(good))
    if rest:
        columns = [
            pa.array(c, k) for c, k in zip(zip(*rest, strict=True), SCHEMA.types, strict=True)
        ]
        taps = pa.concat_tables([taps, pa.Table.from_arrays(columns, schema=SCHEMA)])
        taps = taps.sort_by("row")
    cards = card_references(city, taps["card"].to_pylist())
    taps = taps.set_column(3, "card", pa.array(cards, pa.string()))
    return Read(table.num_rows, taps, faults, raw)


def _formed(table: pa.Table) -> pa.Table:
    faults = []
    columns = []
    for name, kind in FORM.items():
        if name not in table.column_names:
            if name in OPTIONAL:
                columns.append(pa.nulls(table.num_rows, kind))
            else:
                faults.append(Fault(field=name, problem="is missing", remedy=f"Send it as {kind}"))
            continue
        try:
            columns.append(table[name].cast(kind))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            faults.append(
                Fault(field=name, value=str(table[name].type), problem="cannot be read",
                      remedy=f"Send the column as {kind}")
            )  # fmt: skip
    if faults:
        raise ProblemError("The batch cannot be taken", faults=tuple(faults))
    return pa.Table.from_arrays(columns, names=list(FORM))


def _good_rows(table: pa.Table) -> Any:
    """Which rows are certainly taps; the others are checked one by one."""
    at = table["at"]
    checks = [
        pc.match_substring_regex(table["validator"], f"^(?:{CODE.pattern})$"),
        pc.greater_equal(table["sequence"], 0),
        pc.match_substring_regex(table["card"], f"^(?:{CARD.pattern})$"),
        pc.greater_equal(at, pa.scalar(EARLIEST, at.type)),
        pc.less_equal(at, pa.scalar(LATEST, at.type)),
        pc.is_in(table["direction"], pa.array(["in", "out"])),
        pc.is_in(table["mode"], pa.array(MODE_CODES)),
        *(
            pc.fill_null(pc.match_substring_regex(table[name], r"^[ -~]{0,255}$"), True)
            for name in ("route_id", "stop_id")
        ),
        pc.fill_null(
            pc.and_(pc.greater_equal(table["km"], 0), pc.less_equal(table["km"], FARTHEST_KM)),
            True,
        ),
    ]
    good = checks[0]
    for check in checks[1:]:
        good = pc.and_(good, check)
    return pc.fill_null(good, False)


def _columns(table: pa.Table) -> pa.Table:
    seconds = pc.divide(table["at"].cast(pa.int64()), 1_000_000)
    metres = pc.round(pc.multiply(table["km"], 1000.0), round_mode="half_to_even")
    blank = {name: pc.fill_null(table[name], "") for name in ("route_id", "stop_id")}
    given = {**{name: table[name] for name in table.column_names}, **blank, "at": seconds,
             "metres": metres}  # fmt: skip
    return pa.Table.from_arrays(
        [given[name].cast(kind) for name, kind in zip(SCHEMA.names, SCHEMA.types, strict=True)],
        schema=SCHEMA,
    )


def _plain(row: pa.Table) -> dict[str, Any]:
    """The one row as JSON would give it; a time that no calendar here has stays a number."""
    microseconds = row["at"].cast(pa.int64())[0].as_py()
    told: dict[str, Any] = row.drop_columns(["at"]).to_pylist()[0]
    try:
        at = None if microseconds is None else EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return {**told, "at": str(microseconds)}
    return {**told, "at": at.isoformat() if at else None}
