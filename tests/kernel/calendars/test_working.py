"""Promises run in working time alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.calendars import Calendar, Holiday, WorkingHours, city_calendar
from balai.kernel.calendars.city import working_hours

MAKASSAR = ZoneInfo("Asia/Makassar")
DAY = ((time(7, 30), time(12)), (time(13), time(16)))
FRIDAY = ((time(7, 30), time(11, 30)), (time(13), time(16, 30)))
OFFICE = Calendar(
    MAKASSAR,
    WorkingHours({0: DAY, 1: DAY, 2: DAY, 3: DAY, 4: FRIDAY}),
    {date(2026, 11, 25): Holiday({"id": "Hari libur", "en": "A holiday"})},
)
YEARS = (datetime(2025, 1, 1), datetime(2027, 12, 31))  # noqa: DTZ001
moments = st.datetimes(*YEARS, timezones=st.just(UTC))
amounts = st.timedeltas(timedelta(0), timedelta(days=20))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=MAKASSAR)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (at(23, 7, 29), False), (at(23, 7, 30), True), (at(23, 12), False), (at(23, 13), True),
        (at(23, 16), False), (at(25, 9), False), (at(27, 11, 45), False), (at(27, 16, 15), True),
        (at(28, 9), False),
    ],
)  # fmt: skip
def test_it_knows_when_the_office_works(moment, is_open):
    assert OFFICE.is_open(moment) is is_open


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (at(23, 8), 15, at(23, 8, 15)),
        (at(23, 11, 50), 15, at(23, 13, 5)),
        (at(24, 15, 50), 15, at(26, 7, 35)),  # over the holiday of the 25th
        (at(27, 16, 20), 30, at(30, 7, 50)),  # over the weekend
        (at(28, 10), 15, at(30, 7, 45)),
        (at(23, 7, 30), 270, at(23, 12)),  # a whole shift ends with it
    ],
)
def test_minutes_pass_only_while_it_works(start, minutes, end):
    assert OFFICE.add_working(start, timedelta(minutes=minutes)) == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (at(23, 9), 1, at(24, 16)),
        (at(23, 9), 2, at(26, 16)),  # the 25th is a holiday
        (at(23, 9), 3, at(27, 16, 30)),  # Friday closes later
        (at(23, 17), 1, at(26, 16)),  # after closing: received on Tuesday
        (at(28, 9), 1, datetime(2026, 12, 1, 16, tzinfo=MAKASSAR)),
    ],
)
def test_working_days_end_at_closing_time(start, days, end):
    assert OFFICE.add_working_days(start, days) == end


@given(moments, amounts)
def test_what_was_added_is_measured(start, amount):
    assert OFFICE.working_time(start, OFFICE.add_working(start, amount)) == amount


@given(moments, amounts, amounts)
def test_more_time_ends_no_sooner(start, first, second):
    less, more = sorted([first, second])
    assert OFFICE.add_working(start, less) <= OFFICE.add_working(start, more)


@given(moments, amounts)
def test_a_promise_never_ends_in_closed_time(start, amount):
    end = OFFICE.add_working(start, amount)
    assert OFFICE.is_open(end) or OFFICE.is_open(end - timedelta(microseconds=1))


@given(moments, moments, moments)
def test_time_is_additive(a, b, c):
    first, middle, last = sorted([a, b, c])
    assert OFFICE.working_time(first, last) == OFFICE.working_time(
        first, middle
    ) + OFFICE.working_time(middle, last)


@given(moments)
def test_the_next_opening_is_open_and_nothing_lies_before_it(moment):
    opening = OFFICE.next_opening(moment)
    assert OFFICE.is_open(opening)
    assert OFFICE.working_time(moment, opening) == timedelta(0)


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(ValueError, match="backwards"):
        OFFICE.add_working(at(23, 9), timedelta(minutes=-1))
    with pytest.raises(ValueError, match="needs its zone"):
        OFFICE.is_open(datetime(2026, 11, 23, 9))  # noqa: DTZ001
    with pytest.raises(ValueError, match="one working day"):
        OFFICE.add_working_days(at(23, 9), 0)
    with pytest.raises(ValueError, match="overlap"):
        WorkingHours({0: ((time(8), time(12)), (time(11), time(16)))})
    with pytest.raises(ValueError, match="some weekday"):
        WorkingHours({})
    with pytest.raises(ValueError, match="is no shift"):
        working_hours({"monday": ["half past seven"]})
    with pytest.raises(ValueError, match="someday"):
        working_hours({"someday": ["08:00-12:00"]})


class TestCityCalendar:
    office = city_calendar("makassar", "Asia/Makassar", year=2026)

    def test_it_closes_on_the_nation_s_days(self):
        holiday = self.office.holiday(date(2026, 8, 17))
        assert "Kemerdekaan" in holiday.title["id"]
        assert holiday.title["en"] == "Independence Day"
        assert not holiday.estimated

    def test_a_lebaran_far_ahead_is_an_estimate(self):
        far = city_calendar("makassar", "Asia/Makassar", year=2028)
        lebaran = [
            holiday
            for day, holiday in far.holidays.items()
            if day.year == 2031 and "Eid al-Fitr" in holiday.title["en"]
        ]
        assert lebaran
        assert all(holiday.estimated for holiday in lebaran)

    def test_the_same_year_is_the_same_calendar(self):
        assert city_calendar("makassar", "Asia/Makassar", year=2026) is self.office

    def test_it_is_the_city_s_own_clock(self):
        jakarta = city_calendar("jakarta", "Asia/Jakarta", year=2026)
        assert self.office.is_open(at(23, 7, 45))
        assert not jakarta.is_open(at(23, 7, 45))
