"""Reads `network.txt`, the demonstration's lines and stops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("network.txt")


@dataclass(frozen=True, slots=True)
class Stop:
    """A place to board: position in degrees, `region` the code of where it stands."""

    key: str
    name: str
    lat: float
    lon: float
    region: str


@dataclass(frozen=True, slots=True)
class Line:
    """A route in both directions: km/h over its length, headways in seconds, hours in seconds."""

    key: str
    short_name: str
    long_name: str
    mode: str
    colour: str
    speed: float
    headway_peak: int
    headway_else: int
    first: int
    last: int
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """Stops by key, lines in the file's order, transfers as (from, to, seconds)."""

    stops: dict[str, Stop]
    lines: tuple[Line, ...]
    transfers: tuple[tuple[str, str, int], ...]


@cache
def network() -> Network:
    """The network of the file. Raises ValueError naming the row that cannot be read."""
    stops: dict[str, Stop] = {}
    heads: list[list[str]] = []
    calls: list[list[str]] = []
    transfers: list[tuple[str, str, int]] = []
    for number, kind, cells in _rows():
        try:
            if kind == "line":
                heads.append(cells)
                calls.append([])
            elif kind == "transfer":
                transfers.append((cells[0], cells[1], int(cells[2])))
            else:
                calls[-1].append(_stop(stops, cells))
        except (ValueError, IndexError, KeyError) as error:
            raise ValueError(f"{SOURCE.name}, row {number}: {error!r}") from error
    lines = tuple(_line(head, tuple(keys)) for head, keys in zip(heads, calls, strict=True))
    return Network(stops, lines, tuple(transfers))


def _rows() -> Iterator[tuple[int, str, list[str]]]:
    for number, text in enumerate(SOURCE.read_text(encoding="utf-8").splitlines(), 1):
        if not text.strip() or text.startswith("#"):
            continue
        word, _, rest = text.partition(" ")
        kind = word if word in ("line", "transfer") else "stop"
        body = rest if kind != "stop" else text
        yield number, kind, [cell.strip() for cell in body.split("|")]


def _stop(stops: dict[str, Stop], cells: list[str]) -> str:
    key = cells[0]
    if len(cells) == 1:
        return stops[key].key
    if key in stops:
        raise ValueError(f"stop {key} is given twice")
    stops[key] = Stop(key, cells[1], float(cells[2]), float(cells[3]), cells[4])
    return key


def _line(cells: list[str], stops: tuple[str, ...]) -> Line:
    key, short, long, mode, colour, speed, headways, hours = cells
    peak, other = (60 * int(minutes) for minutes in headways.split(","))
    first, last = (_seconds(clock) for clock in hours.split("-"))
    return Line(key, short, long, mode, colour, float(speed), peak, other, first, last, stops)


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60
