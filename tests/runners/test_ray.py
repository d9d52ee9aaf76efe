"""Daft over a two-node Ray cluster on this machine: equal totals, and nothing half-done."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from balai import runners
from balai.kernel.problems import ProblemError

pytest.importorskip("ray", reason="Ray is not installed (extra: cluster)")
pytest.importorskip("daft", reason="Daft is not installed (extra: cluster)")

ROWS = 4_000
NODE = {"num_cpus": 1, "object_store_memory": 100 << 20}
QUICK = {"health_check_period_ms": 200, "health_check_failure_threshold": 3,
         "health_check_timeout_ms": 500, "health_check_initial_delay_ms": 0}  # fmt: skip


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head and one more node, as processes of this machine."""
    from ray.cluster_utils import Cluster

    head = {**NODE, "include_dashboard": False, "_system_config": QUICK}
    found = Cluster(initialize_head=True, head_node_args=head)
    found.add_node(**NODE)
    with pytest.MonkeyPatch.context() as surroundings:
        surroundings.setenv("RAY_ADDRESS", found.address)
        yield found
    found.shutdown()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    random = np.random.default_rng(11)
    cards, amounts = random.integers(0, 200, ROWS), random.integers(0, 9_000, ROWS)
    path = tmp_path / "taps.parquet"
    pq.write_table(pa.table({"card": cards, "amount": amounts}), path, row_group_size=900)
    return path


def totals() -> Callable[[pa.Table], pa.Table]:
    """A kernel that travels to the nodes as a value, for they do not see this file."""

    def kernel(table: pa.Table) -> pa.Table:
        found = table.group_by("card").aggregate([("amount", "sum"), ("amount", "count")])
        return found.rename_columns(["card", "sum", "count"])

    return kernel


def held(folder: Path) -> Callable[[pa.Table], pa.Table]:
    """As `totals`, but every node says that it is there and waits until it may go on."""
    plain = totals()

    def kernel(table: pa.Table) -> pa.Table:
        import time

        import ray

        (folder / f"here-{ray.get_runtime_context().get_node_id()}").touch()
        for _ in range(1200):
            if (folder / "go").exists():
                break
            time.sleep(0.05)
        return plain(table)

    return kernel


def by_card(folder: Path) -> list[dict[str, int]]:
    return runners.read(folder).sort_by("card").to_pylist()


def test_both_runners_give_equal_totals(cluster: Any, source: Path, tmp_path: Path) -> None:
    results = []
    for runner in runners.RUNNERS:
        made = runners.run(
            totals(), source, key="card", out=tmp_path / "out", run_id=runner, runner=runner,
            partitions=6,
        )  # fmt: skip
        assert made.taken == ROWS
        results.append(by_card(made.folder))
    assert results[0] == results[1]


def test_a_killed_node_publishes_nothing_and_a_retry_gives_the_whole(
    cluster: Any, source: Path, tmp_path: Path
) -> None:
    victim = next(node for node in cluster.list_all_nodes() if not node.is_head())
    out = tmp_path / "out"

    def kill() -> None:
        for _ in range(1200):
            if (tmp_path / f"here-{victim.node_id}").exists():
                break
            time.sleep(0.05)
        cluster.remove_node(victim, allow_graceful=False)

    def month() -> runners.Manifest:
        return runners.run(
            held(tmp_path), source, key="card", out=out, run_id="month", runner="ray",
            partitions=6,
        )  # fmt: skip

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(runners.RunFailedError, match="1 of 2 nodes of the cluster were lost"):
        month()
    killer.join()
    assert not (out / "month").exists()
    (tmp_path / "go").touch()
    whole = totals()(pq.read_table(source)).sort_by("card").to_pylist()
    assert by_card(month().folder) == whole


def test_a_kernel_that_fails_on_a_node_is_told_and_publishes_nothing(
    cluster: Any, source: Path, tmp_path: Path
) -> None:
    def kernel(table: pa.Table) -> pa.Table:
        raise ArithmeticError("no such card")

    with pytest.raises(runners.RunFailedError, match="no such card"):
        runners.run(
            kernel, source, key="card", out=tmp_path, run_id="a", runner="ray", partitions=2
        )
    assert not (tmp_path / "a").exists()


def test_a_cluster_that_stalls_is_left(cluster: Any, source: Path, tmp_path: Path) -> None:
    with pytest.raises(runners.RunFailedError, match="No partition was finished"):
        runners.run(
            totals(), source, key="card", out=tmp_path, run_id="a", runner="ray", patience=0.5
        )
    assert not (tmp_path / "a").exists()


def test_no_cluster_is_told(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    with pytest.raises(ProblemError) as refused:
        runners.run(totals(), source, key="card", out=tmp_path, run_id="a", runner="ray")
    assert "no Ray cluster answers" in " ".join(refused.value.lines())
