"""Replaying a file of taps under several tariffs: the file checked, the replay run, sums read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

from balai.kernel.problems import Fault, ProblemError
from balai.runners import RunFailedError, run
from balai.transit.engine.fares.dating import AnyTariff
from balai.transit.engine.fares.modes import MODE_CODES
from balai.transit.engine.simulation import LABELS, NUMBERS, Outcome, UnpricedModeError

if TYPE_CHECKING:
    import pyarrow as pa

    from balai.transit.engine.fares.taps import TapArrays
    from balai.transit.engine.simulation import Entitlements

PARTITION_ROWS = 200_000
FAULTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class TapSource:
    """Taps in a Parquet file of the simulator's columns, and what they hold.

    `modes` are those boarded; `first` and `last` the seconds since 1970 UTC of the first and the
    last tap (0 without taps). `faults` names rows that were left out.
    """

    path: Path
    rows: int
    modes: tuple[str, ...]
    first: int
    last: int
    faults: tuple[Fault, ...] = ()


def replay_file(
    source: TapSource,
    tariffs: Sequence[AnyTariff],
    folder: Path,
    *,
    share: float = 1.0,
    start: int | None = None,
    end: int | None = None,
    entitlements: Entitlements | None = None,
    runner: Literal["local", "ray"] = "local",
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Replay the taps under the tariffs, the first the baseline; work files go into `folder`.

    ProblemError where a mode has no price under one of them.
    """
    from balai.runners import read
    from balai.transit.engine.simulation import Entitlements, Replay

    moment = datetime.fromtimestamp(source.first, ZoneInfo(tariffs[0].zone))
    offset = moment.utcoffset()
    assert offset is not None
    replay = Replay(tuple(tariffs), int(offset.total_seconds()), share, start, end,
                    entitlements or Entitlements.none())  # fmt: skip
    columns = (*NUMBERS, *(name for name in LABELS if name in _names(source.path)))
    try:
        made = run(
            replay, source.path, key="card", columns=columns, runner=runner, out=folder,
            run_id=uuid4().hex, partitions=max(1, min(512, -(-source.rows // PARTITION_ROWS))),
            progress=progress,
        )  # fmt: skip
    except UnpricedModeError as error:
        raise _unpriced(str(error)) from error
    except RunFailedError as error:
        if "has no price under" in error.detail:
            raise _unpriced(error.detail) from error
        raise
    return Outcome.of([tariff.name for tariff in tariffs], share, read(made.folder))


def tap_source(path: Path, tariff: AnyTariff, folder: Path) -> TapSource:
    """The taps of a file: of the simulator's own columns, or as `balai transit price` reads them.

    The first kind (card, at, direction, mode, metres, tap as whole numbers, route_id and place)
    is checked as it is. The second is rewritten into `folder`; its rows with a fault are left out
    and named, and need a price under `tariff`. ProblemError where the file cannot be read.
    """
    if _is_own(path):
        return own_source(path)
    from balai.transit.commands.tap_file import read_taps

    read = read_taps(path, tariff)
    written = folder / "taps.parquet"
    _write(read.taps, read.identities["card_id"].to_list(), written)
    source = own_source(written)
    return TapSource(written, source.rows, source.modes, source.first, source.last, read.faults)


def _is_own(path: Path) -> bool:
    with path.open("rb") as file:
        parquet = file.read(4) == b"PAR1"
    return parquet and set(NUMBERS) <= set(_names(path))


def _names(path: Path) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except (OSError, pa.ArrowException) as error:
        fault = Fault(field=path.name, problem=f"cannot be read: {str(error).splitlines()[0]}",
                      remedy="Write it again as Parquet")  # fmt: skip
        raise ProblemError("The taps cannot be read", faults=(fault,)) from error


LIMITS = {
    "card": (0, 2**62), "at": (-(10**11), 10**11), "direction": (0, 1),
    "mode": (-1, len(MODE_CODES) - 1), "metres": (-1, 100_000_000), "tap": (-(2**63), 2**63 - 1),
}  # fmt: skip


def own_source(path: Path) -> TapSource:
    """What a file of the simulator's own columns holds; nothing of it is rewritten.

    ProblemError names the columns that are missing, the rows and fields that no tap can have.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = _names(path)
    missing = tuple(
        Fault(field=name, problem="the column is missing",
              remedy=f"Add it; the file has {', '.join(names[:12])}")
        for name in NUMBERS if name not in names
    )  # fmt: skip
    if missing:
        raise ProblemError("Columns are missing", faults=missing)
    with pq.ParquetFile(path) as file:
        faults = [
            Fault(field=name, value=str(kind), problem="is no column of whole numbers",
                  remedy="Write it as an integer column")
            for name in NUMBERS
            if not pa.types.is_integer(kind := file.schema_arrow.field(name).type)
        ]  # fmt: skip
        if faults:
            raise ProblemError("The taps cannot be read", faults=tuple(faults))
        # What the file's own statistics vouch for is not read a second time.
        doubtful = [name for name in NUMBERS if _extent(file.metadata, name) is None]
        modes = _boarded(path, file.metadata.num_row_groups)
        if doubtful or None in modes or min(modes, default=0) < 0:
            faults = _all_faults(file, doubtful)
        first, last = _extent(file.metadata, "at") or _span(file)
        rows = file.metadata.num_rows
    if faults:
        raise ProblemError("Some rows are no taps", faults=tuple(faults[:FAULTS_SHOWN]))
    named = tuple(MODE_CODES[mode] for mode in sorted(modes) if mode is not None)
    return TapSource(path, rows, named, first, last)


def _boarded(path: Path, groups: int) -> set[int | None]:
    """The modes of all tap-ins; None among them where one has no mode at all."""

    def of_group(group: int) -> set[int | None]:
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        with pq.ParquetFile(path, pre_buffer=False) as file:
            rows = file.read_row_group(group, columns=["direction", "mode"], use_threads=False)
        return set(pc.unique(rows["mode"].filter(pc.equal(rows["direction"], 1))).to_pylist())

    with ThreadPoolExecutor(2) as pool:
        return set().union(*pool.map(of_group, range(groups)))


def _all_faults(file: Any, doubtful: Sequence[str]) -> list[Fault]:
    """The first faults of the file, by reading what its statistics leave open."""
    faults: list[Fault] = []
    row = 0
    columns = list(dict.fromkeys(("direction", "mode", *doubtful)))
    for batch in file.iter_batches(1 << 20, columns=columns):
        faults += _faults(batch, row, doubtful)
        row += batch.num_rows
        if len(faults) >= FAULTS_SHOWN:
            break
    return faults


def _extent(metadata: Any, name: str) -> tuple[int, int] | None:
    """The least and greatest value of a column by the file's statistics.

    None where they are lacking, count a null, or reach beyond what a tap can have.
    """
    at = metadata.schema.to_arrow_schema().names.index(name)
    found = []
    for group in range(metadata.num_row_groups):
        told = metadata.row_group(group).column(at).statistics
        if told is None or not told.has_min_max or told.null_count:
            return None
        found.append((told.min, told.max))
    least, most = min((low for low, _ in found), default=0), max((up for _, up in found), default=0)
    within = LIMITS[name][0] <= least and most <= LIMITS[name][1]
    return (least, most) if within else None


def _span(file: Any) -> tuple[int, int]:
    """The first and last moment, by reading them."""
    import pyarrow.compute as pc

    found = pc.min_max(file.read(["at"])["at"]).as_py()
    return found["min"] or 0, found["max"] or 0


def _faults(batch: pa.RecordBatch, before: int, doubtful: Sequence[str]) -> list[Fault]:
    """The first rows of a batch with a value that no tap can have."""
    import numpy as np
    import pyarrow.compute as pc

    unheard = pc.and_(pc.equal(batch["direction"], 1), pc.less(batch["mode"], 0))
    wrong = {"mode": unheard}
    for name in doubtful:
        least, most = LIMITS[name]
        column = batch[name]
        outside = pc.or_(pc.less(column, least), pc.greater(column, most))
        wrong[name] = pc.or_(wrong[name], outside) if name in wrong else outside
    found = []
    for name, flags in wrong.items():
        bad = np.flatnonzero(pc.fill_null(flags, True).to_numpy(zero_copy_only=False))
        least, most = LIMITS[name]
        for at in bad[:FAULTS_SHOWN]:
            found.append(
                Fault(row=before + int(at) + 1, field=name, value=str(batch[name][int(at)].as_py()),
                      problem="is not a value of a tap", remedy=f"Write {least} to {most}")
            )  # fmt: skip
    return sorted(found, key=lambda fault: fault.row or 0)


def _write(taps: TapArrays, cards: list[str], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    codes = {card: number for number, card in enumerate(dict.fromkeys(cards))}
    columns = {name: getattr(taps, name) for name in NUMBERS}
    columns["card"] = pa.array([codes[card] for card in cards], pa.int64())
    pq.write_table(pa.table(columns), path)


def _unpriced(what: str) -> ProblemError:
    said = next((line for line in what.splitlines() if "has no price under" in line), what)
    fault = Fault(field="tariff", problem=said.split("Error: ")[-1],
                  remedy="Compare tariffs that price every mode of the taps")  # fmt: skip
    return ProblemError("The taps cannot be priced", faults=(fault,), kind="unpriced-mode")
