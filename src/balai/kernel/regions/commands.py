"""`balai regions`: bring in codes and boundaries, and look regions up."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from balai.kernel.commands import needs_database

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
JAKARTA = ZoneInfo("Asia/Jakarta")
SHOWN = 20


@click.group()
def group() -> None:
    """Regions: codes, names, boundaries."""


@group.command("import")
@click.argument("file", type=FILE)
@click.option("--prefix", default="", help="Only this region and what is below it, as 31 or 73.71.")
@click.option("--level", "levels", multiple=True,
              type=click.Choice(["province", "city", "district", "village"]),
              help="Only this level (may be repeated).")  # fmt: skip
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="From when it holds: today.")
@click.option("--origin", default="", help="The decree or list; the file's name if not given.")
@click.option("--abolish-many", is_flag=True, help="Allow more than a tenth of codes to end.")
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@needs_database
def import_file(
    file: Path, prefix: str, levels: tuple[str, ...], day: datetime | None, origin: str,
    abolish_many: bool, dry_run: bool, report: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Bring the tree to the state of a CSV file of codes and names (kode,nama)."""
    from balai.kernel.regions.actions import import_regions

    done = import_regions(
        file,
        on=day.date() if day else _today(),
        origin=origin or file.name,
        prefix=prefix,
        levels=levels or ("province", "city", "district", "village"),
        dry_run=dry_run,
        abolish_many=abolish_many,
    )
    summary = done.as_dict()
    counts = ("rows", "added", "renamed", "reopened", "abolished", "unchanged")
    _tell(summary, counts, report, as_json)


@group.command("import-boundaries")
@click.argument("file", type=FILE)
@click.option("--origin", default="", help="Who drew them; the file's name if not given.")
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@needs_database
def import_polygons(
    file: Path, origin: str, dry_run: bool, report: Path | None, as_json: bool
) -> None:
    """Set the boundaries of the regions named in a GeoJSON file (property kode)."""
    from balai.kernel.regions.actions import import_boundaries

    done = import_boundaries(file, origin=origin or file.name, dry_run=dry_run)
    _tell(done.as_dict(), ("features", "boundaries"), report, as_json)


@group.command("import-population")
@click.argument("file", type=FILE)
@click.option("--year", type=int, required=True, help="The year the people were counted.")
@click.option("--origin", default="", help="Who counted them; the file's name if not given.")
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@needs_database
def import_people(
    file: Path, year: int, origin: str, dry_run: bool, report: Path | None, as_json: bool
) -> None:
    """Set how many people live in the regions of a CSV file (kode,penduduk)."""
    from balai.kernel.regions.actions import import_population

    done = import_population(file, year=year, origin=origin or file.name, dry_run=dry_run)
    _tell(done.as_dict(), ("rows", "regions", "people"), report, as_json)


@group.command()
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@needs_database
def show(code: str, as_json: bool) -> None:
    """One region: where it stands, what is below it, since when its code holds."""
    from balai.kernel.regions import queries

    found = queries.place(code)
    above, below = queries.ancestors(code), queries.children(code)
    if as_json:
        _print({
            **_plain(found),
            "ancestors": [each.code for each in above],
            "children": [{"code": each.code, "name": each.name} for each in below],
        })  # fmt: skip
        return
    click.echo(_line(found))
    click.echo("in " + " > ".join(each.name for each in above) if above else "a country")
    for each in below:
        click.echo(f"  {_line(each)}")


@group.command()
@click.argument("text")
@click.option("--under", default="", help="Only below this code.")
@click.option("--limit", default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@needs_database
def find(text: str, under: str, limit: int, as_json: bool) -> None:
    """Regions by name, also a former one, or by code, also an abolished one."""
    from balai.kernel.regions import queries

    found = queries.find(text, under=under, limit=limit)
    if as_json:
        _print([_plain(each) for each in found])
        return
    for each in found:
        click.echo(_line(each))
    if not found:
        click.echo(f"No region is called {text!r}.", err=True)


@group.command()
@click.argument("code")
@click.argument("successor")
@needs_database
def succeed(code: str, successor: str) -> None:
    """Say which region took the place of an abolished code."""
    from balai.kernel.regions.actions import record_successor

    record_successor(code, successor)
    click.echo(f"{code} is succeeded by {successor}.", err=True)


def _today() -> date:
    return datetime.now(JAKARTA).date()


def _tell(
    summary: dict[str, Any], counts: tuple[str, ...], report: Path | None, as_json: bool
) -> None:
    if report:
        report.write_text(json.dumps(summary, ensure_ascii=False, indent=2), encoding="utf-8")
    if as_json:
        _print(summary)
        return
    click.echo(", ".join(f"{summary[name]} {name}" for name in counts))
    if summary.get("withheld"):
        click.echo(f"Nothing was abolished: {summary['withheld']}.", err=True)
    for issue in summary["issues"][:SHOWN]:
        place = f"row {issue['row']}, " if "row" in issue else ""
        click.echo(f"{place}{issue['field']} {issue.get('value', '')!r}: {issue['problem']}. "
                   f"{issue.get('remedy', '')}", err=True)  # fmt: skip
    if len(summary["issues"]) > SHOWN:
        click.echo(f"and {len(summary['issues']) - SHOWN} more (--report has all)", err=True)


def _plain(found: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return {key: value.isoformat() if isinstance(value, date) else value
            for key, value in asdict(found).items()}  # fmt: skip


def _line(found: Any) -> str:
    ended = f" (until {found.valid_to}" if found.valid_to else ""
    if ended:
        ended += f", now {found.successor})" if found.successor else ")"
    return f"{found.code}  {found.name}, {found.kind or found.level}{ended}"


def _print(document: Any) -> None:
    click.echo(json.dumps(document, ensure_ascii=False))
