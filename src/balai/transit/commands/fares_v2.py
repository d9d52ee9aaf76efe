"""`balai transit fares-v2`: a tariff into a feed as GTFS Fares v2, and a draft out of one."""

from __future__ import annotations

import io
import json
import os
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from balai.kernel.commands import needs_database
from balai.kernel.problems import Fault, ProblemError

if TYPE_CHECKING:
    from balai.kernel.laws import Law
    from balai.transit.engine.gtfs.feed import Feed

POLICIES = ("zone", "missed_tap_out", "farthest_km", "orphan_tap_out", "tap_out_matches",
            "longest_ride_seconds", "same_second")  # fmt: skip
"""What no feed tells: taken from the tariff named by --base."""
FEED = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("fares-v2")
def fares_v2() -> None:
    """GTFS Fares v2, both ways."""


@fares_v2.command("export")
@click.option("--tariff", "name", required=True, help="The tariff's short name.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day whose tariff holds.")
@click.option("--feed", "feed_path", required=True, type=FEED, help="The feed to describe it in.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
              help="The zip to write.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON alone.")
def export(name: str, on: datetime | None, feed_path: Path, out: Path, as_json: bool) -> None:
    """Write a feed with Fares v2 files that describe a tariff as far as the standard goes.

    The tariff stands whole in balai_fares.json; what the standard cannot say is reported.
    """
    from balai.transit.commands.tariffs import tariff_law
    from balai.transit.engine.fares_v2 import describe
    from balai.transit.engine.fares_v2.extension import with_extension
    from balai.transit.engine.gtfs.write import write_feed
    from balai.transit.engine.tariff_versions import entries_of, tariff_of

    law = tariff_law(name)
    day = on.date() if on else _latest(law)
    if any(parameter.on(day) is None for parameter in law.parameters.values()):
        raise _bad("on", day.isoformat(), f"{name} did not hold then", "Choose another day")
    entries = entries_of(law, day)
    described = describe(tariff_of(name, entries), _feed(feed_path.read_bytes()))
    unsaid = [{"parameter": each.parameter, "what": each.what} for each in described.unsaid]
    told = {"tariff": name, "on": day.isoformat(), "title": dict(law.title),
            "parameters": {key: entry.as_dict() for key, entry in entries.items()},
            "unsaid": unsaid}  # fmt: skip
    packed = with_extension(write_feed(described.tables), told)
    _write(packed, out)
    report = {"tariff": name, "on": day.isoformat(), "out": str(out), "bytes": len(packed),
              "rows": {table: len(rows) for table, rows in described.tables.items()
                       if table.startswith(("fare_", "time", "rider", "network"))},
              "unsaid": unsaid}  # fmt: skip
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    click.echo(f"{out}: {name} as of {day}")
    for each in unsaid:
        click.echo(f"  the standard does not say {each['parameter']}: {each['what']}")


def _write(packed: bytes, out: Path) -> None:
    """Write the zip beside its place, then put it there, so that none is half-written."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.write_bytes(packed)
        part.replace(out)
    except OSError as error:
        raise _bad("--out", str(out), error.strerror or str(error),
                   "Choose a folder that can be written to") from error  # fmt: skip
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@fares_v2.command("import")
@click.argument("feed_path", metavar="FEED.zip", type=FEED)
@click.option("--city", default="jakarta", show_default=True, help="Slug of the city.")
@click.option("--name", default="", help="The draft's short name; its own where the feed has one.")
@click.option("--base", default="transjakarta", show_default=True,
              help="The tariff that says what no feed tells, such as the zone.")  # fmt: skip
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]),
              help="The first day of the figures; today if not given.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Report only; nothing is drawn up.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON alone.")
def import_(
    feed_path: Path, city: str, name: str, base: str, start: datetime | None, dry_run: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Draw up a draft of what a feed's Fares v2 files say, as far as a tariff here can hold it.

    What is lost is reported by file and row. A feed written by export comes back whole.
    """
    day = start.date() if start else datetime.now(UTC).date()
    result = drafted(feed_path.read_bytes(), feed_path.name, base, day)
    result["name"] = name or result["name"]
    if not dry_run:
        _draw_up(city, base, result)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    click.echo(f"{result['name']}: {'not drawn up' if dry_run else f'a draft of {city}'}")
    for line in (*result["faults"], *result["lost"]):
        click.echo(f"  {line}")


