"""Reading a GTFS feed, and importing it into the database: medians.

    python benchmarks/feed_import.py [--feed FEED.zip] [--repeat N] [--json]

Without --feed it takes the real feeds of the folder BALAI_SHARED_DATA, where there is one. Each
import is rolled back, so the database is left as it was; the bar for the Jakarta feed is 20 s.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SHARED = Path(os.environ.get("BALAI_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
BAR_S = 20.0


def median_seconds(repeat: int, run: Callable[[], Any]) -> float:
    """The median time of `repeat` runs, after one that is not counted."""
    run()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measure(path: Path, repeat: int) -> dict[str, Any]:
    from balai.transit.engine.gtfs import read_feed, write_feed

    content = path.read_bytes()
    feed = read_feed(io.BytesIO(content))
    return {
        "feed": path.name,
        "stop_times": feed.counts["stop_times"],
        "issues": len(feed.issues),
        "read_s": median_seconds(repeat, lambda: read_feed(io.BytesIO(content))),
        "write_s": median_seconds(repeat, lambda: write_feed(feed.tables)),
        "import_s": median_seconds(repeat, lambda: import_and_roll_back(content)),
    }


def import_and_roll_back(content: bytes) -> None:
    from django.db import transaction

    from balai.transit.actions.import_feed import import_feed

    with transaction.atomic():
        import_feed(content, city="benchmark", replace=True)
        transaction.set_rollback(True)


def prepare_database() -> None:
    os.environ["BALAI_DATABASE_ROLE"] = "owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.shell.settings")
    from balai.shell import database, postgres

    if database.is_embedded():
        postgres.ensure_running()
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--feed", type=Path, action="append")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    paths = options.feed or sorted((SHARED / "transit").glob("*.gtfs.zip"))
    if not paths:
        print("no feed to import: give --feed or set BALAI_SHARED_DATA", file=sys.stderr)
        return 0
    prepare_database()
    reports = [measure(path, options.repeat) for path in paths]
    if options.json:
        print(json.dumps(reports))
    else:
        show(reports)
    return int(any(report["import_s"] > BAR_S for report in reports))


def show(reports: list[dict[str, Any]]) -> None:
    print(f"{'feed':<24}{'stop_times':>12}{'issues':>8}{'read s':>9}{'write s':>9}{'import s':>10}")
    for report in reports:
        print(
            f"{report['feed']:<24}{report['stop_times']:>12,}{report['issues']:>8,}"
            f"{report['read_s']:>9.3f}{report['write_s']:>9.3f}{report['import_s']:>10.3f}"
        )


if __name__ == "__main__":
    sys.exit(main())
