"""`run`: one kernel over one source, by the runner that is named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.runners.publishing import Manifest, Part, Stage, read_manifest

if TYPE_CHECKING:
    import pyarrow as pa

Kernel: TypeAlias = "Callable[[pa.Table], pa.Table]"
Runner: TypeAlias = Literal["local", "ray"]
Progress: TypeAlias = Callable[[int, int], None]

RUNNERS: tuple[Runner, ...] = ("local", "ray")
PARTITION_ROWS = 500_000
MOST_PARTITIONS = 512


class RunFailedError(ProblemError):
    """The run ended before its result was whole. Nothing is published; run the same id again."""

    def __init__(self, why: str) -> None:
        super().__init__("The run failed", detail=why, kind="run-failed", status=503)


@dataclass(frozen=True, slots=True)
class Batch:
    """What a runner is asked: rows with equal `key` come together, in one of the partitions.

    `memory` bounds in bytes what is held between reading and the kernel; the local runner keeps
    the rest on disk. `patience`: seconds a cluster may take for one partition more. `progress` is
    told rows done and rows in all.
    """

    kernel: Kernel
    files: tuple[Path, ...]
    key: str
    columns: tuple[str, ...]
    rows: int
    partitions: int
    stage: Path
    threads: int
    memory: int
    patience: float
    progress: Progress


def untold(done: int, total: int) -> None:
    """Progress that nobody asked for."""


def run(
    kernel: Kernel,
    source: Path | Sequence[Path],
    *,
    key: str,
    out: Path,
    run_id: str,
    runner: Runner = "local",
    columns: Sequence[str] | None = None,
    partitions: int | None = None,
    threads: int = 2,
    memory: int = 2 << 30,
    patience: float = 600,
    progress: Progress | None = None,
) -> Manifest:
    """Run the kernel over a Parquet source and publish its results in `out / run_id`.

    `columns` are those the kernel reads (all, by default), the key among them. A run id that is
    published already is returned as it stands; ConflictError where it was made from other inputs
    or is being made. RunFailedError where the run broke off, ProblemError where the source cannot
    be read or lacks a column: nothing is published then. The cluster's nodes must all see the
    source and `out`.
    """
    files = (source,) if isinstance(source, Path) else tuple(source)
    layout = _layout(files)
    wanted = _columns(layout, key, columns)
    rows = sum(each.rows for each in layout)
    stage = Stage.of(out, run_id)
    with stage.alone():
        inputs = _inputs(kernel, layout, key, wanted)
        if stage.final.exists():
            return _standing(stage, inputs)
        stage.clear()
        batch = Batch(
            kernel, files, key, wanted, rows, partitions or _partitions(rows), stage.folder,
            threads, memory, patience, progress or untold,
        )  # fmt: skip
        parts = _run(batch, runner)
        _whole(parts, rows)
        return stage.publish(runner, inputs, parts)


def _run(batch: Batch, runner: str) -> list[Part]:
    if not batch.rows:
        return []
    if runner == "local":
        from balai.runners.local import run_local

        return run_local(batch)
    if runner == "ray":
        from balai.runners.ray import run_ray

        return run_ray(batch)
    fault = Fault(field="runner", value=runner, problem="is not a runner",
                  remedy=f"Choose one of {', '.join(RUNNERS)}")  # fmt: skip
    raise ProblemError("There is no such runner", faults=(fault,))


def _whole(parts: Sequence[Part], rows: int) -> None:
    """RunFailedError where a row of the source did not reach the kernel exactly once."""
    taken = sum(part.taken for part in parts)
    if taken != rows or len({part.name for part in parts}) != len(parts):
        raise RunFailedError(f"The kernel was given {taken} of {rows} rows.")


def _standing(stage: Stage, inputs: str) -> Manifest:
    manifest = read_manifest(stage.final)
    if manifest.inputs != inputs:
        raise ConflictError(
            "The run id stands for another run",
            detail=f"{stage.run_id} was made from another source, kernel or key.",
        )
    return manifest


@dataclass(frozen=True, slots=True)
class _File:
    """A source file's name, size in bytes, rows and columns."""

    name: str
    size: int
    changed: int
    rows: int
    columns: Mapping[str, str]


def _layout(files: Sequence[Path]) -> list[_File]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = []
    for path in files:
        try:
            told, schema = pq.read_metadata(path), pq.read_schema(path)
            status = path.stat()
        except (OSError, pa.ArrowException) as error:
            fault = Fault(field=path.name, problem=f"cannot be read: {str(error).splitlines()[0]}",
                          remedy="Write it as Parquet")  # fmt: skip
            raise ProblemError("The source cannot be read", faults=(fault,)) from error
        columns = {field.name: str(field.type) for field in schema}
        found.append(_File(path.name, status.st_size, status.st_mtime_ns, told.num_rows, columns))
    return found


def _columns(layout: Sequence[_File], key: str, columns: Sequence[str] | None) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys((key, *(columns or layout[0].columns))))
    faults = tuple(
        Fault(field=name, value=file.name, problem="the column is missing",
              remedy=f"The file has {', '.join(list(file.columns)[:12])}")
        for file in layout for name in wanted if name not in file.columns
    )  # fmt: skip
    if faults:
        raise ProblemError("Columns are missing", faults=faults)
    return wanted


def _inputs(kernel: Kernel, layout: Sequence[_File], key: str, columns: Sequence[str]) -> str:
    """A digest of what the result follows from.

    A kernel with settings tells them by an attribute `identity`.
    """
    name = getattr(kernel, "__qualname__", type(kernel).__qualname__)
    identity = str(getattr(kernel, "identity", ""))
    files = [[file.name, file.size, file.changed, file.rows] for file in layout]
    told = [kernel.__module__, name, identity, files, key, list(columns)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _partitions(rows: int) -> int:
    return max(1, min(MOST_PARTITIONS, -(-rows // PARTITION_ROWS)))
