"""A million residents imported from a CSV file, beside a bare COPY of the same file.

    python benchmarks/people_import.py [--rows N] [--json]

Bare: the file's own columns as text into a table without key or index. Import: read, judged row by
row, NIKs and family cards sealed and indexed blind, families and addresses formed, names indexed
for search, as the serving role under row-level security. One row in a hundred is broken. Then the
same file again, and look-ups by NIK. It works in a database of its own, which it drops; the bar
for a million rows is 300 s, for a look-up 5 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.shell.test_settings")

import django

from balai.shell import database, postgres

BAR_S, LOOK_UP_BAR_MS = 300.0, 5.0
SEED = 20_251_123


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if database.is_embedded():
        postgres.ensure_running()
    django.setup()
    from django.conf import settings
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.KEYS_ROOT = settings.MEDIA_ROOT = Path(folder)
            figures = measure(options.rows)
    finally:
        connection.close()
        connection.creation.destroy_test_db("", verbosity=0)
        postgres.release()
    print(json.dumps(figures, indent=2) if options.json else table(figures))
    return int(figures["import_s"] > BAR_S * options.rows / 1_000_000)


def measure(rows: int) -> dict[str, Any]:
    from django.db import connection

    villages = prepare()
    content, numbers = generate(rows, villages)
    bare = timed(lambda: bare_copy(content))
    # From here on as the role that serves: policies hold for it.
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {postgres.APPLICATION}")
    outcomes: list[Any] = []
    first = timed(lambda: outcomes.append(bring_in(content)))
    again = timed(lambda: outcomes.append(bring_in(content)))
    look_ups = [timed(lambda number=number: look_up(number)) for number in numbers]
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    return {
        "rows": rows, "file_mb": len(content) / 2**20, "bare_copy_s": bare, "import_s": first,
        "rows_per_s": rows / first, "ratio_to_bare": first / bare, "again_s": again,
        "first": outcomes[0].counts, "again": outcomes[1].counts,
        "look_up_ms": statistics.median(look_ups) * 1000,
        "look_up_p99_ms": sorted(look_ups)[int(len(look_ups) * 0.99)] * 1000,
    }  # fmt: skip


def prepare() -> list[str]:
    """Makassar with its villages; their codes."""
    import csv

    from balai.kernel.people.facts import FOLDER
    from balai.kernel.regions.actions import install_cities
    from balai.kernel.regions.models import Region

    install_cities()
    with (FOLDER / "villages.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kode"].startswith("73.71.")]
    parents = {each.code: each for each in Region.objects.filter(level="district")}
    known = set(Region.objects.filter(level="village").values_list("code", flat=True))
    fresh = [(row["kode"], row["nama"], parents[row["kode"][:8]]) for row in rows]
    Region.objects.bulk_create(
        Region(code=code, name=name, level="village", parent=up, path=f"{up.path}/{code}")
        for code, name, up in fresh
        if code not in known
    )
    return [row["kode"] for row in rows]


def generate(rows: int, villages: list[str]) -> tuple[bytes, list[str]]:
    """The file with one broken row in a hundred, and some NIKs that stand in it unbroken."""
    import polars as pl

    from balai.kernel.people.intake.generated import as_csv, residents

    frame = residents(rows, villages=villages, seed=SEED)
    at = pl.int_range(pl.len())
    frame = frame.with_columns(
        pl.when(at % 300 == 7).then(pl.lit("31-02-1990")).otherwise("TGL_LHR").alias("TGL_LHR"),
        pl.when(at % 300 == 107).then(pl.lit("3,51E+15")).otherwise("NIK").alias("NIK"),
        pl.when(at % 300 == 207).then(pl.lit("99.99.99.9999"))
        .otherwise("KODE_WILAYAH").alias("KODE_WILAYAH"),
    )  # fmt: skip
    sound = frame.filter(at % 100 == 50)["NIK"].sample(min(500, rows // 100), seed=SEED)
    return as_csv(frame), sound.to_list()


def bare_copy(content: bytes) -> None:
    from django.db import connection

    header = content[: content.index(b"\n")].decode().split(";")
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} text" for name in header)
        cursor.execute(f"CREATE TABLE bare ({columns})")
        with cursor.copy("COPY bare FROM STDIN (FORMAT csv, HEADER, DELIMITER ';')") as copy:
            copy.write(content)
        cursor.execute("DROP TABLE bare")


def bring_in(content: bytes) -> Any:
    from balai.kernel.access.origin import Origin
    from balai.kernel.people.intake.actions import import_now

    started = time.perf_counter()

    def tell(line: str) -> None:
        print(f"{time.perf_counter() - started:7.1f} s  {line}", file=sys.stderr)

    return import_now(content, city="makassar", file_name="bench.csv", origin=Origin(), tell=tell,
                      is_generated=True)  # fmt: skip


def look_up(number: str) -> None:
    from balai.kernel.people.models import Identifier
    from balai.kernel.people.numbers import index_of
    from balai.kernel.row_security import rows_of

    with rows_of("73.71"):
        found = Identifier.objects.select_related("person").get(
            scheme="nik", index=index_of("nik", number))  # fmt: skip
    assert found.person.name


def timed(run: Callable[[], Any]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def table(figures: dict[str, Any]) -> str:
    return "\n".join((
        f"{figures['rows']:,} residents, {figures['file_mb']:.0f} MB",
        f"{'bare COPY of the file':<34}{figures['bare_copy_s']:>10.1f} s",
        f"{'import (bar 300 s a million)':<34}{figures['import_s']:>10.1f} s"
        f"{figures['rows_per_s']:>12,.0f} rows/s{figures['ratio_to_bare']:>8.1f} x bare",
        f"{'the same file again':<34}{figures['again_s']:>10.1f} s",
        f"{'look-up by NIK, median':<34}{figures['look_up_ms']:>10.2f} ms"
        f"   (99th of 100 {figures['look_up_p99_ms']:.2f} ms; bar {LOOK_UP_BAR_MS:.0f} ms)",
        f"first: {figures['first']}", f"again: {figures['again']}",
    ))  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
