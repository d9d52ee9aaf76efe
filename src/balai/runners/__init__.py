"""Where a batch kernel runs: on this machine, or on a cluster.

A batch kernel is a pure function `pa.Table -> pa.Table` over rows that belong together: those
that share a value of the key column (a card, a parcel, a district) always come in one call.

    manifest = run(kernel, Path("taps.parquet"), key="card", out=folder, run_id="2026-10")
    table = read(manifest.folder)

The same kernel runs under both runners: `local` (this machine, bounded memory) and `ray` (Daft
over a Ray cluster). Results are staged in a folder of the run's id and published whole, with a
manifest, by one rename; a run that fails publishes nothing, and the same id may be run again.
"""

from balai.runners.publishing import Manifest, Part, read, read_manifest
from balai.runners.running import RUNNERS, Kernel, RunFailedError, run

__all__ = [
    "RUNNERS", "Kernel", "Manifest", "Part", "RunFailedError", "read", "read_manifest", "run",
]  # fmt: skip
