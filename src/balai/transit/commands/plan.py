"""`balai transit plan`: journeys between two places, straight from a feed, without a database."""

from __future__ import annotations

import csv
import json
import os
import sys
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from balai.kernel.problems import Fault, ProblemError
from balai.transit.commands.plan_output import journey_as_dict, journey_as_text
from balai.transit.commands.plan_queries import (
    COLUMNS,
    STAMP,
    Query,
    aware,
    one_query,
    problem_of,
    read_queries,
)
from balai.transit.commands.plan_realtime import Message, named_messages, with_realtime

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from balai.transit.engine.fares.tariff import Tariff
    from balai.transit.engine.planner import Journey, Planner, Timetable

RESULT_COLUMNS = ("row", "journey", "depart", "arrive", "transfers", "fare", "legs")
NO_TARIFF = "none"
WHEELCHAIR = ("known", "not-excluded")


@dataclass(slots=True)
class Desk:
    """Answers queries over one feed, or several by name, keeping a planner for each date."""

    feed: Path | dict[str, Path]
    tariff: str
    folder: Path
    limits: Mapping[str, Any]
    realtime: Sequence[Message] = ()
    planners: dict[date, Planner] = field(default_factory=dict)

    def answer(self, query: Query) -> tuple[Timetable, tuple[Journey, ...]]:
        """Journeys of a query. Raises ProblemError saying what is wrong with it."""
        from balai.transit.engine.planner import NoStopWithinReachError

        planner = self.planner(query)
        try:
            return planner.timetable, self.ask(planner, query)
        except NoStopWithinReachError as error:
            raise problem_of(
                query,
                error.end,
                f"{error.point[0]},{error.point[1]}",
                f"no stop within {error.max_walk_m:g} m",
                "Choose a place nearer to a stop, or raise --max-walk",
            ) from None

    def ask(self, planner: Planner, query: Query) -> tuple[Journey, ...]:
        """The journeys of a query: from a moment, by a moment, or of a span."""
        table, ends = planner.timetable, (query.origin, query.destination)
        moment = table.seconds_at(aware(query.at, table.zone))
        if query.arrive_by:
            return planner.arrive_by(*ends, moment, **self.limits)
        if query.until is not None:
            last = table.seconds_at(aware(query.until, table.zone))
            return planner.profile(*ends, moment, last, **self.limits)
        return planner.plan(*ends, moment, **self.limits)

    def planner(self, query: Query) -> Planner:
        """The planner of the service date on which a query's travel begins."""
        from balai.transit.engine.planner import Planner

        back = timedelta(seconds=self.limits["horizon_s"] if query.arrive_by else 0)
        begin = query.at - back
        on = begin.date()
        if on not in self.planners:
            timetable = self.timetable(query, on)
            local = aware(begin, timetable.zone).astimezone(ZoneInfo(timetable.zone)).date()
            if local != on:
                # The moment's own zone was in another day than the feed's.
                timetable, on = self.timetable(query, local), local
            if on not in self.planners:
                tariff = tariff_on(self.tariff, on) if self.tariff != NO_TARIFF else None
                tariff = tariff and tariff.on_weekday(on.weekday())
                self.planners[on] = Planner(timetable, tariff)
                self.say_unpriced(self.planners[on])
        return self.planners[on]

    def timetable(self, query: Query, on: date) -> Timetable:
        """The timetable of a date, from the cache folder where it is there, with what is told."""
        from balai.transit.engine.planner import OutsideCalendarError, stored_timetable

        try:
            timetable = stored_timetable(self.feed, on, self.folder)
        except OutsideCalendarError as error:
            covered = f"{error.first} to {error.last}" if error.first else "no dates"
            raise problem_of(
                query,
                query.moment_name,
                on.isoformat(),
                "the date lies outside the feed's calendar",
                f"The feed covers {covered}",
            ) from None
        if not self.realtime:
            return timetable
        return with_realtime(timetable, self.feed, self.realtime)

    def say_unpriced(self, planner: Planner) -> None:
        """Name the modes that are left out because the tariff has no price for them."""
        if planner.unpriced_modes:
            left_out = ", ".join(sorted(mode.code for mode in planner.unpriced_modes))
            click.echo(
                f"{self.tariff} has no price for {left_out}: those routes are left out", err=True
            )


