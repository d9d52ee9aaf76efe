"""A run's results on disk: staged part by part, then published whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError

if TYPE_CHECKING:
    import pyarrow as pa

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
MANIFEST = "manifest.json"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """What the kernel made of one partition: a Parquet file and its SHA-256.

    `taken` counts the rows it was given, `rows` those it returned.
    """

    name: str
    taken: int
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A published run: where it lies, what it was made from, and its parts in order.

    `inputs` is a digest of the source's size and layout, the kernel's name, key, columns.
    """

    run_id: str
    runner: str
    folder: Path
    inputs: str
    parts: tuple[Part, ...]

    @property
    def taken(self) -> int:
        """The rows of the source."""
        return sum(part.taken for part in self.parts)

    @property
    def rows(self) -> int:
        """The rows of the result."""
        return sum(part.rows for part in self.parts)


@dataclass(frozen=True, slots=True)
class Stage:
    """The folder in which a run's parts gather before they are published."""

    run_id: str
    folder: Path
    final: Path

    @classmethod
    def of(cls, out: Path, run_id: str) -> Stage:
        """The stage of a run in the folder `out`; ProblemError where the id cannot name a file."""
        if not RUN_ID.fullmatch(run_id):
            fault = Fault(field="run_id", value=run_id[:100], problem="cannot name a folder",
                          remedy="Use letters, digits, dot, dash and underscore")  # fmt: skip
            raise ProblemError("The run cannot be named so", faults=(fault,))
        return cls(run_id, out / f".stage-{run_id}", out / run_id)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the run's id against a second run of it; ConflictError where it is held."""
        self.final.parent.mkdir(parents=True, exist_ok=True)
        path = self.final.parent / f".lock-{self.run_id}"
        with path.open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                detail = f"The run {self.run_id} is being made elsewhere."
                raise ConflictError("The run is under way", detail=detail) from None
            yield

    def clear(self) -> None:
        """An empty stage: what an earlier try left behind is thrown away."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def publish(self, runner: str, inputs: str, parts: Iterable[Part]) -> Manifest:
        """Check every part against its digest, write the manifest, and rename the stage in place.

        ProblemError where a part is missing or differs: then nothing is published.
        """
        made = Manifest(self.run_id, runner, self.final, inputs,
                        tuple(sorted(parts, key=lambda part: part.name)))  # fmt: skip
        for part in made.parts:
            check(self.folder, part)
        shutil.rmtree(self.folder / "spill", ignore_errors=True)
        text = asdict(made)
        del text["folder"]
        path = self.folder / MANIFEST
        path.write_text(json.dumps(text, indent=1) + "\n")
        for each in (*self.folder.iterdir(), self.folder):
            _sync(each)
        self.folder.rename(self.final)
        _sync(self.final.parent)
        return made


def write_part(stage: Path, number: int, taken: int, table: pa.Table) -> Part:
    """Write a partition's result under its number; a second try replaces the first."""
    import pyarrow.parquet as pq

    name = f"part-{number:05}.parquet"
    draft = stage / f".{name}.{os.getpid()}"
    pq.write_table(table, draft, compression="zstd")
    digest = _digest(draft)
    draft.replace(stage / name)
    return Part(name, taken, table.num_rows, digest)


def check(folder: Path, part: Part) -> None:
    """ProblemError where the part's file is missing or not what its digest says."""
    path = folder / part.name
    if not path.is_file():
        raise _broken(part, "is missing")
    if _digest(path) != part.digest:
        raise _broken(part, "is not what was written")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a published run; MissingError where there is none."""
    path = folder / MANIFEST
    if not path.is_file():
        raise MissingError("There is no such run", detail=f"No run is published in {folder.name}.")
    told: dict[str, Any] = json.loads(path.read_text())
    parts = tuple(Part(**part) for part in told.pop("parts"))
    return Manifest(folder=folder, parts=parts, **told)


def read(folder: Path) -> pa.Table:
    """The whole result of a published run, each part checked against its digest."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = read_manifest(folder).parts
    for part in parts:
        check(folder, part)
    tables = [pq.ParquetFile(folder / part.name).read() for part in parts]
    return pa.concat_tables(tables, promote_options="permissive") if tables else pa.table({})


def _broken(part: Part, problem: str) -> ProblemError:
    fault = Fault(field="part", value=part.name, problem=problem,
                  remedy="Run the same run id again; every node must see the folder")  # fmt: skip
    return ProblemError("A part of the run cannot be trusted", faults=(fault,), kind="run-broken")


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
