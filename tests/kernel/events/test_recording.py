"""Events: typed, once per key, never changed, and read in their present version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from balai.kernel.events import actions, queries
from balai.kernel.events.actions import Happening, local_day
from balai.kernel.events.kinds import EventKind, find_kind, kinds, register_kind
from balai.kernel.problems import ConflictError, MissingError, ProblemError

AT = datetime(2025, 9, 1, 7, 30, tzinfo=UTC)
DAY = date(2025, 9, 1)
TITLE = {"id": "Uji", "en": "Test"}


@dataclass(frozen=True)
class Ride:
    fare: int
    km: Decimal
    integrated: bool
    on: date
    card: str | None = None


RIDE = EventKind(name="test.ride", version=1, fields=Ride, title=TITLE)
GOOD = Ride(3500, Decimal("4.2"), True, DAY)


@dataclass(frozen=True)
class Walk:
    metres: int


WALK_OLD = EventKind(name="test.walk", version=1, fields=dataclass(type("Old", (), {
    "__annotations__": {"km": float}})), title=TITLE)  # fmt: skip
WALK = EventKind(
    name="test.walk", version=2, fields=Walk, title=TITLE,
    upcasts={1: lambda data: {"metres": round(data["km"] * 1000)}},
)  # fmt: skip


def ride(key: str | None = "r1", **changes: object) -> Happening:
    body = {"kind": RIDE, "at": AT, "day": DAY, "city": "jakarta", "place": "31.71",
            "subject": "transit.journey:1", "data": GOOD, "key": key}  # fmt: skip
    return Happening(**{**body, **changes})  # type: ignore[arg-type]


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setattr("balai.kernel.events.kinds._kinds", {})
    register_kind(RIDE)
    register_kind(WALK)


@pytest.mark.django_db
def test_an_event_comes_back_as_it_was_told(registered):
    made = actions.record(ride())
    kept = queries.event(made.id)
    assert (kept.kind, kept.version, kept.at, kept.day, kept.city) == (
        "test.ride", 1, AT, DAY, "jakarta")  # fmt: skip
    assert kept.typed() == GOOD
    with pytest.raises(MissingError):
        queries.event(UUID(int=1))


@pytest.mark.django_db
def test_the_same_key_and_body_is_recorded_once():
    first, second = actions.record(ride()), actions.record(ride())
    assert (second.id, first.repeated, second.repeated) == (first.id, False, True)
    assert actions.record_many([ride(), ride("r2"), ride("r2")]) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [{"data": Ride(1, Decimal(1), True, DAY)}, {"at": AT + timedelta(seconds=1)},
     {"place": "31.72"}, {"actor": "x"}, {"day": DAY + timedelta(days=1)}],
)  # fmt: skip
def test_the_same_key_with_another_body_is_refused(change):
    actions.record(ride())
    with pytest.raises(ConflictError, match="r1"):
        actions.record(ride(**change))
    with pytest.raises(ConflictError, match="r1"):
        actions.record_many([ride("r0"), ride(**change)])
    assert len(queries.timeline("transit.journey:1").events) == 1


@pytest.mark.django_db
def test_a_batch_disagreeing_with_itself_is_refused():
    with pytest.raises(ConflictError, match="r1"):
        actions.record_many([ride(), ride(actor="x")])


@pytest.mark.django_db
def test_events_without_a_key_are_all_recorded():
    assert actions.record_many([ride(None), ride(None)]) == 2
    assert not actions.record(ride(None)).repeated
    assert actions.record_many([]) == 0


@pytest.mark.django_db
def test_text_with_the_separators_of_copy_comes_back_unchanged():
    odd = 'a\\b "c" \\N \t\n é'
    actions.record_many([ride(data=Ride(1, Decimal("0.10"), False, DAY, odd), actor="x\\y")])
    (kept,) = queries.timeline("transit.journey:1").events
    assert (kept.data["card"], kept.actor, kept.data["km"]) == (odd, "x\\y", "0.10")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"km": Decimal(1), "integrated": True, "on": DAY}, "fare"),
        ({"fare": "3500", "km": Decimal(1), "integrated": True, "on": DAY}, "fare"),
        ({"fare": True, "km": Decimal(1), "integrated": True, "on": DAY}, "fare"),
        ({"fare": 1, "km": Decimal("NaN"), "integrated": True, "on": DAY}, "km"),
        ({"fare": 1, "km": Decimal(1), "integrated": True, "on": DAY, "tip": 1}, "tip"),
        ({"fare": 1, "km": Decimal(1), "integrated": True, "on": DAY, "card": "\x00"}, "data"),
    ],
)
def test_data_that_do_not_fit_name_the_field(data, field):
    with pytest.raises(ProblemError) as caught:
        RIDE.dump(data)
    assert [fault.field for fault in caught.value.faults] == [field]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"at": AT.replace(tzinfo=None)}, "at"), ({"city": ""}, "city"), ({"key": ""}, "key"),
     ({"key": "k" * 201}, "key"), ({"subject": "a\x00"}, "subject")],
)  # fmt: skip
def test_an_event_names_its_wrong_field(change, field):
    with pytest.raises(ProblemError) as caught:
        actions.record(ride(**change))
    assert [fault.field for fault in caught.value.faults] == [field]


def test_a_batch_names_every_bad_row():
    with pytest.raises(ProblemError) as caught:
        actions.record_many([ride(), ride("b", data={"fare": 1}), ride("c", data=Walk(1))])
    assert {fault.row for fault in caught.value.faults} == {2, 3}


@pytest.mark.django_db
def test_an_older_version_is_brought_up_when_read(registered):
    made = actions.record(ride(kind=WALK_OLD, data={"km": 1.25}))
    kept = queries.event(made.id)
    assert (kept.version, kept.data, kept.typed()) == (1, {"km": 1.25}, Walk(1250))


def test_a_newer_version_or_an_unknown_kind_is_told():
    with pytest.raises(ProblemError, match="up to version 2, not 3"):
        WALK.load(3, {"metres": 1})
    with pytest.raises(ProblemError, match=r"test\.none"):
        find_kind("test.none")


def test_a_kind_must_be_whole_and_its_name_its_own(registered):
    with pytest.raises(TypeError, match="upcast"):
        EventKind(name="x", version=3, fields=Walk, title=TITLE, upcasts={1: dict})
    with pytest.raises(TypeError, match="dataclass"):
        EventKind(name="x", version=1, fields=int, title=TITLE)
    with pytest.raises(TypeError, match="personal"):
        EventKind(name="x", version=1, fields=Walk, title=TITLE, personal=frozenset({"nik"}))
    with pytest.raises(ValueError, match=r"test\.walk"):
        register_kind(WALK_OLD)
    assert register_kind(WALK) in kinds()


def test_the_day_is_the_citys_own():
    late = datetime(2025, 9, 1, 17, 30, tzinfo=UTC)
    assert local_day(late, ZoneInfo("Asia/Jakarta")) == date(2025, 9, 2)


@pytest.mark.django_db
def test_a_timeline_and_a_citys_happenings_page_in_order():
    batch = [ride(f"k{n}", at=AT + timedelta(minutes=n // 3)) for n in range(10)]
    actions.record_many(batch)
    actions.record(ride("other", city="manila", subject="transit.journey:2"))
    for read in (
        lambda after: queries.timeline("transit.journey:1", limit=4, after=after),
        lambda after: queries.happenings("jakarta", "test.ride", DAY, DAY, limit=4, after=after),
    ):
        seen, mark = [], None
        while True:
            page = read(mark)
            seen += page.events
            mark = page.next
            if mark is None:
                break
        assert len({event.id for event in seen}) == len(seen) == 10
        assert [e.at for e in seen] == sorted(e.at for e in seen)
    with pytest.raises(ProblemError, match="cannot be found"):
        queries.timeline("transit.journey:1", after="x")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    ["UPDATE events_event SET city = 'x'", "DELETE FROM events_event", "TRUNCATE events_event"],
)
def test_the_database_itself_refuses_to_rewrite(statement):
    made = actions.record(ride())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert queries.event(made.id).city == "jakarta"


@pytest.mark.django_db
def test_the_application_role_records_and_reads_but_cannot_rewrite():
    from balai.shell import rights

    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE events_test_role")
        rights.grant("events_test_role")
        cursor.execute("SET ROLE events_test_role")
        try:
            actions.record(ride())
            assert actions.record_many([ride(), ride("r2")]) == 1
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute("UPDATE events_event SET city = 'x'")
        finally:
            cursor.execute("RESET ROLE")
