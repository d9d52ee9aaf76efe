"""The lines of a network as riders know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from balai.transit.engine.planner.modes import RAIL_TYPES, mode_of
from balai.transit.models import Agency, Route
from balai.transit.queries.networks import CityNetwork


@dataclass(frozen=True, slots=True)
class Line:
    """What a rider sees of a route. `colour` is six hexadecimal digits, or empty."""

    name: str
    title: str
    colour: str
    mode: str
    route_id: str = ""
    operator: str = ""
    route_type: int = 3
    order: int | None = None


def lines(network: CityNetwork) -> Mapping[str, Line]:
    """Every line by the network's route id, by mode and name."""
    return _lines(tuple((each.pk, network.id_of(each, "x")[:-1]) for each in network.versions))


@lru_cache(maxsize=8)
def _lines(feeds: tuple[tuple[int, str], ...]) -> Mapping[str, Line]:
    found: list[Line] = []
    for feed, prefix in feeds:
        rows = Agency.objects.filter(feed_id=feed)
        operators = dict(rows.values_list("agency_id", "agency_name"))
        only = next(iter(operators.values())) if len(operators) == 1 else ""
        for row in Route.objects.filter(feed_id=feed):
            found.append(_line(row, prefix, operators.get(row.agency_id, only)))
    found.sort(key=lambda line: (line.mode, line.order is None, line.order or 0, _natural(line)))
    return {line.route_id: line for line in found}


def _line(row: Route, prefix: str, operator: str) -> Line:
    short, long = row.route_short_name, row.route_long_name
    spoken = long if row.route_type in RAIL_TYPES else None
    mode = mode_of(row.route_type, row.route_id, row.route_desc, short, spoken)
    return Line(
        name=short or long or row.route_id, title=long, colour=row.route_color, mode=mode.code,
        route_id=prefix + row.route_id, operator=operator, route_type=row.route_type,
        order=row.route_sort_order,
    )  # fmt: skip


def _natural(line: Line) -> tuple[tuple[int, str], ...]:
    """Line 2 before line 10."""
    import re

    parts = re.findall(r"\d+|\D+", line.name)
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


def modes_of(network: CityNetwork) -> tuple[str, ...]:
    """The modes a network has, in the order of its lines."""
    return tuple(dict.fromkeys(line.mode for line in lines(network).values()))
