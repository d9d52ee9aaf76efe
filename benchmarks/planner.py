"""The planner beside pynigiri, and its earliest arrivals beside a connection scan, in one run.

    python benchmarks/planner.py [--feed FEED.zip] [--pairs N] [--sources N] [--json]

The same feed, pairs of stops and departure at 07:30 go to both. The planner returns whole
itineraries with exact least fares; pynigiri (MOTIS's engine in C++) knows no fare, counts whole
minutes and closes the walks between stops; each query is timed right after the other's. Windows
that may close on the way are timed on the same pairs over four hours, and the integrated fare,
which needs rail, on the demonstration's network.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pynigiri as nigiri

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from balai.kernel.laws import find_law  # noqa: E402
from balai.transit.demo.feed import demo_feed  # noqa: E402
from balai.transit.engine.fares import Tariff, tariff_from_parameters  # noqa: E402
from balai.transit.engine.gtfs import read_feed  # noqa: E402
from balai.transit.engine.planner import Planner, Timetable, build_timetable  # noqa: E402
from balai.transit.engine.planner.geometry import within  # noqa: E402
from transit.engine.planner.connection_scan import (  # noqa: E402
    NEVER,
    connections,
    earliest_by_ride,
)

SHARED = Path(os.environ.get("BALAI_SHARED_DATA") or ROOT.parent / "shared" / "data")
FEED = SHARED / "transit" / "jakarta_tj.gtfs.zip"
ON = date(2025, 9, 1)
DEPART_AT = 7 * 3600 + 1800
TARIFFS = ("ok-otrip-trial", "transjakarta", "transjakarta-gtfs")
SEED = 20250901
HORIZON_S = 3 * 3600
LONG_HORIZON_S = 4 * 3600
MOST = 0.4

Point = tuple[float, float]
Ask = Callable[[Point, Point], object]


def main() -> int:
    arguments = _arguments()
    if not arguments.feed.is_file():
        print(f"no feed at {arguments.feed}: give one by --feed", file=sys.stderr)
        return 0
    feed = read_feed(arguments.feed)
    began = time.perf_counter()
    timetable = build_timetable(feed, ON)
    prepared = time.perf_counter() - began
    engines: dict[str, Ask] = {"pynigiri": _nigiri(arguments.feed, timetable)}
    engines["no fare"] = _planner(timetable, None)
    engines |= {name: _planner(timetable, _tariff(name)) for name in TARIFFS}
    pairs = _pairs(timetable, arguments.pairs)
    told: dict[str, Any] = {
        "pairs": len(pairs),
        "prepare_s": round(prepared, 3),
        "milliseconds": _time(engines, pairs) | _time_bags(timetable, pairs),
        "connection_scan": _compare(timetable, feed.tables, arguments.sources),
    }
    reached = told["milliseconds"]["ok-otrip-trial"]["ratio"]
    told["reached"] = reached <= MOST and told["connection_scan"]["different"] == 0
    print(json.dumps(told) if arguments.json else _table(told))
    return 0 if told["reached"] else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--feed", type=Path, default=FEED)
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--sources", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _tariff(name: str) -> Tariff:
    values = find_law(f"transit/tariff/{name}").on(ON)
    return tariff_from_parameters(name, {key: dated.value for key, dated in values.items()})


def _pairs(timetable: Timetable, count: int) -> list[tuple[Point, Point]]:
    """Pairs of stops that something calls at, by a seeded draw."""
    served = np.flatnonzero(np.diff(timetable.visit_start) > 0)
    drawn = np.random.default_rng(SEED).choice(served, (count, 2))
    lat, lon = timetable.stop_lat, timetable.stop_lon
    return [((lat[a], lon[a]), (lat[b], lon[b])) for a, b in drawn.tolist()]


def _planner(timetable: Timetable, tariff: Tariff | None, horizon_s: int = HORIZON_S) -> Ask:
    planner = Planner(timetable, tariff)
    return lambda origin, destination: planner.plan(
        origin, destination, DEPART_AT, horizon_s=horizon_s
    )


def _nigiri(feed: Path, timetable: Timetable) -> Ask:
    config = nigiri.LoaderConfig()
    config.default_tz, config.link_stop_distance = timetable.zone, 400
    saved = os.dup(2)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 2)  # its loader reports every step on standard error
    loaded = nigiri.load_timetable(
        [nigiri.TimetableSource("feed", str(feed), config)],
        str(ON - timedelta(days=1)),
        str(ON + timedelta(days=2)),
    )
    os.dup2(saved, 2)
    location = [loaded.find_location(stop) for stop in timetable.stop_ids]
    start_minute = int(timetable.instant(DEPART_AT).timestamp()) // 60

    def offsets(point: Point) -> list[nigiri.Offset]:
        stops, metres = within(timetable.stop_lat, timetable.stop_lon, point, 800.0)
        return [
            nigiri.Offset(location[stop], math.ceil(m / 1.25 / 60), 0)
            for stop, m in zip(stops.tolist(), metres.tolist(), strict=True)
            if location[stop] is not None
        ]

    def query(origin: Point, destination: Point) -> nigiri.Query:
        asked = nigiri.Query()
        asked.start_time = start_minute
        asked.start, asked.destination = offsets(origin), offsets(destination)
        asked.start_match_mode = asked.dest_match_mode = nigiri.LocationMatchMode.INTERMODAL
        asked.max_travel_time, asked.max_transfers = HORIZON_S // 60, 5
        return asked

    made: dict[tuple[Point, Point], nigiri.Query] = {}

    def ask(origin: Point, destination: Point) -> object:
        return nigiri.route(loaded, made[origin, destination])

    def prepare(origin: Point, destination: Point) -> None:
        made[origin, destination] = query(origin, destination)

    ask.prepare = prepare  # type: ignore[attr-defined]
    return ask


def _time(engines: dict[str, Ask], pairs: list[tuple[Point, Point]]) -> dict[str, Any]:
    """Milliseconds by engine; building pynigiri's query is not counted, our whole answer is."""
    spent: dict[str, list[float]] = {name: [] for name in engines}
    for number, (origin, destination) in enumerate([pairs[0], *pairs]):
        for name, ask in engines.items():
            if hasattr(ask, "prepare"):
                ask.prepare(origin, destination)
            began = time.perf_counter()
            ask(origin, destination)
            if number:  # the first compiles and warms
                spent[name].append(1000 * (time.perf_counter() - began))
    peer = spent.get("pynigiri")
    return {
        name: {
            "median": round(float(np.median(taken)), 2),
            "p95": round(float(np.percentile(taken, 95)), 2),
            "ratio": round(float(np.median(taken) / np.median(peer)), 3) if peer else None,
        }
        for name, taken in spent.items()
    }


