"""The home-care solver beside the published results, instance by instance.

    python benchmarks/homecare_solver.py [--folder FOLDER] [--sizes 10,25,...] [--seeds N]
                                         [--seconds 10,60] [--json]

For each instance and time the mean and the least cost over the seeds, and how far they lie from the
better of the two published values (below zero: cheaper). Every solution is checked. The default is
one seed and ten seconds of each; `--seeds 5 --seconds 10,60` is the whole table, an hour and more.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from balai.homecare.engine.routing import Problem, check, read_instance
from balai.homecare.engine.routing.solving import Solver, budget

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("BALAI_SHARED_DATA") or ROOT.parent / "shared" / "data")


def main() -> int:
    arguments = _arguments()
    if not (arguments.folder / "instances").is_dir():
        print(f"no instances at {arguments.folder}: give a folder by --folder", file=sys.stderr)
        return 0
    published = _published(arguments.folder)
    rows: list[dict[str, Any]] = []
    wanted = {int(size) for size in arguments.sizes.split(",")}
    for name in sorted(published, key=_size):
        if _size(name)[0] not in wanted:
            continue
        text = (arguments.folder / "instances" / f"{name}.json").read_text(encoding="utf-8")
        problem = read_instance(json.loads(text))
        for seconds in map(float, arguments.seconds.split(",")):
            rows.append(_row(name, problem, seconds, arguments.seeds, published[name]))
            if not arguments.json:
                print(_line(rows[-1]), flush=True)
    if arguments.json:
        print(json.dumps(rows))
    else:
        _tell_means(rows)
    return 0 if all(row["feasible"] for row in rows) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=SHARED / "homecare" / "hhcrsp")
    parser.add_argument("--sizes", default="10,25,50,75,100,200,300")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--seconds", default="10")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _published(folder: Path) -> dict[str, float]:
    """The better published cost of each instance."""
    with (folder / "published_results.csv").open(encoding="utf-8") as rows:
        return {
            row["instance"]: min(float(row["iolab_best"]), float(row["brkga2021_min"]))
            for row in csv.DictReader(rows)
        }


def _size(name: str) -> tuple[int, int]:
    visits, number = name.split("_")[-2:]
    return int(visits), int(number)


def _row(
    name: str, problem: Problem, seconds: float, seeds: int, published: float
) -> dict[str, Any]:
    costs, feasible, spent = [], True, []
    for seed in range(1, seeds + 1):
        solver = Solver(problem, seed)
        began = time.process_time()
        for _ in solver.run(budget(seconds, problem.nodes)):
            pass
        spent.append(time.process_time() - began)
        verdict = check(problem, solver.solution)
        feasible &= verdict.feasible
        costs.append(verdict.cost)
    return {
        "instance": name, "seconds": seconds, "seeds": seeds, "published": published,
        "mean": round(statistics.fmean(costs), 3), "least": round(min(costs), 3),
        "mean_gap": round(100 * (statistics.fmean(costs) / published - 1), 2),
        "worst_gap": round(100 * (max(costs) / published - 1), 2),
        "feasible": feasible, "cpu_s": round(statistics.fmean(spent), 1),
    }  # fmt: skip


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['instance'].split('HCSRP_')[-1]:>7} {row['seconds']:>5g} s  "
        f"published {row['published']:>9.3f}  mean {row['mean']:>9.3f} ({row['mean_gap']:+.2f} %)  "
        f"least {row['least']:>9.3f}  {row['cpu_s']:>5} s of CPU"
        f"{'' if row['feasible'] else '  BREAKS A RULE'}"
    )


def _tell_means(rows: list[dict[str, Any]]) -> None:
    """The mean and worst gap of each size and time."""
    for key in sorted({(_size(row["instance"])[0], row["seconds"]) for row in rows}):
        of = [row for row in rows if (_size(row["instance"])[0], row["seconds"]) == key]
        mean = statistics.fmean(row["mean_gap"] for row in of)
        worst = max(row["worst_gap"] for row in of)
        print(f"{key[0]:>4} visits, {key[1]:>3g} s: mean {mean:+.2f} %, worst {worst:+.2f} %")


if __name__ == "__main__":
    sys.exit(main())
