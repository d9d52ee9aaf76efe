"""The quick ways to read a batch read what the full check reads, and refuse nothing else."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.kernel.problems import Fault, ProblemError
from balai.transit.actions.check_tap import card_reference, check_tap
from balai.transit.actions.read_rows import FORM, SCHEMA, read_rows, read_table

GOOD = {
    "validator": "V-1", "sequence": 7, "card": "6032-0001", "at": "2026-11-23T07:10:00+07:00",
    "direction": "in", "mode": "mrt", "route_id": "M", "stop_id": "hi", "km": 1.5,
}  # fmt: skip
WRONG = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.sampled_from(["", "2026-11-23", "2026-11-23T07:10:00", "9999-12-31T23:59:59-14:00",
                     "1999-12-31T23:59:59+00:00", "2026-11-23T07:10:00.75Z", "brt", "out", "V 1",
                     "6032-0001\n", "é", "x" * 256, 2**63 - 1, 2**63, 500, 500.01, 0.0005]),
    st.lists(st.integers(), max_size=1),
)  # fmt: skip


def fully(rows):
    """What the check of each row by itself says."""
    taps, faults = [], {}
    for number, row in enumerate(rows, 1):
        checked = check_tap(row, number)
        if isinstance(checked, Fault):
            faults[number] = checked
        else:
            card, *rest = checked.content
            card = card_reference("jakarta", card)
            taps.append((number, checked.validator, checked.sequence, card, *rest))
    return taps, faults


def told(read):
    return [tuple(row[name] for name in SCHEMA.names) for row in read.taps.to_pylist()]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.fixed_dictionaries(
    {}, optional={name: st.one_of(st.just(value), st.just(value), WRONG)
                  for name, value in GOOD.items()}), WRONG), max_size=4))  # fmt: skip
def test_the_quick_pass_reads_what_the_full_check_reads(rows):
    taps, faults = fully(rows)
    read = read_rows("jakarta", rows)
    assert told(read) == taps
    assert read.faults == faults
    assert read.raw == {number: rows[number - 1] for number in faults}


COLUMNS = st.fixed_dictionaries(
    {
        "validator": st.sampled_from(["V-1", "é", "", "V 1", "a" * 60, "a" * 61, None]),
        "sequence": st.sampled_from([0, 7, -1, 2**63 - 1, None]),
        "card": st.sampled_from(["6032-0001", "x", "6032_1", None]),
        "at": st.sampled_from([1_795_000_000, 0, -1, 946_684_799, 946_684_800, 253_500_000_000,
                               9_000_000_000_000, None]),
        "direction": st.sampled_from(["in", "out", "up", None]),
        "mode": st.sampled_from(["mrt", "boat", None]),
        "route_id": st.sampled_from(["M", "Jalan é", "\n", "x" * 256, None, ""]),
        "stop_id": st.sampled_from(["hi", "", None]),
        "km": st.sampled_from([0.0, 1.2345, 0.0005, 0.0015, 500.0, 500.1, -1.0, None]),
    }
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(COLUMNS, min_size=1, max_size=4))
def test_columns_read_as_rows_do(rows):
    arrays = {
        name: pa.array([row[name] for row in rows], pa.int64() if name == "at" else kind)
        for name, kind in FORM.items()
    }
    arrays["at"] = arrays["at"].cast(pa.timestamp("s", "UTC"))
    try:
        read = read_table("jakarta", pa.table(arrays))
    except ProblemError:
        assert any(row["at"] and abs(row["at"]) > 2**63 // 10**6 for row in rows)
        return
    as_rows = [{**row, "at": _iso(row["at"])} for row in rows]
    taps, faults = fully(as_rows)
    assert told(read) == taps
    assert set(read.faults) == set(faults)


def _iso(second):
    from datetime import UTC, datetime, timedelta

    try:
        at = datetime(1970, 1, 1, tzinfo=UTC)
        return None if second is None else (at + timedelta(seconds=second)).isoformat()
    except OverflowError:
        return str(second)


def test_columns_left_out_are_named():
    with pytest.raises(ProblemError) as refused:
        read_table("jakarta", pa.table({"validator": ["V-1"]}))
    assert {fault.field for fault in refused.value.faults} == set(FORM) - {
        "validator", "route_id", "stop_id", "km",
    }  # fmt: skip
