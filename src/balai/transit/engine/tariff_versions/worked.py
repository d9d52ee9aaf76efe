"""Worked examples: named journeys that an officer writes down, priced by a tariff at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from balai.kernel.problems import Fault
from balai.transit.engine.fares import Leg, Line, Mode, Tariff, quote

RIDE = re.compile(
    r"(?P<mode>\w+)\s+(?P<at>([01]?\d|2[0-3]):[0-5]\d)\s+(?P<minutes>\d{1,3})"
    r"(\s+(?P<km>\d{1,3}([.,]\d{1,3})?))?"
)
MOST_RIDES, LONGEST_NAME = 12, 80


@dataclass(frozen=True, slots=True)
class Worked:
    """A named journey priced; `problem` says why it cannot be, and then there are no lines."""

    name: str
    lines: tuple[Line, ...]
    problem: str = ""

    @property
    def total(self) -> int | None:
        """What it costs, in rupiah."""
        return None if self.problem else sum(line.charge for line in self.lines)


def read_rides(text: str, field: str = "rides") -> tuple[list[dict[str, Any]], list[Fault]]:
    """Rides written one a line as `mode HH:MM minutes km`, and what is wrong line by line."""
    rides: list[dict[str, Any]] = []
    faults: list[Fault] = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or len(lines) > MOST_RIDES:
        return [], [Fault(field=field, problem=f"must have 1 to {MOST_RIDES} rides",
                          remedy="Write one ride a line, such as: brt 07:10 25 6.5")]  # fmt: skip
    for number, line in enumerate(lines, start=1):
        found = RIDE.fullmatch(line)
        if found is None or found["mode"].lower() not in {mode.code for mode in Mode}:
            faults.append(Fault(row=number, field=field, value=line[:60], problem="is no ride",
                                remedy="Write it as: brt 07:10 25 6.5"))  # fmt: skip
            continue
        rides.append({
            "mode": found["mode"].lower(), "at": found["at"].zfill(5),
            "minutes": int(found["minutes"]), "km": float((found["km"] or "0").replace(",", ".")),
        })  # fmt: skip
    return rides, faults


def price_worked(example: Mapping[str, Any], tariff: Tariff, on: date) -> Worked:
    """An example (`name`, `rides`) priced on a day."""
    try:
        legs = _legs(example["rides"], tariff, on)
        return Worked(example["name"], quote(legs, tariff).lines)
    except KeyError as error:
        mode = error.args[0]
        told = mode.code if isinstance(mode, Mode) else str(mode)
        return Worked(example["name"], (), f"{told} has no price under this tariff")
    except ValueError as error:
        return Worked(example["name"], (), str(error))


def _legs(rides: Sequence[Mapping[str, Any]], tariff: Tariff, on: date) -> list[Leg]:
    zone, legs = ZoneInfo(tariff.zone), []
    for ride in rides:
        mode = Mode.of(ride["mode"])
        if mode not in tariff.own_fares:
            raise KeyError(mode)
        board = datetime.combine(on, time.fromisoformat(ride["at"]), zone)
        alight = board + timedelta(minutes=ride["minutes"])
        legs.append(Leg(mode, int(board.timestamp()), int(alight.timestamp()),
                        round(ride["km"] * 1000), ride["at"]))  # fmt: skip
    return legs
