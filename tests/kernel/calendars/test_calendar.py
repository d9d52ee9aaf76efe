"""Working time runs in office hours only, and what is added can be measured again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.kernel.calendars import CalendarFault, calendar_from, city_calendar, holidays_of


@dataclass(frozen=True)
class Town:
    slug: str = "makassar"
    country: str = "ID"
    time_zone: str = "Asia/Makassar"


CALENDAR = city_calendar(Town())
# The first question about a year computes its holidays, which takes longer than a test may.
unhurried = settings(deadline=None)
WITA = ZoneInfo("Asia/Makassar")
moments = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001
    datetime(2032, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, WITA]),
).map(lambda at: at.replace(second=0, microsecond=0))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WITA)


@unhurried
@given(moments, st.integers(0, 6000))
def test_what_is_added_is_measured_again(start, minutes):
    due = CALENDAR.add_working(start, minutes=minutes)
    assert CALENDAR.working_minutes(start, due) == minutes


@unhurried
@given(moments, st.integers(1, 3000), st.integers(0, 4))
def test_a_promise_never_ends_in_closed_time(start, minutes, days):
    due = CALENDAR.add_working(start, minutes=minutes, days=days)
    assert CALENDAR.is_open(due - timedelta(seconds=1))


@unhurried
@given(moments, st.integers(0, 2000), st.integers(0, 2000))
def test_more_work_never_ends_earlier(start, one, other):
    less, more = sorted((one, other))
    assert CALENDAR.add_working(start, minutes=less) <= CALENDAR.add_working(start, minutes=more)


@unhurried
@given(moments, st.integers(0, 600), st.integers(0, 4000), st.integers(0, 4000))
def test_a_pause_adds_what_it_took_of_working_time(start, minutes, after, lasts):
    pause = (start + timedelta(minutes=after), start + timedelta(minutes=after + lasts))
    due = CALENDAR.add_working(start, minutes=minutes, pauses=[pause])
    assert CALENDAR.working_minutes(start, due, pauses=[pause]) == minutes
    assert due >= CALENDAR.add_working(start, minutes=minutes)


@pytest.mark.parametrize(
    ("start", "added", "due"),
    [
        ("2026-11-20T14:06", {"hours": 3}, "2026-11-23T08:06"),  # over a weekend
        ("2026-11-20T11:00", {"hours": 1}, "2026-11-20T13:30"),  # Friday's longer break
        ("2026-11-19T11:30", {"hours": 1}, "2026-11-19T13:30"),
        ("2026-03-17T15:00", {"hours": 2}, "2026-03-25T08:30"),  # Nyepi, Lebaran, cuti bersama
        ("2026-11-20T10:00", {"days": 1}, "2026-11-23T16:00"),
        ("2026-11-21T10:00", {"days": 1}, "2026-11-24T16:00"),  # received on the next opening
        ("2026-11-20T16:00", {"minutes": 0}, "2026-11-20T16:00"),
        ("2026-11-21T09:00", {"minutes": 0}, "2026-11-23T07:30"),
    ],
)
def test_promises_as_an_officer_would_count_them(start, added, due):
    assert CALENDAR.add_working(at(start), **added) == at(due)


def test_the_office_is_closed_on_holidays_and_breaks_and_tells_when_it_opens():
    assert not CALENDAR.is_open(at("2026-08-17T09:00"))
    assert not CALENDAR.is_open(at("2026-11-23T12:30"))
    assert CALENDAR.next_opening(at("2026-12-24T09:00")) == at("2026-12-28T07:30")


def test_lebaran_far_ahead_is_marked_as_estimated():
    assert not any(each.estimated for each in holidays_of("ID", 2026).values())
    guessed = CALENDAR.estimated(at("2031-01-20T08:00"), at("2031-01-28T08:00"))
    assert [each.name["en"] for each in guessed] == [
        "Lunar New Year", "Eid al-Fitr", "Eid al-Fitr Second Day",
    ]  # fmt: skip


def test_a_local_closure_is_data():
    data = {
        "hours": {"monday": ["08:00-12:00"]},
        "closures": [{"on": date(2026, 11, 9), "name": {"id": "HUT", "en": "Day"}}],
    }
    calendar = calendar_from(data, country="ID", time_zone="Asia/Makassar")
    assert calendar.next_opening(at("2026-11-09T09:00")) == at("2026-11-16T08:00")


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ({"senin": ["08:00-12:00"]}, "is no weekday"),
        ({"monday": ["eight"]}, "is no span"),
        ({"monday": ["08:00-12:00", "11:00-13:00"]}, "overlap"),
        ({}, "no open hour"),
    ],
)
def test_wrong_hours_are_refused_in_words(hours, told):
    with pytest.raises(CalendarFault, match=told):
        calendar_from({"hours": hours}, country="ID", time_zone="Asia/Makassar")


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        CALENDAR.is_open(datetime(2026, 11, 23, 9))  # noqa: DTZ001
