"""The plan page at the server: distinct questions, beside the same page with its answer kept.

Needs the demonstration (`balai demo`). The page is asked through Django's handler, so the figures
hold everything but the network: places found, trip planned, fare explained, page written.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import time
from functools import cache
from typing import Any


def main() -> int:
    """Print the table, or JSON with `--json`; 1 where the demonstration is not there."""
    options = arguments()
    os.environ["BALAI_DEMO"] = "1"
    from balai.shell import start

    start.django()
    from balai.transit.queries.feed import current_feed

    version = current_feed("jakarta")
    if version is None:
        print("Build the demonstration first: balai demo", file=sys.stderr)
        return 1
    asked = questions(version, options.questions, options.seed)
    wait_until_warm(asked[0])
    distinct = [timed(each) for each in asked]
    kept = [timed(each) for each in asked]
    rows = {"distinct questions": distinct, "asked before": kept}
    report(rows, as_json=options.json)
    return 0


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def questions(version: object, count: int, seed: int) -> list[dict[str, str]]:
    """As many pairs of stops of the feed, drawn by seed, leaving at 07:10 on a Monday."""
    from balai.transit.models import Stop

    points = list(
        Stop.objects.filter(feed_id=version.pk)
        .order_by("stop_id")
        .values_list(  # type: ignore[attr-defined]
            "stop_lat", "stop_lon"
        )
    )
    draw = random.Random(seed)
    pairs = [draw.sample(points, 2) for _ in range(count)]
    return [
        {
            "start": f"{a[0]:.5f},{a[1]:.5f}",
            "end": f"{b[0]:.5f},{b[1]:.5f}",
            "on": "2026-11-23",
            "at": "07:10",
        }
        for a, b in pairs
    ]


def wait_until_warm(question: dict[str, str]) -> None:
    """Ask until the timetable of the day is prepared."""
    for _ in range(60):
        before = time.perf_counter()
        timed(question)
        if time.perf_counter() - before < 0.5:
            return
        time.sleep(0.5)


@cache
def client() -> Any:
    """One client: making it loads the middleware, which a server does once."""
    from django.test import Client

    return Client()


def timed(question: dict[str, str]) -> float:
    """Milliseconds until the page was written."""
    before = time.perf_counter()
    answer = client().get("/jakarta/transit/", question)
    passed = (time.perf_counter() - before) * 1000
    assert answer.status_code == 200, answer.status_code
    return passed


def report(rows: dict[str, list[float]], *, as_json: bool) -> None:
    """Median, 95th percentile and largest of each row."""
    figures = {
        name: {
            "median_ms": round(statistics.median(times), 1),
            "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
            "max_ms": round(max(times), 1),
        }
        for name, times in rows.items()
    }
    if as_json:
        print(json.dumps(figures))
        return
    print(f"{'plan page':24}{'median ms':>12}{'p95 ms':>10}{'max ms':>10}")
    for name, each in figures.items():
        print(f"{name:24}{each['median_ms']:>12}{each['p95_ms']:>10}{each['max_ms']:>10}")


if __name__ == "__main__":
    sys.exit(main())
