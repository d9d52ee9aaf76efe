"""The local runner: any number of partitions, in memory or on disk, gives one result."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai import runners
from balai.kernel.problems import ConflictError, MissingError, ProblemError


def totals(table: pa.Table) -> pa.Table:
    """How often each card occurs, and the sum of its amounts."""
    found = table.group_by("card").aggregate([("amount", "sum"), ("amount", "count")])
    return found.rename_columns(["card", "sum", "count"])


def written(path: Path, rows: int = 5_000, group: int = 700) -> Path:
    random = np.random.default_rng(7)
    table = pa.table(
        {
            "card": random.integers(0, 300, rows),
            "amount": random.integers(0, 10_000, rows),
            "route": pa.array(random.choice(["1", "2", "ö"], rows)).dictionary_encode(),
        }
    )
    pq.write_table(table, path, row_group_size=group)
    return path


def by_card(folder: Path) -> list[dict[str, int]]:
    return runners.read(folder).sort_by("card").to_pylist()


@settings(max_examples=12, deadline=None)
@given(
    partitions=st.integers(1, 40), threads=st.integers(1, 3), memory=st.sampled_from([0, 1 << 30])
)
def test_every_card_comes_whole_whatever_the_partitions(
    tmp_path_factory: pytest.TempPathFactory, partitions: int, threads: int, memory: int
) -> None:
    folder = tmp_path_factory.mktemp("run")
    source = written(folder / "taps.parquet")
    manifest = runners.run(
        totals, source, key="card", out=folder / "out", run_id="a",
        partitions=partitions, threads=threads, memory=memory,
    )  # fmt: skip
    whole = totals(pq.read_table(source)).sort_by("card").to_pylist()
    assert by_card(manifest.folder) == whole
    assert (manifest.taken, manifest.rows) == (5_000, len(whole))


def test_a_key_of_text_with_other_dictionaries_in_each_file(tmp_path: Path) -> None:
    files = []
    for name, texts in (("a", ["x", "y"]), ("b", ["y", "z"])):
        files.append(tmp_path / f"{name}.parquet")
        column = pa.array(texts).dictionary_encode()
        pq.write_table(pa.table({"card": column, "amount": [1, 2]}), files[-1])
    manifest = runners.run(
        lambda table: totals(table.set_column(0, "card", table["card"].cast(pa.string()))),
        files, key="card", out=tmp_path / "out", run_id="a", partitions=3,
    )  # fmt: skip
    assert {row["card"]: row["sum"] for row in by_card(manifest.folder)} == {
        "x": 1, "y": 3, "z": 2,
    }  # fmt: skip


def test_no_rows_are_a_run_without_parts(tmp_path: Path) -> None:
    source = written(tmp_path / "taps.parquet", rows=0)
    manifest = runners.run(totals, source, key="card", out=tmp_path / "out", run_id="a")
    assert manifest.parts == ()
    assert runners.read(manifest.folder).num_rows == 0


def test_a_kernel_that_fails_publishes_nothing_and_the_same_id_runs_again(tmp_path: Path) -> None:
    source, out = written(tmp_path / "taps.parquet"), tmp_path / "out"
    broken = [True]

    def sometimes(table: pa.Table) -> pa.Table:
        if broken[0] and 7 in table["card"].to_pylist():
            raise ArithmeticError("card 7")
        return totals(table)

    with pytest.raises(ArithmeticError):
        runners.run(sometimes, source, key="card", out=out, run_id="a", partitions=4)
    assert not (out / "a").exists()
    with pytest.raises(MissingError):
        runners.read(out / "a")
    broken[0] = False
    manifest = runners.run(sometimes, source, key="card", out=out, run_id="a", partitions=4)
    assert by_card(manifest.folder) == totals(pq.read_table(source)).sort_by("card").to_pylist()
    assert sorted(path.name for path in out.iterdir()) == [".lock-a", "a"]


def test_a_published_id_is_returned_and_refused_for_other_inputs(tmp_path: Path) -> None:
    source, out = written(tmp_path / "taps.parquet"), tmp_path / "out"
    made = runners.run(totals, source, key="card", out=out, run_id="a")

    def never(table: pa.Table) -> pa.Table:
        raise AssertionError("the run was published already")

    never.__qualname__, never.__module__ = totals.__qualname__, totals.__module__
    assert runners.run(never, source, key="card", out=out, run_id="a") == made
    with pytest.raises(ConflictError):
        runners.run(never, source, key="route", out=out, run_id="a")


def test_a_part_that_was_changed_is_not_read(tmp_path: Path) -> None:
    source = written(tmp_path / "taps.parquet")
    manifest = runners.run(totals, source, key="card", out=tmp_path / "out", run_id="a")
    part = manifest.folder / manifest.parts[0].name
    part.write_bytes(part.read_bytes()[:-9] + b"otherwise")
    with pytest.raises(ProblemError, match="cannot be trusted"):
        runners.read(manifest.folder)


def test_one_run_at_a_time_has_an_id(tmp_path: Path) -> None:
    source, out = written(tmp_path / "taps.parquet"), tmp_path / "out"

    def nested(table: pa.Table) -> pa.Table:
        with pytest.raises(ConflictError):
            runners.run(totals, source, key="card", out=out, run_id="a")
        return totals(table)

    runners.run(nested, source, key="card", out=out, run_id="a")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"run_id": "../x"}, "cannot name a folder"),
        ({"key": "nik"}, "the column is missing"),
        ({"runner": "spark"}, "is not a runner"),
        ({"source": Path("none.parquet")}, "cannot be read"),
    ],
)
def test_what_cannot_be_run_is_told(tmp_path: Path, change: dict[str, object], told: str) -> None:
    given = {"source": written(tmp_path / "taps.parquet"), "key": "card", "run_id": "a"} | change
    source = given.pop("source")
    with pytest.raises(ProblemError) as refused:
        runners.run(totals, source, out=tmp_path / "out", **given)  # type: ignore[arg-type]
    assert told in " ".join(refused.value.lines())
    assert not (tmp_path / "out" / "a").exists()
