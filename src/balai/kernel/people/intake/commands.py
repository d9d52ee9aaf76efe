"""`balai people import`, `rejected` and `retry`: residents from a file, at the terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from balai.kernel.commands import needs_database
from balai.kernel.problems import Fault, MissingError, ProblemError

if TYPE_CHECKING:
    from balai.kernel.people.models import ResidentImport

SHOWN_OF_A_KIND = 3


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--city", required=True, help="Slug of the city the residents live in.")
@click.option("--village", default="", help="Code of the village of rows that name none.")
@click.option("--dry-run", is_flag=True, help="Judge and count; write no resident.")
@click.option("--report", "report_path", type=click.Path(path_type=Path, dir_okay=False),
              help="Write every issue found to this JSON file.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@needs_database
def import_residents(
    file: Path, city: str, village: str, dry_run: bool, report_path: Path | None, as_json: bool
) -> None:
    """Import residents from a CSV or XLSX file.

    Good rows go in; rows with an error are kept aside, to be mended and retried. Importing the
    same file again changes nothing.
    """
    run_import(file, city=city, village=village, dry_run=dry_run, report_path=report_path,
               as_json=as_json)  # fmt: skip


def run_import(
    file: Path, *, city: str, village: str, dry_run: bool, report_path: Path | None, as_json: bool
) -> None:
    """Import, write the report, and tell the outcome; ProblemError where the file is refused."""
    from balai.kernel.access.origin import Origin
    from balai.kernel.people.intake.actions import import_now
    from balai.kernel.people.intake.report import report, summary
    from balai.kernel.row_security import rows_of

    with opened(file) as content:
        taken = import_now(content, city=city, file_name=file.name, origin=Origin(), tell=_tell,
                           village=village, dry_run=dry_run)  # fmt: skip
    with rows_of(taken.region_code):
        result = report(taken) if report_path or not as_json else summary(taken)
    if report_path:
        write_report(result, report_path)
    if result["problem"]:
        fault = Fault(problem=result["problem"], remedy=result["remedy"])
        raise ProblemError("The file was refused", faults=(fault,))
    if as_json:
        click.echo(json.dumps({k: v for k, v in result.items() if k != "issues"},
                              ensure_ascii=False))  # fmt: skip
    else:
        _print(result, report_path)


def opened(path: Path) -> BinaryIO:
    """The file, open to be read; ProblemError where it cannot be."""
    try:
        return path.open("rb")
    except OSError as error:
        fault = Fault(problem=f"{path}: {error.strerror}", remedy="Check the file's name and place")
        raise ProblemError("The file cannot be read", faults=(fault,)) from error


def write_report(result: Mapping[str, Any], path: Path) -> None:
    """Write the report; ProblemError where the place cannot be written."""
    try:
        path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        fault = Fault(problem=f"{path}: {error.strerror}", remedy="Choose another place for it")
        raise ProblemError("The report cannot be written", faults=(fault,)) from error


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _print(result: Mapping[str, Any], report_path: Path | None) -> None:
    counts = result["counts"]
    done = "Judged only; no resident was written." if result["dry_run"] else "Imported."
    click.echo(f"{done} Import {result['import']}")
    for name in ("read", "added", "changed", "unchanged", "repeated", "aside"):
        click.echo(f"  {name:<12}{counts[name]:>12,}")
    shown: dict[str, int] = {}
    for issue in sorted(result["issues"], key=lambda each: each["severity"] != "error"):
        shown[issue["kind"]] = shown.get(issue["kind"], 0) + 1
        if shown[issue["kind"]] <= SHOWN_OF_A_KIND:
            click.echo(f"  {issue['severity']:<8}{_line(issue)}")
    for kind, count in result["issue_totals"].items():
        if count > SHOWN_OF_A_KIND:
            click.echo(f"  {'':<8}{kind}: {count:,} in all")
    if result["issues"]:
        where = report_path or "nowhere yet: add --report FILE.json"
        click.echo(f"All issues, with their remedies: {where}")


def _line(issue: Mapping[str, Any]) -> str:
    place = ", ".join(
        p for p in (f"row {issue['row']}" if issue["row"] else "", issue["field"]) if p
    )
    value = f" ({issue['value']})" if issue["value"] else ""
    return f"{place}{value}: {issue['problem']}. {issue['remedy']}."


@click.group("rejected")
def rejected() -> None:
    """Rows that an import kept aside."""


@rejected.command("list")
@click.argument("import_id", metavar="IMPORT")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@needs_database
def list_rejected(import_id: str, as_json: bool) -> None:
    """List the rows an import keeps aside, with what is wrong with each."""
    from balai.kernel.people.intake.report import rejected as rows
    from balai.kernel.row_security import EVERYWHERE, rows_of

    with rows_of(EVERYWHERE):
        found = list(rows(find_import(import_id)))
    if as_json:
        click.echo(json.dumps({"import": import_id, "rows": found}, ensure_ascii=False))
        return
    for row in found:
        for issue in row["issues"]:
            click.echo(_line(issue))
    click.echo(f"{len(found):,} rows are kept aside.")


@rejected.command("export")
@click.argument("import_id", metavar="IMPORT")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@needs_database
def export_rejected(import_id: str, file: Path) -> None:
    """Write the rows an import keeps aside to an XLSX file, to be mended there."""
    from balai.kernel.people.intake.retry import workbook_of
    from balai.kernel.row_security import EVERYWHERE, rows_of

    with rows_of(EVERYWHERE):
        content = workbook_of(find_import(import_id))
    try:
        file.write_bytes(content)
    except OSError as error:
        fault = Fault(problem=f"{file}: {error.strerror}", remedy="Choose another place for it")
        raise ProblemError("The file cannot be written", faults=(fault,)) from error
    click.echo(
        f"Written to {file}. Mend the rows there, then: balai people retry {import_id} {file}"
    )


@click.command("retry")
@click.argument("import_id", metavar="IMPORT")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@needs_database
def retry(import_id: str, file: Path, as_json: bool) -> None:
    """Take rows in again that an import kept aside, after mending them in the exported file."""
    from balai.kernel.access.origin import Origin
    from balai.kernel.people.intake.engine import FileRefusedError
    from balai.kernel.people.intake.process import Inline
    from balai.kernel.people.intake.retry import mended_file
    from balai.kernel.people.intake.uploads import chunks_of
    from balai.kernel.row_security import EVERYWHERE, rows_of

    with rows_of(EVERYWHERE):
        taken = find_import(import_id)
    with opened(file) as content:
        try:
            steps = Inline(taken.region_code, _tell)
            counts = mended_file(taken, chunks_of(content), Origin(), steps)
        except FileRefusedError as error:
            fault = Fault(problem=error.words[0], remedy=error.words[1])
            raise ProblemError("The file was refused", faults=(fault,)) from error
    if as_json:
        click.echo(json.dumps({"import": import_id, **counts}))
    else:
        click.echo(f"{counts['taken']:,} went in, {counts['aside']:,} are still kept aside,"
                   f" {counts['unmatched']:,} belong to no row kept aside.")  # fmt: skip


def find_import(import_id: str) -> ResidentImport:
    """The import with this id; MissingError where there is none."""
    from uuid import UUID

    from balai.kernel.people.models import ResidentImport

    try:
        return ResidentImport.objects.get(pk=UUID(import_id))
    except (ValueError, ResidentImport.DoesNotExist) as error:
        raise MissingError("No such import", detail=f"There is no import {import_id!r}.") from error
