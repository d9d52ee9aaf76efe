"""This machine as runner: Parquet streamed into partitions, each handed to the kernel in turn.

Rows are read in batches and spread over partitions by a hash of the key. What the partitions hold
is bounded: beyond it they go to disk, and the kernel is given one partition a thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from balai.runners.publishing import Part, write_part
from balai.runners.running import Batch

READ_ROWS = 1 << 19


def run_local(batch: Batch) -> list[Part]:
    """The parts of a batch, made on this machine by `batch.threads` threads."""
    partitions = Partitions(batch)
    with ThreadPoolExecutor(batch.threads) as pool:
        units = _units(batch)
        alone = len(units) == 1
        list(pool.map(lambda unit: _spread(batch, partitions, unit, alone), units))
        partitions.close()
        numbers = range(batch.partitions)
        return list(_told(batch, pool.map(lambda k: _price(batch, partitions, k), numbers)))


def _told(batch: Batch, results: Iterable[Part | None]) -> Iterator[Part]:
    """The parts there are, telling progress from the caller's own thread."""
    done = 0
    for part in results:
        if part is not None:
            done += part.taken
            batch.progress(done, batch.rows)
            yield part


@dataclass(frozen=True, slots=True)
class _Unit:
    """Row groups of a file that one thread reads."""

    file: Path
    groups: list[int]


class Partitions:
    """Rows by partition: in memory up to the batch's bound, the rest in files of the stage."""

    def __init__(self, batch: Batch) -> None:
        self.batch, self.lock = batch, threading.Lock()
        self.held: list[list[pa.RecordBatch]] = [[] for _ in range(batch.partitions)]
        self.bytes = 0
        self.folder = batch.stage / "spill"
        self.writers: dict[int, Any] = {}

    def add(self, rows: pa.RecordBatch, starts: NDArray[np.int64]) -> None:
        """Take rows ordered by partition; partition k's are `starts[k]` to `starts[k + 1]`."""
        with self.lock:
            for k in np.flatnonzero(np.diff(starts)):
                self.held[k].append(rows.slice(starts[k], starts[k + 1] - starts[k]))
            self.bytes += rows.nbytes
            if self.bytes > self.batch.memory:
                self._spill()

    def close(self) -> None:
        """No more rows come."""
        for writer in self.writers.values():
            writer.close()

    def take(self, k: int) -> pa.Table | None:
        """A partition's rows, which it no longer holds; None where it has none."""
        batches, self.held[k] = self.held[k], []
        if k in self.writers:
            with pa.memory_map(str(self._file(k))) as file:
                batches = [*pa.ipc.open_stream(file).read_all().to_batches(), *batches]
        return pa.Table.from_batches(batches).unify_dictionaries() if batches else None

    def drop(self, k: int) -> None:
        """Remove a partition's file."""
        self._file(k).unlink(missing_ok=True)

    def _spill(self) -> None:
        self.folder.mkdir(exist_ok=True)
        for k, batches in enumerate(self.held):
            if not batches:
                continue
            if k not in self.writers:
                self.writers[k] = pa.ipc.new_stream(str(self._file(k)), batches[0].schema)
            for rows in batches:
                self.writers[k].write_batch(rows)
            batches.clear()
        self.bytes = 0

    def _file(self, k: int) -> Path:
        return self.folder / f"{k:05}.arrows"


def _units(batch: Batch) -> list[_Unit]:
    return [
        _Unit(file, [group])
        for file in batch.files
        for group in range(pq.read_metadata(file).num_row_groups)
    ]


def _spread(batch: Batch, partitions: Partitions, unit: _Unit, alone: bool) -> None:
    for rows in _read(batch, unit, alone):
        if batch.partitions == 1:
            partitions.add(rows, np.array([0, rows.num_rows], np.int64))
            continue
        number = partition_of(rows.column(batch.key), batch.partitions)
        order = np.argsort(number, kind="stable").astype(np.int32)
        starts = np.concatenate(([0], np.bincount(number, minlength=batch.partitions).cumsum()))
        partitions.add(rows.take(pa.array(order)), starts)


def _read(batch: Batch, unit: _Unit, alone: bool) -> Iterator[pa.RecordBatch]:
    # Text as dictionaries: decoded, spread and read by the kernel as numbers.
    kinds = pq.read_schema(unit.file)
    texts = [
        name
        for name in batch.columns
        if name != batch.key
        and (pa.types.is_string(kinds.field(name).type)
             or pa.types.is_large_string(kinds.field(name).type))
    ]  # fmt: skip
    with pq.ParquetFile(unit.file, pre_buffer=False, read_dictionary=texts) as file:
        yield from file.iter_batches(
            READ_ROWS, row_groups=unit.groups, columns=list(batch.columns), use_threads=alone
        )


def partition_of(key: pa.Array, partitions: int) -> NDArray[np.unsignedinteger[Any]]:
    """The partition of each row, by a hash of its key; equal keys share one."""
    if pa.types.is_dictionary(key.type):
        key = key.cast(key.type.value_type)
    series = pl.from_arrow(key)
    assert isinstance(series, pl.Series)
    # The upper half of the hash scaled to the partitions: cheaper than a remainder.
    scaled = ((series.hash(0).to_numpy() >> np.uint64(32)) * np.uint64(partitions)) >> np.uint64(32)
    return scaled.astype(np.uint8 if partitions <= 256 else np.uint16)


def _price(batch: Batch, partitions: Partitions, k: int) -> Part | None:
    rows = partitions.take(k)
    if rows is None:
        return None
    part = write_part(batch.stage, k, rows.num_rows, batch.kernel(rows))
    partitions.drop(k)
    return part
