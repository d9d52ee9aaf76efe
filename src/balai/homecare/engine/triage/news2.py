"""The National Early Warning Score, second version (Royal College of Physicians, 2017).

Seven parts are scored and added. It is made for people of 16 years and more who are not pregnant.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Literal

Consciousness = Literal["alert", "confusion", "voice", "pain", "unresponsive"]
Risk = Literal["low", "low-medium", "medium", "high"]


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """What was measured; None where it was not.

    `respiration_rate` and `pulse` a minute, `spo2` in percent, `systolic_blood_pressure` in mmHg,
    `temperature` in degrees Celsius to a tenth. `on_oxygen`: breathing supplemental oxygen.
    `spo2_scale` 2 is for known hypercapnic respiratory failure, on a clinician's decision only.
    """

    respiration_rate: int | None = None
    spo2: int | None = None
    on_oxygen: bool | None = None
    systolic_blood_pressure: int | None = None
    pulse: int | None = None
    consciousness: Consciousness | None = None
    temperature: float | None = None
    spo2_scale: Literal[1, 2] = 1


class VitalSignsRefusedError(ValueError):
    """A sign that cannot have been measured so: `field`, `value`, `problem`."""

    def __init__(self, field: str, value: object, problem: str) -> None:
        super().__init__(f"{field} {problem}: {value!r}")
        self.field, self.value, self.problem = field, value, problem


@dataclass(frozen=True, slots=True)
class Scale:
    """Bands of one sign, to be read at its resolution: each one's highest value and its score,
    the last open."""

    resolution: Decimal
    highest: tuple[Decimal, ...]
    scores: tuple[int, ...]

    def score(self, value: Decimal) -> int:
        """The score of a value."""
        return next(
            (s for top, s in zip(self.highest, self.scores, strict=False) if value <= top),
            self.scores[-1],
        )


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart as data, by name of the sign (`chart_from_parameters`)."""

    scales: Mapping[str, Scale]
    oxygen: int
    consciousness: Mapping[str, int]
    single: int
    medium: int
    high: int

    @property
    def most(self) -> int:
        """The highest score there is (20 as published)."""
        highest = {name: max(scale.scores) for name, scale in self.scales.items()}
        saturation = max(highest.pop(name) for name in SPO2_SCALES)
        return saturation + sum(highest.values()) + self.oxygen + max(self.consciousness.values())


SPO2_SCALES = ("spo2_scale_1", "spo2_scale_2_on_air", "spo2_scale_2_on_oxygen")
# What no living person has: a slip of the keyboard is told, not scored.
PLAUSIBLE = {
    "respiration_rate": (0, 80),
    "spo2": (0, 100),
    "systolic_blood_pressure": (0, 300),
    "pulse": (0, 300),
    "temperature": (20, 45),
}


@dataclass(frozen=True, slots=True)
class Assessment:
    """The score of signs: by sign, in all, and the risk; `missing` names what was not measured.

    With something missing `total` and `risk` are what is known at the least.
    """

    scores: Mapping[str, int]
    total: int
    risk: Risk
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether all seven parts were measured."""
        return not self.missing


def chart_from_parameters(parameters: Mapping[str, Any]) -> Chart:
    """The chart from the parameters of the law `homecare/news2`."""
    scales = {
        name: Scale(
            Decimal(str(told["resolution"])),
            tuple(Decimal(str(top)) for top, _ in told["bands"][:-1]),
            tuple(int(score) for _, score in told["bands"]),
        )
        for name, told in parameters["scores"].items()
    }
    limits = parameters["thresholds"]
    return Chart(
        scales,
        parameters["oxygen"],
        dict(parameters["consciousness"]),
        limits["single"],
        limits["medium"],
        limits["high"],
    )


def assess(signs: VitalSigns, chart: Chart) -> Assessment:
    """Score vital signs. Raises VitalSignsRefusedError for one that cannot be.

    Saturation on scale 2 depends on whether oxygen is given: with that unknown it is missing.
    """
    scores: dict[str, int] = {}
    for name in ("respiration_rate", "systolic_blood_pressure", "pulse", "temperature"):
        value = _measured(signs, name, chart.scales[name].resolution)
        if value is not None:
            scores[name] = chart.scales[name].score(value)
    scale = _saturation_scale(signs)
    spo2 = _measured(signs, "spo2", Decimal(1))
    if spo2 is not None and scale is not None:
        scores["spo2"] = chart.scales[scale].score(spo2)
    if signs.on_oxygen is not None:
        scores["on_oxygen"] = chart.oxygen if signs.on_oxygen else 0
    if signs.consciousness is not None:
        if signs.consciousness not in chart.consciousness:
            problem = f"is none of {', '.join(chart.consciousness)}"
            raise VitalSignsRefusedError("consciousness", signs.consciousness, problem)
        scores["consciousness"] = chart.consciousness[signs.consciousness]
    parts = [each.name for each in fields(VitalSigns) if each.name != "spo2_scale"]
    total = sum(scores.values())
    return Assessment(
        scores, total, _risk(scores, total, chart), tuple(p for p in parts if p not in scores)
    )


def _saturation_scale(signs: VitalSigns) -> str | None:
    if signs.spo2_scale not in (1, 2):
        raise VitalSignsRefusedError("spo2_scale", signs.spo2_scale, "is neither 1 nor 2")
    if signs.spo2_scale == 1:
        return "spo2_scale_1"
    if signs.on_oxygen is None:
        return None
    return "spo2_scale_2_on_oxygen" if signs.on_oxygen else "spo2_scale_2_on_air"


def _measured(signs: VitalSigns, name: str, resolution: Decimal) -> Decimal | None:
    """A sign at the chart's resolution."""
    value = getattr(signs, name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise VitalSignsRefusedError(name, value, "is not a number")
    low, high = PLAUSIBLE[name]
    if not low <= value <= high:
        raise VitalSignsRefusedError(name, value, f"lies outside {low} to {high}")
    exact = Decimal(str(value))
    if exact % resolution:
        raise VitalSignsRefusedError(name, value, f"is finer than {resolution}: round it first")
    return exact


def _risk(scores: Mapping[str, int], total: int, chart: Chart) -> Risk:
    if total >= chart.high:
        return "high"
    if total >= chart.medium:
        return "medium"
    return "low-medium" if chart.single in scores.values() else "low"