@click.command()
@click.option(
    "--feed",
    "feeds",
    required=True,
    multiple=True,
    metavar="[NAME=]FILE",
    help="A GTFS feed, zipped. Several are joined on foot, ids prefixed with each one's name.",
)
@click.option("--from", "origin", metavar="LAT,LON", help="Where the trip begins.")
@click.option("--to", "destination", metavar="LAT,LON", help="Where it ends.")
@click.option("--at", metavar="TIME", help=f"Earliest departure, such as {STAMP}, feed's zone.")
@click.option("--arrive-by", metavar="TIME", help="Latest arrival, in place of --at.")
@click.option("--until", metavar="TIME", help="Latest departure: all worth a look from --at on.")
@click.option(
    "--tariff",
    default="transjakarta",
    show_default=True,
    help="A tariff of law or a published version, or none.",
)
@click.option(
    "--queries",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"A CSV file of trips: {', '.join(COLUMNS)}.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="CSV of journeys.")
@click.option("--walk-speed", type=click.FloatRange(0.1, 5.0), default=1.25, show_default=True,
              help="Metres a second.")  # fmt: skip
@click.option("--max-walk", type=click.FloatRange(0, 10_000), default=800.0, show_default=True,
              help="Metres to and from stops.")  # fmt: skip
@click.option("--max-rides", type=click.IntRange(1, 20), default=6, show_default=True)
@click.option("--max-transfers", type=click.IntRange(0, 19), help="In place of --max-rides.")
@click.option("--max-fare", type=click.IntRange(0), metavar="RUPIAH",
              help="Leave out what costs more.")  # fmt: skip
@click.option("--modes", metavar="MODE,MODE", help="Ride these only, such as brt,mrt.")
@click.option("--wheelchair", type=click.Choice(WHEELCHAIR),
              help="Trips and stops known to be accessible, or not known not to be.")  # fmt: skip
@click.option("--realtime", multiple=True, metavar="[NAME=]FILE",
              help="A GTFS-Realtime message on the feed of that name.")  # fmt: skip
@click.option("--horizon", type=click.FloatRange(0, 24, min_open=True), default=3.0,
              show_default=True, help="Hours within which to arrive.")  # fmt: skip
@click.option("--prove", type=click.FloatRange(0), metavar="MINUTES",
              help="How long after the soonest arrival an integrated fare is proven the least; "
              "without it, all are.")  # fmt: skip
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path),
              help="Folder for prepared timetables.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
def plan(
    feeds: tuple[str, ...],
    origin: str | None,
    destination: str | None,
    at: str | None,
    arrive_by: str | None,
    until: str | None,
    tariff: str,
    queries: Path | None,
    out: Path | None,
    cache: Path | None,
    realtime: tuple[str, ...],
    as_json: bool,
    **limits: Any,
) -> None:
    """Journeys worth a look: none is beaten on arrival, transfers and fare together.

    With --arrive-by, on departure, transfers and fare; with --until, on all four.
    """
    from balai.transit.engine.gtfs import FeedRefused

    feed = named_feeds(feeds)
    messages = named_messages(realtime, feed)
    desk = Desk(feed, tariff, cache or default_cache(), limits_of(**limits), messages)
    try:
        if queries is not None:
            if out is None or any((origin, destination, at, arrive_by, until)):
                raise click.UsageError(
                    "--queries needs --out, and no --from, --to, --at, --arrive-by or --until"
                )
            plan_many(desk, queries, out, as_json)
        else:
            plan_one(desk, one_query(origin, destination, at, arrive_by, until), as_json)
    except FeedRefused as refused:
        raise ProblemError(
            "The feed cannot be read",
            faults=(
                Fault(problem=refused.problem, remedy=refused.remedy, value=_file_names(feed)),
            ),
        ) from None


def named_feeds(given: tuple[str, ...]) -> Path | dict[str, Path]:
    """The one feed, or several by name. Raises ProblemError naming what is no file or clashes."""
    named: dict[str, Path] = {}
    faults: list[Fault] = []
    for text in given:
        name, equals, path = text.partition("=")
        if not equals or Path(text).is_file():
            name, path = Path(text).name.split(".")[0], text
        if not Path(path).is_file():
            faults.append(Fault(problem="is no file", field="--feed", value=text))
        elif not name or ":" in name or name in named:
            remedy = "Name each feed differently, without a colon: NAME=FILE"
            fault = Fault(problem="has no name of its own", field="--feed", value=text)
            faults.append(replace(fault, remedy=remedy))
        named[name] = Path(path)
    if faults:
        raise ProblemError("The feeds cannot be read", faults=tuple(faults))
    return next(iter(named.values())) if len(given) == 1 else named


