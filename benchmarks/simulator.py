"""The simulator from Parquet to findings beside a DuckDB fold, in one run.

    python benchmarks/simulator.py [--taps N] [--cards N] [--repeat N] [--json]

A month of generated taps of buses is written to Parquet once. Then, from that file to the sums on
the page: one, two and three tariffs replayed. The peer is DuckDB on the same file: one tariff,
revenue alone, by `list_reduce` over each card's ordered tap-ins (see `fare_kernel.py`).
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from balai.transit.engine.simulation import warm
from balai.transit.queries.replays import replay_file, tap_source
from fare_kernel import BUSES, FOLD, generate, median, tariff

TARIFFS = ("jaklingko-integrated", "ok-otrip-trial", "transjakarta")
COUNTS = ("1 tariff", "2 tariffs", "3 tariffs")
TARGET = 5.0


def write(taps: Any, path: Path) -> None:
    """The taps as a city exports them, with routes and places as text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    random, n = np.random.default_rng(7), len(taps)
    routes = pa.array([f"JAK.{number}" for number in range(120)])
    places = pa.array([f"31.7{number % 5 + 1}.{number:02}" for number in range(44)])
    columns = {name: getattr(taps, name) for name in ("at", "direction", "mode", "metres", "tap")}
    columns["card"] = taps.card.astype(np.int64)
    columns["route_id"] = routes.take(pa.array(random.integers(0, 120, n)))
    columns["place"] = places.take(pa.array(taps.card % 44))
    pq.write_table(pa.table(columns), path, row_group_size=1 << 19, compression="zstd")


def duckdb_revenue(path: Path) -> int:
    """Revenue under ok-otrip-trial by DuckDB, from the file."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("set threads = 2")
    connection.execute(f"create view taps as select * from read_parquet('{path}')")
    return int(connection.execute(FOLD).fetchone()[0])  # type: ignore[index]


def replay(path: Path, names: tuple[str, ...], runner: Any = "local") -> Any:
    """From the file to the sums."""
    tariffs = [tariff(name) for name in names]
    with tempfile.TemporaryDirectory() as name:
        source = tap_source(path, tariffs[0], Path(name))
        return replay_file(source, tariffs, Path(name), runner=runner)


def spent() -> float:
    """Seconds of processor time so far, of all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(n: int, cards: int, repeat: int) -> dict[str, Any]:
    warm()
    report: dict[str, Any] = {"taps": n, "cards": cards, "repeat": repeat}
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "month.parquet"
        write(generate(n, cards, BUSES), path)
        report["file_mb"] = path.stat().st_size >> 20
        for count, told in enumerate(COUNTS, 1):
            before = spent()
            report[told], outcome = median(
                lambda count=count: replay(path, TARIFFS[:count]), repeat
            )
            report[f"{told}, processor"] = (spent() - before) / repeat
        report["revenue"] = outcome.sum(1, "charge")
        report["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        report["duckdb"], revenue = median(lambda: duckdb_revenue(path), 1)
    if revenue != report["revenue"]:
        raise SystemExit(f"DuckDB's revenue {revenue}, the simulator's {report['revenue']}")
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--taps", type=int, default=20_000_000)
    parser.add_argument("--cards", type=int, default=1_500_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = measure(options.taps, options.cards, options.repeat)
    if options.json:
        print(json.dumps(report))
        return
    print(
        f"{report['taps']:,} taps of {report['cards']:,} cards, {report['file_mb']} MB of Parquet"
    )
    for name in (*COUNTS, "duckdb"):
        rate = report["taps"] / report[name] / 1e6
        told = f"  {name:<12}{report[name]:8.2f} s  {rate:6.2f} M taps/s"
        busy = report.get(f"{name}, processor")
        print(told + (f"  {busy:.2f} s of processor" if busy else "  (one tariff, revenue alone)"))
    print(f"  peak memory {report['peak_mb']} MB, generating the taps included")
    print(f"  target: {TARGET} M taps/s")


if __name__ == "__main__":
    main()
