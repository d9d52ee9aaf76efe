"""Reading a tariff from its parameters' plain values, the keys of a tariff law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.parameters import (
    BY_NAME,
    FAMILIES,
    SCHEMA,
    WEEKDAYS,
    parameters_of,
)
from balai.transit.engine.fares.tariff.reliefs import (
    PERIODS,
    Concession,
    PeriodCap,
    Product,
    Promotion,
)
from balai.transit.engine.fares.tariff.rules import (
    EVERY_DAY,
    CappedWindow,
    DistanceIntegrated,
    OwnFare,
    PerBoarding,
    Policies,
    Rule,
    TimedPrice,
)
from balai.transit.engine.fares.tariff.values import Checking
from balai.transit.engine.fares.tariff.whole import Tariff


def tariff_from_parameters(name: str, parameters: Mapping[str, Any]) -> Tariff:
    """A tariff from its parameters' plain values; what they may be is `parameters.SCHEMA`.

    Raises TariffError naming the parameter that is missing, unknown, wrong or contradictory.
    """
    checking = Checking(name)
    values = _values(checking, parameters)
    own_fares = {mode: OwnFare(price) for mode, price in values["mode_price"].items()}
    for mode, steps in values["distance_price"].items():
        own_fares[mode] = _stepped(checking, steps)
    tariff = Tariff(
        name=name,
        zone=values["zone"],
        own_fares=own_fares,
        timed_prices=tuple(_timed(checking, row) for row in values["timed_price"]),
        rule=_rule(values),
        policies=_policies(values),
        promotions=tuple(_promotion(checking, row) for row in values["promotions"]),
        products=tuple(_product(row) for row in values["products"]),
        concessions=tuple(_concession(checking, row) for row in values["concessions"]),
        period_caps=_caps(values["period_caps"]),
    )
    _check(checking, tariff)
    return tariff


def _values(checking: Checking, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter of the tariff's family, typed; those left out at their default."""
    for spec in SCHEMA:
        if spec.required and spec.families == FAMILIES and spec.name not in parameters:
            checking.fail(spec.name, "is missing", "Give it a value")
    family = checking.value(BY_NAME["rule"], parameters["rule"])
    specs = parameters_of(family)
    unknown = sorted(set(map(str, parameters)) - {spec.name for spec in specs})
    if unknown:
        checking.fail(unknown[0], f"is not a parameter of the family {family}", "Leave it out",
                      parameters.get(unknown[0]))  # fmt: skip
    for spec in specs:
        if spec.required and spec.name not in parameters:
            checking.fail(spec.name, "is missing", "Give it a value")
    return {
        spec.name: checking.value(spec, parameters.get(spec.name, spec.default)) for spec in specs
    }


def _stepped(checking: Checking, steps: Mapping[str, Any]) -> OwnFare:
    if steps["step_km"] == 0:
        checking.fail("distance_price", "step_km must be above 0", "Write it as 1.3", 0)
    return OwnFare(
        base=steps["base"],
        included_metres=steps["included_km"],
        step_metres=steps["step_km"],
        step_price=steps["step_price"],
        maximum=steps["maximum"],
    )


def _span(checking: Checking, parameter: str, row: Mapping[str, Any]) -> tuple[int, int]:
    """The first and last second of a row's time of day."""
    first = row["from"]
    last = min(row["to"] if row["to_inclusive"] else row["to"] - 1, 86_399)
    if first > last:
        checking.fail(parameter, "from must not be after to",
                      "Write a time over midnight as two rows", first)  # fmt: skip
    return first, last


def _timed(checking: Checking, row: Mapping[str, Any]) -> TimedPrice:
    first, last = _span(checking, "timed_price", row)
    return TimedPrice(row["modes"], first, last, row["price"], row["weekdays"] or EVERY_DAY)


def _title(row: Mapping[str, Any]) -> dict[str, str]:
    return {"id": row["title_id"], "en": row["title_en"]}


def _either(checking: Checking, parameter: str, row: Mapping[str, Any]) -> dict[str, Any]:
    if (row["price"] is None) == (row["percent_off"] is None):
        checking.fail(parameter, f"{row['code']}: needs either price or percent_off",
                      "Give one of the two", row["code"])  # fmt: skip
    return {"price": row["price"], "percent_off": row["percent_off"]}