def _file_names(feed: Path | dict[str, Path]) -> str:
    return feed.name if isinstance(feed, Path) else ", ".join(p.name for p in feed.values())


def limits_of(
    *, walk_speed: float, max_walk: float, max_rides: int, max_transfers: int | None,
    max_fare: int | None, modes: str | None, wheelchair: str | None, horizon: float,
    prove: float | None,
) -> dict[str, Any]:  # fmt: skip
    """The planner's limits from the options. Raises ProblemError for a mode that is none."""
    from balai.transit.engine.fares.modes import MODE_CODES, Mode

    asked = None if modes is None else [code.strip() for code in modes.split(",")]
    unknown = [code for code in asked or () if code not in MODE_CODES]
    if unknown:
        remedy = f"Choose from {', '.join(MODE_CODES)}"
        faults = tuple(
            Fault(problem="no such mode", field="--modes", value=code, remedy=remedy)
            for code in unknown
        )
        raise ProblemError("Unknown mode", faults=faults)
    return {
        "max_walk_m": max_walk,
        "walk_speed": walk_speed,
        "max_rides": max_rides if max_transfers is None else max_transfers + 1,
        "horizon_s": round(horizon * 3600),
        "max_fare": max_fare,
        "modes": None if asked is None else frozenset(Mode.of(code) for code in asked),
        "wheelchair": wheelchair,
        "prove_s": None if prove is None else round(prove * 60),
    }


def plan_one(desk: Desk, query: Query, as_json: bool) -> None:
    """Answer one query on standard output."""
    timetable, journeys = desk.answer(query)
    if as_json:
        told = {"journeys": [journey_as_dict(timetable, journey) for journey in journeys]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif not journeys:
        click.echo("No journey found.")
    else:
        click.echo("\n\n".join(journey_as_text(timetable, journey) for journey in journeys))


def plan_many(desk: Desk, queries: Path, out: Path, as_json: bool) -> None:
    """Answer a file of queries into a CSV file; bad rows are told, good rows answered."""
    faults: list[Fault] = []
    draft = out.with_name(out.name + ".part")
    try:
        with draft.open("w", newline="", encoding="utf-8") as stream:
            answered, found = _answer_all(desk, queries, csv.writer(stream), faults)
        draft.replace(out)
    except OSError as error:
        fault = Fault(problem=f"cannot be written: {error.strerror}", field="--out", value=str(out))
        raise ProblemError("The journeys cannot be written", faults=(fault,)) from None
    finally:
        draft.unlink(missing_ok=True)
    if as_json:
        told = {"answered": answered, "journeys": found, "refused": [f.as_dict() for f in faults]}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(f"{answered} queries answered, {found} journeys, {len(faults)} problems")
    if faults:
        raise ProblemError("Some queries could not be answered", faults=tuple(faults))


def _answer_all(desk: Desk, queries: Path, writer: Any, faults: list[Fault]) -> tuple[int, int]:
    """Write every good query's journeys; returns how many queries and journeys there were."""
    answered = found = 0
    writer.writerow(RESULT_COLUMNS)
    for query in read_queries(queries, faults):
        try:
            timetable, journeys = desk.answer(query)
        except ProblemError as error:
            faults.extend(error.faults)
            continue
        answered, found = answered + 1, found + len(journeys)
        writer.writerows(_result_rows(query, timetable, journeys))
    return answered, found


def tariff_on(name: str, on: date) -> Tariff:
    """The tariff of that short name as it stands on a date. Raises ProblemError."""
    from balai.transit.commands.tariffs import tariff_on as named

    return named(name, on, field="--tariff", more=(NO_TARIFF,))


def _result_rows(
    query: Query, timetable: Timetable, journeys: tuple[Journey, ...]
) -> Iterator[tuple[Any, ...]]:
    for number, journey in enumerate(journeys, start=1):
        told = journey_as_dict(timetable, journey)
        legs = json.dumps(told["legs"], ensure_ascii=False)
        yield (
            query.row, number, told["depart"], told["arrive"], told["transfers"],
            "" if told["fare"] is None else told["fare"], legs,
        )  # fmt: skip


def default_cache() -> Path:
    """Folder of this user's prepared timetables."""
    base = os.environ.get("XDG_CACHE_HOME")
    if not base and sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "balai" / "timetables"
