"""The one schema of tariff parameters covers what is shipped and mends what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from balai.kernel.laws import find_law
from balai.transit.engine.fares import TariffError
from balai.transit.engine.fares.parameters import BY_NAME, SCHEMA, parameters_of
from transit.engine.fares.shipped import NAMES, ON, shipped

NAMED = {"code": "a", "title_id": "a", "title_en": "a", "modes": ["bus"]}
SPAN = {"from": "00:00", "to": "24:00", "to_inclusive": False}
FAIR = NAMED | SPAN | {"first_day": "2025-09-01", "last_day": "2025-09-02", "price": 1}
CAP = {"period": "day", "amount": 1, "modes": ["bus"]}


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_of_a_shipped_tariff_is_one_of_its_familys(name: str) -> None:
    law = find_law(f"transit/tariff/{name}")
    family = law.value("rule", ON).value
    allowed = {spec.name: spec for spec in parameters_of(family)}
    assert set(law.parameters) <= set(allowed)
    assert all(allowed[key].unit == (each.unit or "") for key, each in law.parameters.items())


def test_every_parameter_is_told_in_both_languages() -> None:
    for spec in SCHEMA:
        assert set(spec.title) == set(spec.explanation) == {"id", "en"}
        assert spec.title["id"] != spec.title["en"]
        assert spec.required == (spec.default is None)
    assert len(BY_NAME) == len(SCHEMA)


@pytest.mark.parametrize(
    ("parameter", "value", "problem", "remedy"),
    [
        ("zone", "Asia/Jakrta", "no zone", "Asia/Jakarta"),
        ("cap", 10**10, "of at most 2000000000", "3500"),
        ("concessions", [NAMED], "either price or percent_off", "one of the two"),
        ("concessions", [NAMED | {"percent_off": 101}], "of at most 100", "3500"),
        ("concessions", [NAMED | {"price": 1}, NAMED | {"price": 2}], "more than once", "its own"),
        ("promotions", [FAIR | {"last_day": "2025-08-31"}], "after last_day", "Exchange"),
        ("promotions", [FAIR | {"from": "23:00", "to": "01:00"}], "not be after to", "two rows"),
        ("promotions", [FAIR | {"first_day": "soon"}], "a day such as", "2027-01-31"),
        ("promotions", [FAIR | {"weekdays": ["monday"]}], "a list of mon", "one day"),
        ("products", [NAMED | {"price": 1, "valid_days": 0}], "of at least 1", "3500"),
        ("period_caps", [CAP | {"period": "year"}], "one of day, week, month", "Choose"),
        ("period_caps", [CAP, CAP], "more than once", "its own"),
        ("period_caps", [CAP | {"modes": ["mrt"]}], "no price for mrt", "Give the mode a price"),
        ("period_caps", [{"period": "day"}], "needs exactly amount, modes, period", "missing"),
        ("period_caps", {"day": 1}, "must be a list of rows", "rows"),
    ],
)
def test_a_wrong_value_is_told_with_its_mend(
    parameter: str, value: Any, problem: str, remedy: str
) -> None:
    with pytest.raises(TariffError) as caught:
        shipped("ok-otrip-trial", **{parameter: value})
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy
    assert caught.value.value is not None
