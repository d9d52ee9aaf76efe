"""`balai transit import`: read a feed, report what is wrong with it, and publish it for a city."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from balai.kernel.commands import needs_database
from balai.kernel.problems import Fault, ProblemError

if TYPE_CHECKING:
    from balai.transit.actions.import_feed import Imported
    from balai.transit.engine.gtfs import Feed

SHOWN_OF_A_KIND = 3
SEVERITIES = ("error", "warning", "info")


@click.command("import")
@click.argument("feed_path", metavar="FEED.zip", type=click.Path(path_type=Path))
@click.option("--city", default="jakarta", show_default=True, help="Slug of the city it serves.")
@click.option("--name", default="main", show_default=True,
              help="Name of the feed, where a city uses several at once.")  # fmt: skip
@click.option("--region", default="", help="Code of the region it serves, as 31.")
@click.option("--source", default="", help="Who publishes the feed.")
@click.option("--licence", default="", help="Licence under which it is published.")
@click.option("--credit", default="", help="What must be shown where the feed is used.")
@click.option("--replace", is_flag=True, help="Read a feed anew that was imported before.")
@click.option("--dry-run", is_flag=True, help="Read and report; needs no database.")
@click.option(
    "--report",
    "report_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every issue found to this JSON file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def import_feed(
    feed_path: Path,
    city: str,
    name: str,
    region: str,
    source: str,
    licence: str,
    credit: str,
    replace: bool,
    dry_run: bool,
    report_path: Path | None,
    as_json: bool,
) -> None:
    """Import a GTFS feed and make it the one its city uses under that name.

    What can be read is imported, the rest is reported by file, row (line 1 is the header), field
    and value, with its remedy. A file that is no feed is refused and nothing changes.
    """
    content = _content(feed_path)
    if dry_run:
        result = _result(_read(content), city, imported=None)
    else:
        about = {"source": source or feed_path.name, "licence": licence, "credit": credit}
        result = _import(content, city, name, {**about, "region_code": region}, replace)
    if report_path:
        _write_report(result, report_path)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        _print(result, report_path)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        fault = Fault(problem=f"{path}: {error.strerror}", remedy="Check the file's name and place")
        raise ProblemError("The feed cannot be read", faults=(fault,)) from error


def _read(content: bytes) -> Feed:
    from balai.transit.engine.gtfs import FeedRefused, read_feed

    _tell("reading the feed")
    try:
        from io import BytesIO

        return read_feed(BytesIO(content))
    except FeedRefused as error:
        fault = Fault(problem=error.problem, remedy=error.remedy)
        raise ProblemError("The feed was refused", faults=(fault,)) from error


@needs_database
def _import(
    content: bytes, city: str, name: str, about: dict[str, Any], replace: bool
) -> dict[str, Any]:
    from balai.kernel.regions.queries import find_city
    from balai.transit.actions.import_feed import Provenance
    from balai.transit.actions.import_feed import import_feed as run
    from balai.transit.queries.feed import load_feed

    if find_city(city) is None:
        _tell(f"No city {city!r} runs here yet: the feed is kept, but no page shows it")
    imported = run(
        content,
        city=city,
        name=name,
        provenance=Provenance(**about),
        replace=replace,
        progress=_tell,
    )
    return _result(imported.feed or load_feed(imported.version), city, imported)


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _result(feed: Feed, city: str, imported: Imported | None) -> dict[str, Any]:
    version = imported.version if imported else None
    files = {
        f"{name}.txt": {"rows": rows, "kept": feed.counts[name]}
        for name, rows in feed.rows_read.items()
    }
    return {
        "city": city,
        "imported": bool(imported and not imported.already),
        "already_imported": bool(imported and imported.already),
        "feed_version": version.pk if version else None,
        "sha256": version.sha256 if version else None,
        "timezone": feed.timezone,
        "files": files,
        "issue_totals": dict(sorted(feed.totals.items())),
        "issues": [issue.as_dict() for issue in feed.issues],
    }


def _write_report(result: dict[str, Any], path: Path) -> None:
    try:
        path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        fault = Fault(problem=f"{path}: {error.strerror}", remedy="Choose another place for it")
        raise ProblemError("The report cannot be written", faults=(fault,)) from error


def _print(result: dict[str, Any], report_path: Path | None) -> None:
    click.echo(_outcome(result))
    click.echo(f"{'file':<24}{'rows':>10}{'kept':>10}")
    for file, count in result["files"].items():
        click.echo(f"{file:<24}{count['rows']:>10,}{count['kept']:>10,}")
    _print_issues(result)
    if result["issues"]:
        where = str(report_path) if report_path else "nowhere yet: add --report FILE.json"
        click.echo(f"All issues, with their remedies: {where}")


def _outcome(result: dict[str, Any]) -> str:
    if result["already_imported"]:
        return f"This feed was imported before; it is the current one of {result['city']}."
    if result["imported"]:
        return f"Imported as version {result['feed_version']}, current in {result['city']}."
    return "Read only; nothing was imported."


def _print_issues(result: dict[str, Any]) -> None:
    totals = result["issue_totals"]
    click.echo(f"{sum(totals.values()):,} issues")
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for issue in sorted(result["issues"], key=lambda issue: SEVERITIES.index(issue["severity"])):
        by_kind.setdefault(issue["kind"], []).append(issue)
    for kind, issues in by_kind.items():
        for issue in issues[:SHOWN_OF_A_KIND]:
            click.echo(f"  {issue['severity']:<8}{_line(issue)}")
        more = totals.get(kind, len(issues)) - SHOWN_OF_A_KIND
        if more > 0:
            click.echo(f"          … and {more:,} more like it")


def _line(issue: dict[str, Any]) -> str:
    row = f"row {issue['row']}" if issue["row"] else None
    place = ", ".join(part for part in (issue["file"], row, issue["field"]) if part)
    value = f" ({issue['value']})" if issue["value"] else ""
    return f"{place}{value}: {issue['problem']}. {issue['remedy']}."
