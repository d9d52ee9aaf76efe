"""A Ray cluster as runner, through Daft: the one module that knows Daft's interface.

Daft reads the source and shuffles its rows by a hash of the key, so that a partition lies whole
on one node; there the kernel runs and writes its part into the stage, which every node must see.
Only the parts' names, counts and digests come back.

Daft waits for ever for a worker that keeps dying. So it runs in a process of its own, which is
ended when a node is lost or when no partition is finished within the batch's patience: the run
has failed then, nothing is published, and the same run id may be run again.

The cluster is the one Ray knows of: `RAY_ADDRESS`, or one started on this machine by
`ray start --head`.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable
from dataclasses import asdict, astuple, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa

from balai.kernel.problems import Fault, ProblemError
from balai.runners.publishing import Part, write_part
from balai.runners.running import Batch, Kernel, RunFailedError, untold

PART = pa.struct(
    [("name", pa.string()), ("taken", pa.int64()), ("rows", pa.int64()), ("digest", pa.string())]
)
NUMBER = "__partition"
LOOK_SECONDS = 0.25
QUIET = {"DAFT_ANALYTICS_ENABLED": "0", "DO_NOT_TRACK": "1", "RAY_USAGE_STATS_ENABLED": "0",
         "DAFT_PROGRESS_BAR": "0"}  # fmt: skip


def run_ray(batch: Batch) -> list[Part]:
    """The parts of a batch, made by the cluster's nodes.

    ProblemError where Daft and Ray are not installed or no cluster answers; RunFailedError where
    the run broke off.
    """
    if find_spec("daft") is None or find_spec("ray") is None:
        fault = Fault(field="runner", value="ray", problem="Daft and Ray are not installed",
                      remedy='Install Balai with its extra "cluster"')  # fmt: skip
        raise ProblemError("The cluster cannot be used", faults=(fault,))
    from ray import cloudpickle

    pickled: Callable[[object], bytes] = cloudpickle.dumps
    with tempfile.TemporaryDirectory(prefix="balai-run-") as name:
        folder = Path(name)
        (folder / "batch").write_bytes(pickled(replace(batch, progress=untold)))
        with (folder / "log").open("wb") as log:
            driver = subprocess.Popen(
                [sys.executable, "-m", "balai.runners.ray", name],
                stdout=log, stderr=log, env={**QUIET, **os.environ},
            )  # fmt: skip
            try:
                _follow(driver, batch)
            finally:
                driver.kill()
                driver.wait()
        return _told(folder, driver.returncode)


def _follow(driver: subprocess.Popen[bytes], batch: Batch) -> None:
    """Wait for the driver's end, telling progress; RunFailedError where it stalls."""
    done, quiet = 0, 0.0
    while True:
        try:
            driver.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            parts = sum(1 for _ in batch.stage.glob("part-*.parquet"))
            quiet = 0.0 if parts > done else quiet + LOOK_SECONDS
            done = parts
            batch.progress(batch.rows * done // batch.partitions, batch.rows)
            if quiet >= batch.patience:
                raise RunFailedError(
                    f"No partition was finished in {batch.patience:g} s."
                ) from None
        else:
            return


def _told(folder: Path, code: int) -> list[Part]:
    """What the driver wrote: the parts, or why there are none."""
    if (folder / "parts").is_file():
        return [Part(**part) for part in json.loads((folder / "parts").read_text())]
    if (folder / "unreachable").is_file():
        fault = Fault(field="RAY_ADDRESS", value=os.environ.get("RAY_ADDRESS", ""),
                      problem="no Ray cluster answers",
                      remedy="Start one (ray start --head) or name it")  # fmt: skip
        raise ProblemError("The cluster cannot be used", faults=(fault,))
    why = folder / "why"
    raise RunFailedError(why.read_text() if why.is_file() else f"The driver ended with {code}.")


def drive(folder: Path) -> None:
    """In the driver's process: connect, keep watch over the nodes, and compute the parts."""
    import daft
    import ray

    # Written by this programme a moment ago, in a folder of its own.
    batch: Batch = ray.cloudpickle.loads((folder / "batch").read_bytes())
    address = os.environ.get("RAY_ADDRESS", "auto")
    try:
        _knock(address)
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, RuntimeError, ValueError):
        (folder / "unreachable").touch()
        return
    threading.Thread(target=_watch, args=(folder,), daemon=True).start()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        daft.set_runner_ray(noop_if_initialized=True)
    try:
        told = _parts(daft, batch).to_pydict()["part"]
    except Exception as error:  # noqa: BLE001 - Daft and Ray raise many kinds for what went wrong on a node
        _say(folder, "why", f"The cluster did not finish: {_last_line(error)}")
        return
    _say(folder, "parts", json.dumps([asdict(Part(**each)) for each in told]))


def _knock(address: str) -> None:
    """OSError where nothing listens at HOST:PORT: Ray itself would try for more than a minute."""
    host, _, port = address.rpartition(":")
    if port.isdecimal():
        socket.create_connection((host, int(port)), timeout=3).close()


def _watch(folder: Path) -> None:
    """End this process when a node that was there is lost."""
    import ray

    pause, known = threading.Event(), _alive(ray)
    while not pause.wait(LOOK_SECONDS):
        lost = known - _alive(ray)
        if lost:
            _say(folder, "why", f"{len(lost)} of {len(known)} nodes of the cluster were lost.")
            os._exit(1)


def _alive(ray: Any) -> set[str]:
    return {node["NodeID"] for node in ray.nodes() if node["Alive"]}


def _parts(daft: Any, batch: Batch) -> Any:
    """A frame with one row a part; computing it runs the kernel."""
    number = (daft.col(batch.key).hash() % batch.partitions).cast(daft.DataType.int32())
    rows = daft.read_parquet([str(path.resolve()) for path in batch.files])
    rows = rows.select(*batch.columns).with_column(NUMBER, number)
    rows = rows.repartition(batch.partitions, NUMBER)
    work = daft.func.batch(return_dtype=daft.DataType.from_arrow_type(PART))(
        _work(batch.kernel, batch.columns, batch.stage.resolve())
    )
    given = [daft.col(NUMBER).alias("part"), *(daft.col(name) for name in batch.columns)]
    return rows.groupby(NUMBER).map_groups(work(*given)).select("part")


def _work(kernel: Kernel, columns: tuple[str, ...], stage: Path) -> Callable[..., list[Any]]:
    """What a node does with a partition: the kernel, and its result written as a part."""

    def work(number: Any, *series: Any) -> list[Any]:
        arrays = [each.to_arrow() for each in series]
        table = pa.table([_plain(array) for array in arrays], names=list(columns))
        part = write_part(stage, int(number.to_pylist()[0]), table.num_rows, kernel(table))
        return [dict(zip(PART.names, astuple(part), strict=True))]

    return work


def _plain(array: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Text as Parquet gives it; Daft hands it on as large strings."""
    return array.cast(pa.string()) if pa.types.is_large_string(array.type) else array


def _last_line(error: Exception) -> str:
    """The innermost error of a remote traceback."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else repr(error)


def _say(folder: Path, name: str, text: str) -> None:
    """Write the file whole, so that whoever sees it sees all of it."""
    draft = folder / f".{name}"
    draft.write_text(text)
    draft.replace(folder / name)


if __name__ == "__main__":
    drive(Path(sys.argv[1]))
