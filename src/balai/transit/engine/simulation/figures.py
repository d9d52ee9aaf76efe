"""The figures of a tariff that a simulation varies, and tariffs made from varied figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from balai.transit.engine.fares.modes import MODE_CODES

Unit = Literal["rupiah", "minutes"]

PLAIN: tuple[tuple[str, Unit], ...] = (
    ("cap", "rupiah"), ("window_seconds", "minutes"), ("transfer_seconds", "minutes"),
    ("base", "rupiah"), ("per_km", "rupiah"), ("validity_seconds", "minutes"),
    ("gap_seconds", "minutes"),
)  # fmt: skip
OWN_FARES = ("mode_price", "distance_price", "farthest_km")


class FigureError(ValueError):
    """A changed figure that its tariff does not have, or that is no whole number from 0."""


@dataclass(frozen=True, slots=True)
class VariedFigure:
    """A figure by its path in the parameters, such as `mode_price.brt`, in rupiah or minutes."""

    path: str
    unit: Unit
    value: int


def varied_figures(parameters: Mapping[str, Any]) -> tuple[VariedFigure, ...]:
    """The figures of a tariff that can be varied: prices by mode, then caps, windows, rates."""
    prices = parameters.get("mode_price", {})
    found = [VariedFigure(f"mode_price.{mode}", "rupiah", int(prices[mode]))
             for mode in MODE_CODES if mode in prices]  # fmt: skip
    for path, unit in PLAIN:
        if path in parameters:
            value = int(parameters[path])
            found.append(VariedFigure(path, unit, value // 60 if unit == "minutes" else value))
    return tuple(found)


def with_changes(parameters: Mapping[str, Any], changes: Mapping[str, int]) -> dict[str, Any]:
    """The parameters with those figures changed, in the figures' units.

    FigureError names a path the tariff does not have or a value that cannot be.
    """
    made, known = dict(parameters), {f.path: f for f in varied_figures(parameters)}
    for path, value in changes.items():
        if path not in known:
            raise FigureError(f"{path}: the tariff has no such figure")
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10_000_000:
            raise FigureError(f"{path}: must be a whole number from 0, not {value!r}")
        if known[path].value == value:
            continue
        name, _, mode = path.partition(".")
        if mode:
            made[name] = {**made[name], mode: value}
        else:
            made[name] = value * 60 if known[path].unit == "minutes" else value
    return made


def stretches(
    first: date, last: date, changes: Iterable[date], figures_on: Callable[[date], dict[str, Any]]
) -> list[tuple[date, dict[str, Any]]]:
    """The figures from the first day to the last, and each day on which they become others.

    `changes` are the days on which they may; those outside the span do not matter.
    """
    found = [(first, figures_on(first))]
    for day in sorted({each for each in changes if first < each <= last}):
        figures = figures_on(day)
        if figures != found[-1][1]:
            found.append((day, figures))
    return found


def completed(
    parameters: Mapping[str, Any], base: Mapping[str, Any], modes: Iterable[str]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The parameters with the baseline's own fare for every mode they give no price; which those
    were. Such a mode stays outside the tariff's caps and packages.
    """
    made = dict(parameters)
    priced = {*made.get("mode_price", {}), *made.get("distance_price", {})}
    missing: Sequence[str] = [mode for mode in modes if mode not in priced]
    taken = []
    for mode in missing:
        for name in OWN_FARES:
            if mode in base.get(name, {}):
                made[name] = {**made.get(name, {}), mode: base[name][mode]}
        if mode in made.get("mode_price", {}) or mode in made.get("distance_price", {}):
            taken.append(mode)
    return made, tuple(taken)