def _time_bags(timetable: Timetable, pairs: list[tuple[Point, Point]]) -> dict[str, Any]:
    """Milliseconds of the searches with label bags, beside no peer."""
    demo = build_timetable(read_feed(BytesIO(demo_feed())), ON)
    long = _planner(timetable, _tariff("ok-otrip-trial"), LONG_HORIZON_S)
    integrated = _planner(demo, _tariff("jaklingko-integrated"))
    return _time({"ok-otrip-trial, 4 h": long}, pairs) | _time(
        {"jaklingko, demo": integrated}, _pairs(demo, len(pairs))
    )


def _compare(timetable: Timetable, tables: Any, sources: int) -> dict[str, int]:
    """Earliest arrivals at every stop beside a scan of all connections."""
    planner, scan = Planner(timetable), connections(tables, ON)
    assert tuple(scan.stops) == timetable.stop_ids
    served = np.flatnonzero(np.diff(timetable.visit_start) > 0)
    different = compared = 0
    for stop in np.random.default_rng(SEED).choice(served, sources).tolist():
        place = (float(timetable.stop_lat[stop]), float(timetable.stop_lon[stop]))
        reach = planner.reach(place, DEPART_AT, max_rides=30, horizon_s=HORIZON_S)
        for ours, theirs in zip(
            (reach.by_ride, reach.earliest), earliest_by_ride(scan, place, DEPART_AT), strict=True
        ):
            within_reach = np.where(theirs > DEPART_AT + HORIZON_S, NEVER, theirs)
            different += int((ours != within_reach).sum())
            compared += ours.size
    return {"sources": sources, "compared": compared, "different": different}


def _table(told: dict[str, Any]) -> str:
    lines = [f"{told['pairs']} pairs; timetable prepared in {told['prepare_s']} s"]
    lines.append(f"{'':20}{'median ms':>11}{'p95 ms':>9}{'ratio':>8}")
    lines += [
        f"{name:20}{row['median']:>11}{row['p95']:>9}{row['ratio'] or '':>8}"
        for name, row in told["milliseconds"].items()
    ]
    scan = told["connection_scan"]
    lines.append(
        f"connection scan: {scan['different']} of {scan['compared']} arrivals differ "
        f"({scan['sources']} sources)"
    )
    lines.append("reached" if told["reached"] else f"missed: ok-otrip-trial above {MOST}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
