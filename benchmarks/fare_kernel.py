"""The fare kernel beside np.sort of the same packed keys and DuckDB's fold, in one run.

    python benchmarks/fare_kernel.py [--taps N] [--cards N] [--repeat N] [--json]

Taps are generated: a month of one- to three-leg trips, shuffled, with missed tap-outs and tap-ins
and 1 % of the uploads sent twice. DuckDB folds each card's ordered tap-ins with `list_reduce`,
the only exact way in its SQL: a window function cannot anchor a window on a journey's first tap.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from balai.kernel.laws import find_law
from balai.transit.engine.fares import Mode, Tariff, tariff_from_parameters
from balai.transit.engine.fares.pricing import price_taps, warm
from balai.transit.engine.fares.taps import IN, OUT, UNKNOWN, TapArrays

TARIFFS = ("ok-otrip-trial", "jaklingko-integrated", "transjakarta")
START = 1_754_000_000
DAYS = 30
MODES = np.array([Mode.BRT, Mode.BUS, Mode.ANGKOT, Mode.MIKROTRANS, Mode.MRT, Mode.LRT], np.int8)
BUSES = np.array([Mode.BRT, Mode.BUS, Mode.ANGKOT, Mode.MIKROTRANS], np.int8)


def generate(taps: int, cards: int, modes: np.ndarray, seed: int = 20180115) -> TapArrays:
    """About a month of taps of so many cards, in shuffled order."""
    random = np.random.default_rng(seed)
    trips = taps // 4 + 1
    card = np.repeat(random.integers(0, cards, trips, dtype=np.uint32), 2)
    start = START + random.integers(0, DAYS, trips) * 86_400 + random.integers(0, 61_200, trips)
    ride = random.integers(300, 3_000, 2 * trips)
    walk = random.integers(60, 4_000, trips)
    boarded = np.repeat(start, 2)
    boarded[1::2] += ride[::2] + walk
    mode = random.choice(modes, 2 * trips)
    metres = (ride * 6 + random.integers(0, 1000, 2 * trips)).astype(np.int32)
    both = np.concatenate
    n = 2 * trips
    columns = {
        "card": both((card, card)),
        "at": both((boarded, boarded + ride)),
        "direction": np.repeat(np.array([IN, OUT], np.int8), n),
        "mode": both((mode, mode)),
        "metres": both((np.full(n, UNKNOWN, np.int32), metres)),
        "tap": np.arange(2 * n, dtype=np.int64) * 7_919,
    }
    kept = np.flatnonzero(random.random(2 * n) > 0.02)
    sent = both((kept, random.choice(kept, taps // 100)))
    random.shuffle(sent)
    sent = sent[:taps]
    return TapArrays(**{name: column[sent] for name, column in columns.items()})


def tariff(name: str) -> Tariff:
    values = find_law(f"transit/tariff/{name}").on(date(2026, 1, 1))
    return tariff_from_parameters(name, {key: dated.value for key, dated in values.items()})


def packed_keys(taps: TapArrays) -> np.ndarray:
    """card | seconds | direction | position, as the kernel orders them."""
    position_bits = len(taps).bit_length()
    seconds = taps.at - taps.at.min()
    key = (taps.card.astype(np.int64) << int(seconds.max()).bit_length()) | seconds
    key = ((key << 1) | taps.direction) << (position_bits - 7)
    return key | (np.arange(len(taps)) & ((1 << (position_bits - 7)) - 1))


def median(work: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    times, result = [], None
    for _ in range(repeat):
        result = None
        began = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - began)
    return statistics.median(times), result


FOLD = """
with once as (
    select card, "at", tap, any_value(case when mode in (2, 3) then 3000 else 3500 end) as price
    from taps where direction = 1 group by card, "at", tap
), cards as (
    select list({'t': "at", 'p': price, 'o': 0::bigint, 'c': 0::bigint, 'sum': 0::bigint}
                order by "at", tap) as l
    from once group by card
)
select sum(list_reduce(l, lambda a, b: case
    when b.t - a.o <= 10800 then
        {'t': b.t, 'p': b.p, 'o': a.o, 'c': a.c + least(b.p, 5000 - a.c),
         'sum': a.sum + least(b.p, 5000 - a.c)}
    else {'t': b.t, 'p': b.p, 'o': b.t, 'c': b.p::bigint, 'sum': a.sum + b.p} end,
    {'t': 0::bigint, 'p': 0, 'o': -100000::bigint, 'c': 0::bigint, 'sum': 0::bigint}).sum)
