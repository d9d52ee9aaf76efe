"""Measures: figures by day and place that equal a plain count of the records they list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.events import actions
from balai.kernel.events import measures as m
from balai.kernel.events.actions import Happening
from balai.kernel.events.event_measures import DAY, PLACE, event_measure
from balai.kernel.events.kinds import EventKind
from balai.kernel.events.measures import Column, MeasureQuery, MeasureValue, Reading
from balai.kernel.events.models import Event
from balai.kernel.events.table_measures import table_measure
from balai.kernel.problems import ProblemError

AT = datetime(2025, 9, 1, 7, 30, tzinfo=UTC)
FIRST = date(2025, 9, 1)
TEXT = {"id": "Uji", "en": "Test"}


@dataclass(frozen=True)
class Old:
    rupiah: int
    kind: str


@dataclass(frozen=True)
class Trip:
    fare: int
    km: Decimal
    integrated: bool
    share: float = 0.5
    card: str = ""


OLD = EventKind(name="test.trip", version=1, fields=Old, title=TEXT)
TRIP = EventKind(
    name="test.trip", version=2, fields=Trip, title=TEXT, personal=frozenset({"card"}),
    upcasts={1: lambda d: {"fare": d["rupiah"], "km": "1.5", "integrated": d["kind"] == "one"}},
)  # fmt: skip
FARE = Column("fare", {"id": "Tarif", "en": "Fare"}, "money")
WEEK = MeasureQuery(city="jakarta", start=FIRST, end=FIRST + timedelta(days=6))


def measure(name: str = "test.trips", **changes):
    body = {"title": TEXT, "unit": "trips", "description": TEXT, "columns": (DAY, PLACE, FARE)}
    return event_measure(TRIP, name=name, **{**body, **changes})


@pytest.fixture
def trips(db):
    """21 trips over 7 days and 3 places, 3 of them told in the old version, and two elsewhere."""
    batch = [
        Happening(
            kind=TRIP, at=AT + timedelta(days=n % 7), day=FIRST + timedelta(days=n % 7),
            city="jakarta", place=f"31.7{n % 3}",
            data=Trip(1000 + n, Decimal(n) / 10, n % 2 == 0),
        )
        for n in range(18)
    ]  # fmt: skip
    for n in range(3):
        batch.append(replace(batch[n], kind=OLD, data=Old(50 + n, "one" if n else "two")))
    batch.append(replace(batch[0], city="manila"))
    batch.append(replace(batch[0], day=FIRST - timedelta(days=1)))
    actions.record_many(batch)


def everything(found, query, limit=4):
    rows, mark = [], None
    while True:
        page = found.records(query, limit, mark)
        rows += page.rows
        mark = page.next
        if mark is None:
            assert page.total == len(rows)
            return rows


@pytest.mark.usefixtures("trips")
def test_a_count_equals_the_records_it_lists():
    values = measure().values(WEEK)
    assert sum(v.value for v in values) == sum(v.count for v in values) == 21
    rows = everything(measure(), WEEK)
    for value in values:
        assert value.value == sum(row[:2] == (value.day, value.place) for row in rows)
    assert [(v.day, v.place) for v in values] == sorted((v.day, v.place) for v in values)


@pytest.mark.usefixtures("trips")
def test_a_sum_takes_old_versions_brought_up_and_equals_its_records():
    found = measure(aggregate="sum", field="fare", where={"integrated": True})
    expected = sum(1000 + n for n in range(0, 18, 2)) + 51 + 52
    values = found.values(WEEK)
    assert sum(v.value for v in values) == expected
    assert all(type(v.value) is int for v in values)
    assert sum(row[2] for row in everything(found, WEEK, 3)) == expected
    assert sum(v.count for v in values) == 11


@pytest.mark.usefixtures("trips")
def test_decimals_are_summed_exactly():
    values = measure(aggregate="sum", field="km").values(WEEK)
    assert sum(v.value for v in values) == sum(Decimal(n) / 10 for n in range(18)) + Decimal("4.5")


@pytest.mark.usefixtures("trips")
def test_places_and_days_narrow_the_figure_and_its_records():
    query = replace(WEEK, places=("31.71", "31.72"), end=FIRST + timedelta(days=1))
    values = measure().values(query)
    rows = everything(measure(), query)
    assert len(rows) == sum(v.value for v in values) > 0
    assert {v.place for v in values} <= {"31.71", "31.72"}
    assert measure().values(replace(WEEK, places=())) == []


@pytest.mark.usefixtures("trips")
def test_freshness_changes_when_a_late_record_comes():
    before = measure().freshness(WEEK)
    assert before == measure().freshness(WEEK)
    late = Happening(kind=TRIP, at=AT, day=FIRST, city="jakarta", data=Trip(1, Decimal(1), True))
    actions.record(replace(late, city="manila"))
    assert measure().freshness(WEEK) == before
    actions.record(late)
    assert measure().freshness(WEEK) != before


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": (Column("card", TEXT),)}, {"columns": (Column("subject", TEXT),)},
        {"where": {"none": 1}}, {"aggregate": "sum"}, {"field": "fare"},
        {"aggregate": "sum", "field": "share"}, {"aggregate": "sum", "field": "integrated"},
    ],
)  # fmt: skip
def test_a_measure_that_cannot_be_right_is_refused_when_it_is_made(changes):
    with pytest.raises(TypeError):
        measure(**changes)


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(ProblemError, match="ends before"):
        MeasureQuery(city="jakarta", start=FIRST, end=FIRST - timedelta(days=1))


@pytest.mark.usefixtures("trips")
def test_a_table_is_measured_like_events():
    found = table_measure(
        lambda: Event.objects.filter(kind="test.trip"), name="test.table", title=TEXT, unit="x",
        description=TEXT, recorded="recorded_at", columns=(DAY, PLACE), value=Sum("version"),
    )  # fmt: skip
    values = found.values(WEEK)
    assert [(v.day, v.place, v.count) for v in values] == [
        (v.day, v.place, v.value) for v in measure().values(WEEK)
    ]
    assert sum(v.value for v in values) == 2 * 18 + 3
    rows = everything(found, WEEK)
    assert sorted(rows) == sorted(row[:2] for row in everything(measure(), WEEK))
    assert found.freshness(WEEK) == measure().freshness(WEEK)


@pytest.mark.usefixtures("trips")
@pytest.mark.parametrize("mark", ["x", "WyJhIiwiYiJd", "WyJhIiwiYiIsImMiXQ", "é"])
def test_a_foreign_mark_is_refused(mark):
    table = table_measure(
        Event.objects.all, name="t", title=TEXT, unit="x", description=TEXT,
        recorded="recorded_at", columns=(DAY,),
    )  # fmt: skip
    for found in (measure(), table):
        with pytest.raises(ProblemError, match="cannot be found"):
            found.records(WEEK, 5, mark)


@pytest.mark.usefixtures("trips")
def test_a_measure_is_read_by_its_name(monkeypatch):
    monkeypatch.setattr(m, "_measures", {})
    found = m.register_measure(measure())
    assert m.measures() == (found,)
    reading = m.read("test.trips", WEEK)
    assert (reading.total, reading.count, reading.version) == (21, 21, 1)
    assert m.records("test.trips", WEEK).total == 21
    assert m.latest_recorded("test.trips", WEEK).count == 21
    with pytest.raises(ProblemError, match=r"test\.none"):
        m.read("test.none", WEEK)
    with pytest.raises(ValueError, match=r"test\.trips"):
        m.register_measure(measure())


AMOUNTS = st.decimals(-(10**18), 10**18, places=4)  # within the digits that Decimal multiplies
VALUES = st.lists(
    st.builds(
        MeasureValue,
        st.dates(), st.text(max_size=3),
        st.integers() | AMOUNTS,
        st.integers(0, 9),
    ),
    max_size=5,
)  # fmt: skip


@given(st.lists(VALUES, max_size=3), st.randoms(use_true_random=False))
def test_the_hash_is_blind_to_order(batches, random):
    readings = [Reading("a", n + 1, WEEK, tuple(v)) for n, v in enumerate(batches)]
    shuffled = [replace(r, values=tuple(random.sample(r.values, len(r.values)))) for r in readings]
    random.shuffle(shuffled)
    assert m.inputs_hash(readings) == m.inputs_hash(shuffled)


@given(VALUES.filter(len), st.data())
def test_the_hash_sees_any_change(values, data):
    reading = Reading("a", 1, WEEK, tuple(values))
    at = data.draw(st.integers(0, len(values) - 1))
    changed = list(values)
    changed[at] = replace(changed[at], value=changed[at].value + 1)
    before = m.inputs_hash([reading])
    assert m.inputs_hash([replace(reading, values=tuple(changed))]) != before
    assert m.inputs_hash([replace(reading, version=2)]) != before
    assert m.inputs_hash([replace(reading, measure="b")]) != before
    assert m.inputs_hash([replace(reading, query=replace(WEEK, city="manila"))]) != before


@given(AMOUNTS)
def test_a_number_has_one_way_to_be_written(value):
    assert Decimal(m.canonical_number(value)) == value
    assert m.canonical_number(value * Decimal("1.000")) == m.canonical_number(value)
    assert m.canonical_number(Decimal(2)) == m.canonical_number(2) == "2"
    assert m.canonical_number(Decimal("100")) == "100"
    assert m.canonical_number(Decimal("-0.0")) == "0"
