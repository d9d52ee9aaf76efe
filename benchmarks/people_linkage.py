"""The search for duplicates among 100,000 residents with planted ones: time, precision, recall.

    python benchmarks/people_linkage.py [--rows N] [--json]

Beside it, in the same run, an exact join on name and birth date: what is found without a model.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

SEED = 20_270_101
VILLAGES = [f"73.71.{d:02}.10{v:02}" for d in range(1, 16) for v in range(1, 11)]
PRECISION_BAR, RECALL_BAR = 0.98, 0.9


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.rows)
    print(json.dumps(figures, indent=2) if options.json else table(figures))
    return int(figures["precision"] < PRECISION_BAR or figures["recall"] < RECALL_BAR)


def measure(rows: int) -> dict[str, Any]:
    from balai.kernel.people.linkage.model import find_pairs
    from balai.kernel.people.linkage.rehearsal import planted

    records, truth = planted(rows, villages=VILLAGES, seed=SEED)
    started = time.perf_counter()
    exact = exactly(records)
    exact_s = time.perf_counter() - started
    started = time.perf_counter()
    pairs = find_pairs(records).pairs
    linkage_s = time.perf_counter() - started
    found = set(zip(pairs["left"].to_list(), pairs["right"].to_list(), strict=True))
    return {
        "records": records.height, "planted": len(truth), "found": len(found),
        "linkage_s": linkage_s, "precision": len(found & truth) / max(len(found), 1),
        "recall": len(found & truth) / len(truth), "exact_s": exact_s,
        "exact_precision": len(exact & truth) / max(len(exact), 1),
        "exact_recall": len(exact & truth) / len(truth),
    }  # fmt: skip


def exactly(records: Any) -> set[tuple[str, str]]:
    """Pairs with the same name and birth date."""
    import polars as pl

    told = records.select("person", "name", "birth_date")
    joined = told.join(told, on=["name", "birth_date"]).filter(
        pl.col("person") < pl.col("person_right")
    )
    return set(joined.select("person", "person_right").iter_rows())


def table(figures: dict[str, Any]) -> str:
    return "\n".join((
        f"{figures['records']:,} records, {figures['planted']:,} planted pairs",
        f"{'':<28}{'seconds':>9}{'precision':>11}{'recall':>9}",
        f"{'exact name and birth date':<28}{figures['exact_s']:>9.1f}"
        f"{figures['exact_precision']:>11.4f}{figures['exact_recall']:>9.4f}",
        f"{'linkage':<28}{figures['linkage_s']:>9.1f}"
        f"{figures['precision']:>11.4f}{figures['recall']:>9.4f}",
    ))  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
