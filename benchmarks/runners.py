"""A month of taps priced by both runners, in one run: this machine, and two nodes of Ray.

    python benchmarks/runners.py [--taps N] [--cards N] [--memory MB] [--no-ray] [--json]

30 million generated taps lie in Parquet; every boarding's charge comes out as Parquet. The local
runner has its memory bounded, so that it spills. The Ray cluster is two nodes of this machine, so
its figure is about equal totals, not about speed. Peak memory is that of a process that only
prices; the totals must be equal.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

TARIFF = "ok-otrip-trial"
COLUMNS = ("at", "direction", "mode", "metres", "tap")


def write(taps: int, cards: int, path: Path) -> None:
    """Generated taps, a million at a time, so that the generator's memory stays small."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from fare_kernel import BUSES, generate

    writer = None
    for part in range(-(-taps // 1_000_000)):
        made = generate(min(1_000_000, taps - part * 1_000_000), cards, BUSES, seed=part)
        columns = {name: getattr(made, name) for name in COLUMNS}
        columns["tap"] = columns["tap"] + part * 10**12
        table = pa.table({"card": made.card.astype(np.int64), **columns})
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    assert writer is not None
    writer.close()


def price(path: Path, out: Path, runner: Any, memory: int) -> dict[str, Any]:
    """One run: seconds, rows, revenue, and the peak memory of this process in MB."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from balai import runners
    from balai.transit.engine.fares import warm
    from balai.transit.engine.simulation.charging import ChargeTaps
    from fare_kernel import tariff

    warm()
    began = time.perf_counter()
    made = runners.run(
        ChargeTaps(tariff(TARIFF)), path, key="card", columns=("card", *COLUMNS), out=out,
        run_id=runner, runner=runner, memory=memory << 20,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    parts = (pq.read_table(made.folder / part.name, columns=["charge"]) for part in made.parts)
    revenue = sum(pc.sum(part["charge"]).as_py() or 0 for part in parts)
    return {"seconds": seconds, "taps": made.taken, "boardings": made.rows, "revenue": revenue,
            "peak_mb": peak}  # fmt: skip


def apart(runner: str, path: Path, out: Path, memory: int, **more: str) -> dict[str, Any]:
    """`price` in a process of its own."""
    asked = [sys.executable, __file__, "--runner", runner, str(path), str(out), str(memory)]
    done = subprocess.run(asked, env={**os.environ, **more}, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(taps: int, cards: int, memory: int, with_ray: bool) -> dict[str, Any]:
    report: dict[str, Any] = {"memory_mb": memory}
    with tempfile.TemporaryDirectory() as name:
        path, out = Path(name) / "month.parquet", Path(name) / "out"
        write(taps, cards, path)
        report["local"] = apart("local", path, out, memory)
        if with_ray:
            from ray.cluster_utils import Cluster

            node = {"num_cpus": 1, "object_store_memory": 1 << 30}
            cluster = Cluster(initialize_head=True,
                              head_node_args={**node, "include_dashboard": False})  # fmt: skip
            cluster.add_node(**node)
            try:
                report["ray"] = apart("ray", path, out, memory, RAY_ADDRESS=cluster.address)
            finally:
                cluster.shutdown()
            for total in ("taps", "boardings", "revenue"):
                if report["ray"][total] != report["local"][total]:
                    raise SystemExit(f"{total} differ: {report}")
    return report


def main() -> None:
    if sys.argv[1:2] == ["--runner"]:
        runner, path, out, memory = sys.argv[2:6]
        print(json.dumps(price(Path(path), Path(out), runner, int(memory))))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--taps", type=int, default=30_000_000)
    parser.add_argument("--cards", type=int, default=2_000_000)
    parser.add_argument("--memory", type=int, default=512)
    parser.add_argument("--no-ray", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = measure(options.taps, options.cards, options.memory, not options.no_ray)
    if options.json:
        print(json.dumps(report))
        return
    for runner in ("local", "ray"):
        if told := report.get(runner):
            rate = told["taps"] / told["seconds"] / 1e6
            print(f"{runner:<6}{told['taps']:,} taps, {told['boardings']:,} boardings, "
                  f"Rp{told['revenue']:,}: {told['seconds']:.1f} s, {rate:.2f} M taps/s, "
                  f"peak {told['peak_mb']} MB")  # fmt: skip


if __name__ == "__main__":
    main()
