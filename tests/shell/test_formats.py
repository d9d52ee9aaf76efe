"""Numbers, money, time and distance in both languages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from balai.shell import formats

MOMENT = dt.datetime(2026, 11, 23, 7, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "decimals", "indonesian", "english"),
    [
        (1284, None, "1.284", "1,284"),
        (38.4, None, "38,4", "38.4"),
        (0.5, 0, "1", "1"),
        (2.5, 0, "3", "3"),
        (-1284, None, "−1.284", "−1,284"),
        (-0.01, 1, "0,0", "0.0"),
        (Decimal("24512514"), 0, "24.512.514", "24,512,514"),
        (Fraction(1, 3), 2, "0,33", "0.33"),
    ],
)
def test_numbers(value, decimals, indonesian, english):
    assert formats.number(value, decimals, language="id") == indonesian
    assert formats.number(value, decimals, language="en") == english


def test_halves_round_away_from_zero_as_written():
    # 1.005 as a binary float lies below the half that its writer meant.
    assert formats.number(1.005, 2, language="en") == "1.01"


def test_shares_and_money():
    assert formats.percent(0.384, language="id") == "38,4%"
    assert formats.percent(Fraction(9_412_806, 24_512_514), language="en") == "38.4%"
    assert formats.rupiah(348_602, language="id") == "Rp348.602"
    assert formats.rupiah(-2_250, language="en") == "−Rp2,250"
    assert formats.money(1_250, "PHP", language="en") == "₱12.50"
    assert formats.money(1_250, "XTS", language="id") == "XTS\u00a012,50"


def test_time_of_day_is_told_in_the_zone_in_force():
    with timezone.override(ZoneInfo("Asia/Jakarta")):
        assert formats.clock(MOMENT, language="id") == "14.05"
        assert formats.clock(MOMENT, language="en") == "2.05\u00a0pm"
        assert formats.clock(dt.time(0, 0), language="en") == "12\u00a0am"
        assert formats.moment(MOMENT, language="id") == "Senin 23 November 2026, 14.05 WIB"
    with timezone.override(ZoneInfo("Asia/Makassar")):
        assert formats.clock(MOMENT, language="id") == "15.05"


@pytest.mark.parametrize(
    ("form", "indonesian", "english"),
    [
        ("full", "Minggu 2 Agustus 2026", "Sunday 2 August 2026"),
        ("plain", "2 Agustus 2026", "2 August 2026"),
        ("weekday", "Minggu 2 Agustus", "Sunday 2 August"),
        ("month", "Agustus 2026", "August 2026"),
        ("short", "2 Agu 2026", "2 Aug 2026"),
    ],
)
def test_dates(form, indonesian, english):
    date = dt.date(2026, 8, 2)
    assert formats.day(date, form, language="id") == indonesian
    assert formats.day(date, form, language="en") == english


def test_distances_and_durations():
    assert formats.distance(519.6, language="id") == "520\u00a0m"
    assert formats.distance(999.6, language="id") == "1,0\u00a0km"
    assert formats.distance(13_000, language="en") == "13.0\u00a0km"
    assert formats.duration(45 * 60, language="id") == "45 menit"
    assert formats.duration(79 * 60 - 30, language="id") == "1 jam 19 menit"
    assert formats.duration(3600, language="en") == "1 hour"
    assert formats.duration(0, language="en") == "0 minutes"
    assert formats.listed(["a", "b", "c"], language="id") == "a, b dan c"


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_grouping_loses_no_digit(value):
    written = formats.number(value, language="id")
    assert int(written.replace(".", "").replace("−", "-")) == value
