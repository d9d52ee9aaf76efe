"""A tariff is read whole from its parameters, or refused by the parameter that is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from balai.kernel.laws import LawGap, find_law
from balai.transit.engine.fares import (
    CappedWindow,
    DistanceIntegrated,
    Mode,
    OwnFare,
    TariffError,
    tariff_from_parameters,
)
from transit.engine.fares.shipped import NAMES, shipped


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_of_a_shipped_tariff_has_an_article_and_a_source(name: str) -> None:
    law = find_law(f"transit/tariff/{name}")
    for parameter in law.parameters.values():
        assert all(value.article and value.source for value in parameter.values)
        assert parameter.title["id"] != parameter.title["en"]
    assert shipped(name).name == name


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("ok-otrip-trial", date(2018, 1, 15)),
        ("ok-otrip-2018-10", date(2018, 10, 1)),
        ("jaklingko-integrated", date(2022, 8, 11)),
    ],
)
def test_a_tariff_holds_from_its_first_day(name: str, first: date) -> None:
    law = find_law(f"transit/tariff/{name}")
    assert law.on(first)
    with pytest.raises(LawGap):
        law.on(date.fromordinal(first.toordinal() - 1))


def test_the_rules_carry_every_setting() -> None:
    trial, integrated = shipped("ok-otrip-trial").rule, shipped("jaklingko-integrated").rule
    assert isinstance(trial, CappedWindow)
    assert (trial.cap, trial.window_seconds, trial.inclusive) == (5000, 10_800, True)
    assert Mode.ROYALTRANS not in trial.modes
    assert isinstance(integrated, DistanceIntegrated)
    assert (integrated.base, integrated.per_km, integrated.cap) == (2500, 250, 10_000)
    assert (integrated.validity_seconds, integrated.gap_seconds) == (10_800, 2700)
    assert integrated.modes == {Mode.BRT, Mode.MRT, Mode.LRT}


def test_an_own_fare_rises_with_each_started_step_to_its_maximum() -> None:
    fare = OwnFare(3000, included_metres=1300, step_metres=1300, step_price=1000, maximum=14_000)
    assert [fare.price(m) for m in (0, 1300, 1301, 2600, 2601, 99_000)] == [
        3000, 3000, 4000, 4000, 5000, 14_000,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"cap": -1}, "cap: must be a whole number"),
        ({"cap": 5000.5}, "cap: must be a whole number"),
        ({"rule": "free"}, "rule: must be one of"),
        ({"mode_price": {"tram": 1}}, "mode_price: no mode 'tram'"),
        ({"mode_price": {"brt": 3500}}, "gives no price for bus"),
        ({"limit_inclusive": "yes"}, "limit_inclusive: must be true or false"),
        ({"colour": "red"}, "colour: is not a parameter"),
        ({"window_measured": "to-the-end"}, "window_measured: must be one of"),
    ],
)
def test_a_wrong_parameter_is_named(change: dict[str, object], problem: str) -> None:
    with pytest.raises(TariffError, match=problem):
        shipped("ok-otrip-trial", **change)


def test_a_missing_parameter_is_named() -> None:
    with pytest.raises(TariffError, match="tariff bare: zone: is missing"):
        tariff_from_parameters("bare", {"mode_price": {"brt": 1}})


def test_a_mode_priced_by_distance_needs_its_farthest_leg() -> None:
    with pytest.raises(TariffError, match="farthest_km: is missing for"):
        shipped("jaklingko-integrated", farthest_km={"brt": 32, "mrt": 15.7})


@pytest.mark.parametrize("clock", ["25:00", "7", "07:60", "seven"])
def test_a_time_of_day_that_is_none_is_refused(clock: str) -> None:
    entry = {"modes": ["brt"], "from": clock, "to": "07:00", "to_inclusive": True, "price": 1}
    with pytest.raises(TariffError, match="timed_price"):
        shipped("transjakarta", timed_price=[entry])