from cards
"""


def duckdb_fold(taps: TapArrays) -> Callable[[], int]:
    """DuckDB's revenue under ok-otrip-trial, over the same arrays."""
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect()
    connection.execute("set threads = 2")
    table = pa.table(
        {name: getattr(taps, name) for name in ("card", "at", "direction", "mode", "tap")}
    )
    connection.register("arrow", table)
    connection.execute("create table taps as select * from arrow")
    return lambda: int(connection.execute(FOLD).fetchone()[0])


def forget_peak() -> None:
    """Let the process's peak of resident memory start again from now."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_megabytes() -> int:
    """The peak of resident memory since it was forgotten: taps, work, charges, libraries."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) >> 10
    raise SystemExit("this system does not tell the peak of resident memory")


def priced(taps: TapArrays, name: str, repeat: int) -> tuple[float, Any]:
    """Median seconds of pricing under a tariff, and the charges."""
    return median(lambda: price_taps(taps, tariff(name)), repeat)


def sorting(taps: TapArrays, repeat: int) -> float:
    """Median seconds of np.sort on the same packed keys."""
    keys = packed_keys(taps)
    return median(lambda: np.sort(keys), repeat)[0]


def measure(n: int, cards: int, repeat: int) -> dict[str, Any]:
    warm()
    report: dict[str, Any] = {"taps": n, "cards": cards, "repeat": repeat}
    buses = generate(n, cards, BUSES)
    columns = (getattr(buses, field.name) for field in fields(buses))
    report["memory_taps_mb"] = sum(column.nbytes for column in columns) >> 20
    forget_peak()
    report["ok-otrip-trial"], charges = priced(buses, "ok-otrip-trial", repeat)
    report["memory_peak_mb"] = peak_megabytes()
    report["revenue"], report["boardings"] = charges.revenue, len(charges)
    report["duplicates"] = len(charges.duplicates)
    del charges
    report["np.sort"] = sorting(buses, repeat)
    report["transjakarta"] = priced(buses, "transjakarta", repeat)[0]
    report["duckdb"], revenue = median(duckdb_fold(buses), min(repeat, 3))
    if revenue != report["revenue"]:
        raise SystemExit(f"DuckDB's revenue {revenue}, the kernel's {report['revenue']}")
    del buses
    mixed = generate(n, cards, MODES)
    report["jaklingko-integrated"] = priced(mixed, "jaklingko-integrated", repeat)[0]
    return report


def ratios(report: dict[str, Any]) -> dict[str, Any]:
    """The figures the targets are stated in."""
    kernel = report["ok-otrip-trial"]
    return {
        "million_taps_a_second": report["taps"] / kernel / 1e6,
        "times_np_sort": kernel / report["np.sort"],
        "times_faster_than_duckdb": report["duckdb"] / kernel,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--taps", type=int, default=20_000_000)
    parser.add_argument("--cards", type=int, default=1_500_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = measure(options.taps, options.cards, options.repeat)
    report["ratios"] = ratios(report)
    if options.json:
        print(json.dumps(report))
        return
    print(f"{report['taps']:,} taps of {report['cards']:,} cards, medians", file=sys.stdout)
    for name in (*TARIFFS, "np.sort", "duckdb"):
        rate = report["taps"] / report[name] / 1e6
        print(f"  {name:<22}{report[name]:8.3f} s  {rate:8.2f} M taps/s")
    for name, value in report["ratios"].items():
        print(f"  {name:<28}{value:8.2f}")
    print(
        f"  memory: taps {report['memory_taps_mb']} MB, "
        f"peak while pricing {report['memory_peak_mb']} MB"
    )


if __name__ == "__main__":
    main()