def drafted(content: bytes, source: str, base: str, start: date) -> dict[str, Any]:
    """What a feed's fares are as figures of a tariff, with what is faulty and what is lost.

    ProblemError where the file is no feed, has no Fares v2, or they make no tariff.
    """
    from balai.transit.commands.tariffs import tariff_law
    from balai.transit.engine.fares_v2 import draft_from, fares_of
    from balai.transit.engine.fares_v2.extension import ExtensionError, extension_of
    from balai.transit.engine.planner.modes import modes_of

    feed = _feed(content)
    book, issues = fares_of(feed)
    faults = [str(issue) for issue in issues]
    try:
        whole = extension_of(content)
    except ExtensionError as error:
        raise _bad("feed", source, str(error), "Export the feed anew") from error
    if whole is not None:
        return {"name": str(whole.get("tariff", "")), "title": whole.get("title"), "lost": [],
                "parameters": _checked(source, whole.get("parameters")), "faults": faults,
                "whole": True}  # fmt: skip
    if not book.leg_rules:
        raise _bad("feed", source, "has no fare_leg_rules.txt that can be used",
                   "Choose a feed with GTFS Fares v2")  # fmt: skip
    law = tariff_law(base)
    known = {key: law.parameters[key].values[-1].value for key in POLICIES
             if key in law.parameters}  # fmt: skip
    found = draft_from(book, modes_of(feed["routes"]), known)
    told = {"from": start.isoformat(), "article": f"GTFS Fares v2 of {source}",
            "source": source, "verified": False}  # fmt: skip
    policy = {"article": f"as in {base}; a feed does not tell"}
    values = {key: {"value": _plain(value), **told, **(policy if key in known else {})}
              for key, value in found.values.items()}  # fmt: skip
    return {"name": "", "title": None, "parameters": _checked(source, values), "faults": faults,
            "lost": [str(each) for each in found.lost], "whole": False}  # fmt: skip


def _plain(value: Any) -> Any:
    from balai.transit.engine.tariff_versions import plain

    return plain(value)


def _checked(source: str, parameters: Any) -> Any:
    from balai.transit.engine.tariff_versions import read_entries, tariff_faults

    entries, faults = read_entries(parameters)
    faults = faults or tariff_faults("draft", entries)
    if faults:
        raise ProblemError("The fares make no tariff", faults=tuple(faults), kind="bad-tariff",
                           detail=f"The fares of {source} make no tariff.")  # fmt: skip
    return parameters


@needs_database
def _draw_up(city: str, base: str, result: dict[str, Any]) -> None:
    from balai.kernel.access.origin import Origin
    from balai.transit.actions.tariff_versions import draft_version

    name = result["name"]
    title = result["title"] or {"id": name, "en": name}
    based_on = "" if result["whole"] else base
    made = draft_version(city, name, title=title, parameters=result["parameters"],
                         based_on=based_on, origin=Origin("cli"))  # fmt: skip
    result["digest"] = made.digest


def _latest(law: Law) -> date:
    """Today, or the last day before on which the tariff held."""
    today = datetime.now(UTC).date()
    for day in (today, *reversed(law.dates())):
        if all(parameter.on(day) is not None for parameter in law.parameters.values()):
            return day
    return today


def _feed(content: bytes) -> Feed:
    from balai.transit.engine.gtfs import FeedRefused, read_feed

    try:
        return read_feed(io.BytesIO(content))
    except FeedRefused as refused:
        raise _bad("feed", "", refused.problem, refused.remedy) from refused


def _bad(field: str, value: str, problem: str, remedy: str) -> ProblemError:
    fault = Fault(field=field, value=value, problem=problem, remedy=remedy)
    return ProblemError("The command cannot go on", faults=(fault,))
