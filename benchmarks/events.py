"""A measure by day and place over a million events beside a bare scan of the same, in one run.

    python benchmarks/events.py [--rows N] [--json]

Recording is `record_many` from Python objects in batches of 10,000; the peer of the measures is
PostgreSQL counting the table's rows without any condition. It works in a database of its own,
which it drops.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.shell.test_settings")

import django

from balai.shell import database, postgres

START = datetime(2025, 9, 1, tzinfo=UTC)
DAYS, PLACES, BATCH = 30, 44, 10_000


@dataclass(frozen=True)
class Journey:
    """The fields of the event that is recorded."""

    fare: int
    km: Decimal
    integrated: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if database.is_embedded():
        postgres.ensure_running()
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        figures = measure(options.rows)
    finally:
        connection.close()
        connection.creation.destroy_test_db("", verbosity=0)
        postgres.release()
    print(json.dumps(figures, indent=2) if options.json else table(figures))


def measure(rows: int) -> dict[str, float]:
    from django.db import connection

    from balai.kernel.events.event_measures import event_measure
    from balai.kernel.events.kinds import EventKind
    from balai.kernel.events.measures import MeasureQuery

    text = {"id": "Perjalanan", "en": "Journeys"}
    kind = EventKind(name="bench.journey", version=1, fields=Journey, title=text)
    recording = record(kind, rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE events_event")
    body: dict[str, Any] = {"title": text, "unit": "journeys", "description": text}
    count = event_measure(kind, name="count", **body)
    total = event_measure(kind, name="sum", aggregate="sum", field="fare", **body)
    some = event_measure(kind, name="integrated", where={"integrated": True}, **body)
    first = START.date()
    month = MeasureQuery(city="jakarta", start=first, end=first + timedelta(days=DAYS))
    day = MeasureQuery(city="jakarta", start=first, end=first)
    assert sum(found.value for found in count.values(month)) == rows
    after = count.records(month, 50, None).next
    return {
        "record_many, events/s": rows / recording,
        "bare count of the table, ms": median(lambda: bare_count(rows)),
        "count by day and place, ms": median(lambda: count.values(month)),
        "sum of a field by day and place, ms": median(lambda: total.values(month)),
        "count where a field holds, ms": median(lambda: some.values(month)),
        "count of one day, ms": median(lambda: count.values(day)),
        "whether anything came in, ms": median(lambda: count.freshness(month)),
        "50 records of one day, ms": median(lambda: count.records(day, 50, None)),
        "50 records of the month, second page, ms": median(lambda: count.records(month, 50, after)),
    }


def record(kind: Any, rows: int) -> float:
    from balai.kernel.events import actions

    spent = 0.0
    for first in range(0, rows, BATCH):
        batch = [happening(kind, n) for n in range(first, min(first + BATCH, rows))]
        started = time.perf_counter()
        actions.record_many(batch)
        spent += time.perf_counter() - started
    return spent


def happening(kind: Any, n: int) -> Any:
    from balai.kernel.events.actions import Happening

    days = n * 7919 % DAYS
    return Happening(
        kind=kind,
        at=START + timedelta(days=days, seconds=n % 80_000),
        day=date(2025, 9, 1) + timedelta(days=days),
        city="jakarta",
        place=f"31.7{n % PLACES:02}",
        subject=f"transit.journey:{n}",
        data=Journey(3500 + n % 1500, Decimal(n % 300) / 10, n % 3 == 0),
        key=f"journey:{n}",
    )


def bare_count(rows: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_event WHERE data IS NOT NULL")
        assert cursor.fetchone()[0] == rows


def median(call: Callable[[], object], times: int = 5) -> float:
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        spent.append((time.perf_counter() - started) * 1e3)
    return statistics.median(spent)


def table(figures: dict[str, float]) -> str:
    return "\n".join(
        f"{name:<44} {figure:>12,.1f}" if figure < 1000 else f"{name:<44} {figure:>12,.0f}"
        for name, figure in figures.items()
    )


if __name__ == "__main__":
    main()
