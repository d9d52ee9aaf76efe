"""The mode of each route, which decides what a boarding costs.

GTFS knows buses and trains; a tariff knows corridors, feeders and minibuses. The rules below are
tried in order; the first that holds names the mode.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from balai.transit.engine.fares.modes import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

RAIL_TYPES = (0, 1, 2)
# What the publisher writes in route_desc (Transjakarta's classes of service) or in the names.
NAMED = (
    (re.compile(r"\bbrt\b|bus rapid transit|busway", re.IGNORECASE), Mode.BRT),
    (re.compile(r"\bmikrotrans\b", re.IGNORECASE), Mode.MIKROTRANS),
    (re.compile(r"\broyal ?trans\b", re.IGNORECASE), Mode.ROYALTRANS),
    (re.compile(r"\bangkot\b|\bmikrolet\b|\bjeepney\b", re.IGNORECASE), Mode.ANGKOT),
)
NAMED_RAIL = (
    (re.compile(r"\bmrt\b", re.IGNORECASE), Mode.MRT),
    (re.compile(r"\blrt\b", re.IGNORECASE), Mode.LRT),
)
# Transjakarta numbers its mikrotrans routes JAK.01, JAK.02, ...; a joined feed's name comes first.
NUMBERED = re.compile(r"^(?:[^:]+:)?JAK[.\- ]?\d", re.IGNORECASE)
# route_type of the GTFS reference and of the extended list.
BY_TYPE = (
    (range(0, 1), Mode.LRT),
    (range(1, 2), Mode.MRT),
    (range(2, 3), Mode.RAIL),
    (range(100, 200), Mode.RAIL),
    (range(400, 405), Mode.MRT),
    (range(405, 406), Mode.LRT),
    (range(702, 703), Mode.BRT),
    (range(717, 718), Mode.ANGKOT),
    (range(900, 1000), Mode.LRT),
    (range(1500, 1600), Mode.ANGKOT),
)


def mode_of(route_type: int | None, route_id: str, *names: str | None) -> Mode:
    """Mode of a route from its description and names, its number, then its route_type.

    A route_type that no list knows (ferries, cable cars) is fared as a bus.
    """
    spoken = NAMED_RAIL if route_type in RAIL_TYPES else NAMED
    for text in names:
        for expression, mode in spoken:
            if text and expression.search(text):
                return mode
    if NUMBERED.match(route_id):
        return Mode.MIKROTRANS
    kind = -1 if route_type is None else route_type
    return next((mode for kinds, mode in BY_TYPE if kind in kinds), Mode.BUS)


def modes_of(routes: pl.DataFrame) -> dict[str, Mode]:
    """Mode of every route in routes.txt.

    Long names say where a route goes ("... via MRT Fatmawati"), so they count for rail only;
    route_desc and the short name count for all.
    """
    described = "route_desc" in routes.columns
    modes: dict[str, Mode] = {}
    for row in routes.iter_rows(named=True):
        kind = row["route_type"]
        names: Iterable[str | None] = (
            row["route_desc"] if described else None,
            row["route_short_name"],
            row["route_long_name"] if kind in RAIL_TYPES else None,
        )
        modes[row["route_id"]] = mode_of(kind, row["route_id"], *names)
    return modes