def _promotion(checking: Checking, row: Mapping[str, Any]) -> Promotion:
    first, last = _span(checking, "promotions", row)
    if row["first_day"] > row["last_day"]:
        checking.fail("promotions", f"{row['code']}: first_day is after last_day",
                      "Exchange them", row["first_day"])  # fmt: skip
    return Promotion(
        code=row["code"], title=_title(row), first_day=row["first_day"], last_day=row["last_day"],
        modes=row["modes"], weekdays=row["weekdays"] or EVERY_DAY, start_second=first,
        end_second=last, **_either(checking, "promotions", row),
    )  # fmt: skip


def _product(row: Mapping[str, Any]) -> Product:
    return Product(row["code"], _title(row), row["price"], row["valid_days"], row["modes"])


def _concession(checking: Checking, row: Mapping[str, Any]) -> Concession:
    either = _either(checking, "concessions", row)
    return Concession(row["code"], _title(row), row["modes"], **either)


def _caps(rows: Sequence[Mapping[str, Any]]) -> tuple[PeriodCap, ...]:
    """The caps of days, then of weeks, then of months: the order in which they count."""
    caps = [
        PeriodCap(row["period"], row["amount"], row["modes"],
                  WEEKDAYS.index(row["week_starts"] or "mon"))
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(caps, key=lambda cap: PERIODS.index(cap.period)))


def _rule(values: Mapping[str, Any]) -> Rule:
    if values["rule"] == "capped-window":
        return CappedWindow(
            cap=values["cap"],
            window_seconds=values["window_seconds"],
            inclusive=values["limit_inclusive"],
            measured=values["window_measured"],
            modes=values["capped_modes"],
        )
    if values["rule"] == "per-boarding":
        return PerBoarding(
            transfer_seconds=values["transfer_seconds"],
            inclusive=values["limit_inclusive"],
            tickets=values["ticket_classes"],
        )
    return DistanceIntegrated(
        base=values["base"],
        per_km=values["per_km"],
        cap=values["cap"],
        validity_seconds=values["validity_seconds"],
        gap_seconds=values["gap_seconds"],
        inclusive=values["limit_inclusive"],
        measured=values["window_measured"],
        modes=values["integrated_modes"],
        modes_needed=values["modes_needed"],
        first_legs=values["first_legs"],
        missed_tap_out_ends_package=values["missed_tap_out_ends_package"],
    )


def _policies(values: Mapping[str, Any]) -> Policies:
    return Policies(
        missed_tap_out=values["missed_tap_out"],
        farthest_metres=values["farthest_km"],
        orphan_tap_out=values["orphan_tap_out"],
        tap_out_matches=values["tap_out_matches"],
        longest_ride_seconds=values["longest_ride_seconds"],
        same_second=values["same_second"],
        percent_rounding=values["percent_rounding"],
    )


def _check(checking: Checking, tariff: Tariff) -> None:
    """Settings that only make sense together."""
    missing = _named(tariff) - set(tariff.own_fares)
    if missing:
        checking.fail(
            "mode_price", f"gives no price for {min(missing).code}, which another parameter names",
            "Give the mode a price, or take it out there", min(missing).code,
        )  # fmt: skip
    far = tariff.policies.farthest_metres
    if tariff.policies.missed_tap_out == "farthest-leg" and tariff.needs_distance - set(far):
        code = min(tariff.needs_distance - set(far)).code
        checking.fail("farthest_km", f"is missing for {code}, which is priced by distance",
                      "Give its farthest leg", code)  # fmt: skip
    codes = [relief.code for relief in tariff.reliefs()]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice:
        parameter = (
            "period_caps" if twice.startswith("cap-") else "promotions, products, concessions"
        )
        checking.fail(parameter, f"{twice!r} stands more than once", "Give each its own", twice)


def _named(tariff: Tariff) -> set[Mode]:
    """The modes that the rule, the timed prices and the reliefs name."""
    rule = tariff.rule
    named = set(rule.tickets) if isinstance(rule, PerBoarding) else set(rule.modes)
    for each in (*tariff.timed_prices, *tariff.reliefs()):
        named |= each.modes
    return named
