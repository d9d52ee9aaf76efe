"""Rows that are kept aside: sealing their cells, and writing them where they wait."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from balai.kernel import keys
from balai.kernel.copying import escaped
from balai.kernel.people.intake.batch import ids
from balai.kernel.people.intake.engine import Issue
from balai.kernel.people.intake.engine.reading import NUMBER_MARK
from balai.kernel.people.models import AsideRow, ImportIssue, ResidentImport

if TYPE_CHECKING:
    import polars as pl

PURPOSE = "people.aside"
ASIDE = ("id", "taken_id", "region_code", "row", "sealed", "faults", "state", "settled_by")
ISSUE = ("taken_id", "region_code", "row", "field", "kind", "severity", "value", "other")


def keep_aside(
    taken: ResidentImport, rows: pl.DataFrame, faults: Mapping[int, Sequence[Issue]]
) -> int:
    """Keep the rows (`row` and texts as written), sealed, with their faults; how many."""
    names = [name for name in rows.columns if name not in ("row", "source_row")]
    numbers = rows["row"].to_list()
    cells = [json.dumps(_told(names, row)) for row in rows.select(names).iter_rows()]
    own = ids(len(numbers))
    sealed = keys.seal_many(PURPOSE, cells, about=own)
    copy_through("people_asiderow", ASIDE, (
        (own[at], taken.pk, taken.region_code, row, f"\\x{sealed[at].hex()}",
         json.dumps([fault_of(issue) for issue in faults.get(row, ())]), AsideRow.ASIDE, "")
        for at, row in enumerate(numbers)
    ))  # fmt: skip
    return len(numbers)


def _told(names: Sequence[str], row: Sequence[str | None]) -> dict[str, str]:
    return {name: cell for name, cell in zip(names, row, strict=True) if cell is not None}


def keep_issues(taken: ResidentImport, issues: Iterable[Issue]) -> None:
    """Write the issues that are listed."""
    copy_through("people_importissue", ISSUE, (
        (taken.pk, taken.region_code, issue.row, issue.field, issue.kind, issue.severity,
         issue.value, issue.other)
        for issue in issues
    ))  # fmt: skip


def fault_of(issue: Issue) -> dict[str, str]:
    """An issue as it stands with a row: field, kind, value and other."""
    return {"field": issue.field, "kind": issue.kind, "value": issue.value, "other": issue.other}


def issue_of(row: AsideRow | int, fault: Mapping[str, str]) -> Issue:
    """The issue that a kept fault stands for."""
    number = row if isinstance(row, int) else row.row
    return Issue(number, fault["field"], fault["kind"], fault["value"], fault["other"])


def issue_of_kept(kept: ImportIssue) -> Issue:
    """The issue that a kept one is."""
    return Issue(kept.row, kept.field, kept.kind, kept.value, kept.other)


def cells_of(row: AsideRow) -> dict[str, str]:
    """The cells of a kept row as written, by field."""
    text = keys.open_sealed(PURPOSE, bytes(row.sealed), about=str(row.pk))
    told: dict[str, str] = json.loads(text)
    return told


def shown(cell: str) -> str:
    """A kept cell as a person would type it: without the mark of a spreadsheet's number."""
    return cell.removeprefix(NUMBER_MARK)


def sealed_cells(cells: Mapping[str, str], about: UUID) -> bytes:
    """Cells sealed for the row kept aside with this id."""
    return keys.seal(PURPOSE, json.dumps(dict(cells)), about=str(about))


def copy_through(
    table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]], conflict: str = ""
) -> None:
    """Write rows by way of a temporary table: COPY cannot fill one under row policies.

    `conflict` is what the INSERT does with rows that are there already.
    """
    # Table and columns are names of this module, never of a file.
    names, staged = ", ".join(columns), f"staged_{table}"
    with connection.cursor() as cursor:
        shape = f"SELECT {names} FROM {table} WITH NO DATA"  # noqa: S608
        cursor.execute(f"CREATE TEMPORARY TABLE {staged} ON COMMIT DROP AS {shape}")
        with (
            connection.wrap_database_errors,
            cursor.copy(f"COPY {staged} ({names}) FROM STDIN") as copy,
        ):
            for row in rows:
                line = "\t".join(r"\N" if cell is None else escaped(str(cell)) for cell in row)
                copy.write(f"{line}\n")
        insert = f"INSERT INTO {table} ({names}) SELECT {names} FROM {staged} {conflict}"  # noqa: S608
        cursor.execute(insert)
        cursor.execute(f"DROP TABLE {staged}")
