"""Riders made up for the demonstration: the same ones for the same seed, and said to be made up.

Days are a sample: every day of the four weeks up to the demonstration's last, and one day a week
before that, a year back. Shares of trips that change between modes rise slowly over the year.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from balai.transit.demo.feed import metres_along, seconds_along
from balai.transit.demo.network import Line, Network, network

SEED = 20181015
ZONE = ZoneInfo("Asia/Jakarta")
CARDS = 600
WEEKDAY_RIDERS, WEEKEND_RIDERS = 64, 40
WEIGHT = {"brt": 10, "mrt": 46, "lrt": 10, "mikrotrans": 4, "bus": 4}
RAIL = ("brt", "mrt", "lrt")
INTEGRATED_FIRST, INTEGRATED_LAST = 0.33, 0.43
FEEDER_SHARE = 0.14
MISSED_OUT, MISSED_IN = 0.008, 0.003


@dataclass(frozen=True, slots=True)
class Way:
    """A ride along a line between two of its stops: seconds and metres."""

    line: Line
    start: str
    end: str
    seconds: int
    metres: int


@dataclass(frozen=True, slots=True)
class Change:
    """Where one line meets another: stops of each, and seconds on foot between."""

    before: Line
    leave: str
    after: Line
    board: str
    walk: int


def days(last: date) -> list[date]:
    """The days on which riders travel until the last, in order."""
    recent = [last - timedelta(days=back) for back in range(28)]
    weekly = [last - timedelta(days=28 + 4 + 7 * week) for week in range(48)]
    return sorted([*recent, *weekly])


def card_numbers() -> list[str]:
    """The numbers of the made-up cards; no issuer's numbers begin so."""
    return [f"DEMO-{number:06d}" for number in range(CARDS)]


def taps(last: date) -> list[dict[str, Any]]:
    """Every tap of the made-up riders until the last day, numbered by validator in order of time;
    the same chances whenever the last day is the same day of the week.
    """
    rng = random.Random(SEED)  # noqa: S311 - a demonstration must come out the same
    streets = _Streets(network())
    cards = card_numbers()
    rows: list[tuple[datetime, str, dict[str, Any]]] = []
    every = days(last)
    for place, day in enumerate(every):
        share = place / (len(every) - 1)
        integrated = INTEGRATED_FIRST + (INTEGRATED_LAST - INTEGRATED_FIRST) * share
        riders = WEEKEND_RIDERS if day.weekday() > 4 else WEEKDAY_RIDERS
        for card in rng.sample(cards, riders):
            for begin in _departures(rng, day):
                ways = streets.trip(rng, integrated)
                rows += _taps_of(rng, card, begin, ways)
    rows.sort(key=lambda row: (row[0], row[1], row[2]["card"], row[2]["direction"]))
    return list(_numbered(rows))


def validators() -> dict[str, str]:
    """The validators at the network's stops, each with the region where it stands."""
    return {_validator(stop.key): stop.region for stop in network().stops.values()}


class _Streets:
    """The network as a rider's choices."""

    def __init__(self, found: Network) -> None:
        self.found = found
        self.along = {line.key: metres_along(line, found) for line in found.lines}
        self.times = {line.key: seconds_along(line, self.along[line.key]) for line in found.lines}
        self.weights = [WEIGHT[line.mode] for line in found.lines]
        changes = list(self._changes())
        self.between = [c for c in changes if c.before.mode in RAIL and c.after.mode in RAIL
                        and c.before.mode != c.after.mode]  # fmt: skip
        self.feeding = [c for c in changes if c.before.mode == "mikrotrans"
                        and c.after.mode in RAIL]  # fmt: skip
        rail = {"mrt": 5, "lrt": 2, "brt": 1}
        self.between_weights = [rail[c.before.mode] * rail[c.after.mode] for c in self.between]

    def trip(self, rng: random.Random, integrated: float) -> list[tuple[Way, int]]:
        """Rides, each with the seconds on foot before it."""
        kind = rng.random()
        if kind < integrated:
            return self._two(rng, rng.choices(self.between, self.between_weights)[0])
        if kind < integrated + FEEDER_SHARE:
            return self._two(rng, rng.choice(self.feeding))
        line = rng.choices(self.found.lines, self.weights)[0]
        start, end = rng.sample(line.stops, 2)
        return [(self._way(line, start, end), 0)]

    def _two(self, rng: random.Random, change: Change) -> list[tuple[Way, int]]:
        first = rng.choice([stop for stop in change.before.stops if stop != change.leave])
        last = rng.choice([stop for stop in change.after.stops if stop != change.board])
        return [
            (self._way(change.before, first, change.leave), 0),
            (self._way(change.after, change.board, last), change.walk),
        ]

    def _way(self, line: Line, start: str, end: str) -> Way:
        here, there = line.stops.index(start), line.stops.index(end)
        metres = abs(self.along[line.key][there] - self.along[line.key][here])
        seconds = abs(self.times[line.key][there] - self.times[line.key][here])
        return Way(line, start, end, seconds + 20 * abs(there - here), metres)

    def _changes(self) -> Iterator[Change]:
        walks = {(a, b): seconds for a, b, seconds in self.found.transfers}
        walks |= {(b, a): seconds for (a, b), seconds in list(walks.items())}
        for before in self.found.lines:
            for after in self.found.lines:
                if before.key == after.key:
                    continue
                for stop in before.stops:
                    if stop in after.stops:
                        yield Change(before, stop, after, stop, 60)
                    for other in after.stops:
                        if (stop, other) in walks:
                            yield Change(before, stop, after, other, walks[stop, other])


def _departures(rng: random.Random, day: date) -> Iterator[datetime]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    yield midnight + timedelta(seconds=int(rng.triangular(5.2 * 3600, 11 * 3600, 7 * 3600)))
    if rng.random() < 0.8:
        yield midnight + timedelta(seconds=int(rng.triangular(15 * 3600, 20.5 * 3600, 17.5 * 3600)))


def _taps_of(
    rng: random.Random, card: str, begin: datetime, ways: list[tuple[Way, int]]
) -> Iterator[tuple[datetime, str, dict[str, Any]]]:
    at = begin
    for way, walk in ways:
        at += timedelta(seconds=walk)
        told = {"card": card, "mode": way.line.mode, "route_id": way.line.key}
        if rng.random() >= MISSED_IN:
            row = {**told, "direction": "in", "stop_id": way.start}
            yield at, _validator(way.start), row
        wait = rng.uniform(0.2, 1.0) * way.line.headway_peak
        at += timedelta(seconds=int(wait + way.seconds))
        if rng.random() >= MISSED_OUT:
            km = way.metres / 1000
            row = {**told, "direction": "out", "stop_id": way.end, "km": km}
            yield at, _validator(way.end), row


def _numbered(rows: list[tuple[datetime, str, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    counts: dict[str, int] = {}
    for at, validator, row in rows:
        counts[validator] = counts.get(validator, 0) + 1
        yield {"validator": validator, "sequence": counts[validator], "at": at.isoformat(), **row}


def _validator(stop: str) -> str:
    return f"DEMO-{stop}"
