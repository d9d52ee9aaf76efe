"""What is wrong with a tariff is told in the reader's language, whatever the engine says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from balai.kernel.laws import find_law
from balai.kernel.problems import Fault
from balai.transit.engine.fares import TariffError, tariff_from_parameters
from balai.transit.views.tariff_desk.sentences import SENTENCES, fault_text, said

TITLES = {"code": "x", "title_id": "x", "title_en": "x"}
BUS = {"modes": ["bus"]}
SPAN = {"from": "05:00", "to": "07:00", "to_inclusive": True}
TIMED = {**BUS, **SPAN, "price": 1}
PROMOTION = {**TITLES, **BUS, **SPAN, "price": 1, "first_day": "2027-01-01",
             "last_day": "2027-02-01"}  # fmt: skip
WRONG: list[dict[str, Any]] = [
    {"cap": "a"}, {"cap": -1}, {"cap": 2**40}, {"zone": "Mars/Here"}, {"zone": ""},
    {"limit_inclusive": 1}, {"window_measured": "x"}, {"capped_modes": "bus"},
    {"capped_modes": []}, {"capped_modes": ["tram"]}, {"capped_modes": ["mrt"]},
    {"mode_price": 3}, {"mode_price": {"tram": 1}}, {"timed_price": 3}, {"timed_price": [{}]},
    {"distance_price": {"bus": {}}}, {"timed_price": [{**TIMED, "from": "25:00"}]},
    {"timed_price": [{**TIMED, "from": "08:00"}]},
    {"timed_price": [{**TIMED, "weekdays": ["x"]}]}, {"per_km": 3}, {"farthest_km": {"bus": -1}},
    {"distance_price": {"bus": {"base": 1, "included_km": 1, "step_km": 0, "step_price": 1,
                                "maximum": 9}}},
    {"concessions": [{**TITLES, **BUS}]},
    {"concessions": [{**TITLES, **BUS, "price": 1}] * 2},
    {"concessions": [{**TITLES, **BUS, "percent_off": 101}]},
    {"promotions": [{**PROMOTION, "last_day": "2026-01-01"}]},
    {"promotions": [{**PROMOTION, "last_day": "soon"}]}, {"orphan_tap_out": None},
]  # fmt: skip


@pytest.mark.parametrize("changed", WRONG, ids=str)
def test_each_refusal_of_the_engine_is_translated(changed: dict[str, Any]) -> None:
    law = find_law("transit/tariff/ok-otrip-trial")
    values = {key: dated.value for key, dated in law.on(date(2018, 2, 1)).items()} | changed
    with pytest.raises(TariffError) as refused:
        tariff_from_parameters("x", values)
    with override("id"):
        for text in (refused.value.problem, refused.value.remedy):
            assert said(text) != text, text


def test_every_sentence_stands_in_both_languages() -> None:
    for sentence in SENTENCES:
        with override("id"):
            assert said(sentence) != sentence, sentence
        with override("en"):
            assert said(sentence) == sentence


def test_names_and_values_stay_in_the_sentence() -> None:
    fault = Fault(
        field="mode_price",
        value="mrt",
        remedy="Give the mode a price, or take it out there",
        problem="gives no price for mrt, which another parameter names",
    )
    with override("id"):
        told = fault_text(fault)
    assert "mrt" in told
    assert "(mrt)" not in told
    assert "another" not in told
    with override("id"):
        assert "bilangan bulat" in said("price must be a whole number of at least 0, not 'a'")
        assert "price" not in said("price must be a whole number of at least 0, not 'a'")
