"""Figures of a draft: read, told apart, typed into a form and read back, and tried on journeys."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.kernel.laws import laws_under
from balai.transit.engine.fares import IN, OUT, Mode, TapArrays
from balai.transit.engine.tariff_versions import (
    differences,
    digest_of,
    entries_of,
    read_entries,
    tariff_faults,
    tariff_of,
)
from balai.transit.engine.tariff_versions.comparing import compare, summary, total_of
from balai.transit.engine.tariff_versions.fields import read_value, written
from balai.transit.engine.tariff_versions.worked import price_worked, read_rides

LAWS = {law.short_name: law for law in laws_under("transit/tariff")}
TITLE = {"id": "a", "en": "b"}


def entries(name: str = "jaklingko-integrated") -> dict[str, Any]:
    law = LAWS[name]
    return entries_of(law, max(law.dates()))


@pytest.mark.parametrize("name", sorted(LAWS))
def test_every_figure_of_every_law_goes_through_the_form_unchanged(name: str) -> None:
    for parameter, entry in entries(name).items():
        value, faults = read_value(parameter, written(parameter, entry.value))
        assert not faults, parameter
        assert value == entry.value, parameter


def test_stored_figures_are_read_back_and_have_one_digest() -> None:
    found = entries()
    again, faults = read_entries({key: each.as_dict() for key, each in found.items()})
    assert not faults
    assert again == found
    assert digest_of("a", TITLE, again) == digest_of("a", TITLE, dict(reversed(found.items())))
    assert not tariff_faults("a", again)


def test_a_difference_of_a_figure_is_told_from_one_of_its_source() -> None:
    before = entries()
    raw = {key: each.as_dict() for key, each in before.items()}
    raw["cap"]["value"] = 9000
    raw["base"]["source"] = "another"
    after, _ = read_entries(raw)
    told = {each.parameter: each.figure for each in differences(before, after)}
    assert told == {"base": False, "cap": True}


@pytest.mark.parametrize(
    ("typed", "value"), [("3500", 3500), ("3.500", 3500), ("1 000 000", 1_000_000), ("0", 0)]
)
def test_amounts_may_be_typed_with_thousands(typed: str, value: int) -> None:
    assert read_value("cap", {"cap": [typed]}) == (value, [])


@given(text=st.text(max_size=30))
@settings(max_examples=60)
def test_whatever_is_typed_is_a_value_or_a_fault_of_its_field(text: str) -> None:
    for parameter, name in (("cap", "cap"), ("timed_price", "timed_price:0:from"),
                            ("farthest_km", "farthest_km:brt"), ("rule", "rule")):  # fmt: skip
        value, faults = read_value(parameter, {name: [text]})
        assert value is not None or faults
        assert all(fault.field.startswith(parameter) for fault in faults)


def test_rides_are_priced_as_the_decree_works_them_out() -> None:
    rides, faults = read_rides("brt 09:10 25 6\nMRT 09:45 20 12\nlrt 10:15 12 8,0")
    assert not faults
    found = price_worked(
        {"name": "x", "rides": rides}, tariff_of("j", entries()), date(2026, 11, 2)
    )
    assert [line.charge for line in found.lines] == [4000, 3000, 2000]
    _, faults = read_rides("brt 7 6\ntram 07:00 5 1")
    assert [fault.row for fault in faults] == [1, 2]
    odd = price_worked({"name": "x", "rides": [{"mode": "rail", "at": "07:00", "minutes": 5,
                                                "km": 1}]},
                       tariff_of("t", entries("transjakarta")), date(2026, 11, 2))  # fmt: skip
    assert odd.problem
    assert odd.total is None


def taps(cards: int) -> TapArrays:
    """Each card rides BRT 6 km, then MRT 12 km."""
    per = [(0, IN, Mode.BRT, -1), (1500, OUT, Mode.BRT, 6000), (1800, IN, Mode.MRT, -1),
           (3000, OUT, Mode.MRT, 12_000)]  # fmt: skip
    rows = [(card, 1_780_000_000 + at, d, int(m), km) for card in range(cards)
            for at, d, m, km in per]  # fmt: skip
    card, at, direction, mode, metres = (np.array(column) for column in zip(*rows, strict=True))
    return TapArrays(card, at, direction, mode, metres, np.arange(len(rows)))


def test_the_same_taps_under_two_tariffs_and_in_parts_sum_up() -> None:
    now = tariff_of("now", entries())
    raw = {key: each.as_dict() for key, each in entries().items()}
    raw["per_km"]["value"] = 300
    then = tariff_of("then", read_entries(raw)[0])
    whole = summary(compare(taps(5), now, then))
    assert (whole["revenue_now"], whole["revenue_then"]) == (5 * 7000, 5 * 7900)
    assert (whole["journeys"], whole["dearer"], whole["cards_dearer"]) == (5, 5, 5)
    assert sum(band["journeys"] for band in whole["bands"]) == 5
    parts = total_of(summary(compare(taps(2), now, then)), summary(compare(taps(3), now, then)))
    assert parts == whole
