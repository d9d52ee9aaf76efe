"""`balai transit plan`: journeys between two places, straight from a feed, without a database."""

from __future__ import annotations

import csv
import json
import os
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from zoneinfo import ZoneInfo

import click

from balai.kernel.problems import Fault, ProblemError
from balai.transit.commands.plan_output import journey_as_dict, journey_as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from balai.transit.engine.fares.tariff import Tariff
    from balai.transit.engine.planner import Journey, Planner, Timetable

Point: TypeAlias = tuple[float, float]

COLUMNS = ("from_lat", "from_lon", "to_lat", "to_lon", "at")
RESULT_COLUMNS = ("row", "journey", "depart", "arrive", "transfers", "fare", "legs")
NO_TARIFF = "none"
STAMP = "2025-09-01T07:30"


@dataclass(frozen=True, slots=True)
class Query:
    """One trip asked for; `row` is its row in a file of queries, `at` may lack a zone."""

    origin: Point
    destination: Point
    at: datetime
    row: int | None = None


@dataclass(slots=True)
class Desk:
    """Answers queries over one feed, keeping a planner for each service date."""

    feed: Path
    tariff: str
    folder: Path
    limits: Mapping[str, Any]
    planners: dict[date, Planner] = field(default_factory=dict)

    def answer(self, query: Query) -> tuple[Timetable, tuple[Journey, ...]]:
        """Journeys of a query. Raises ProblemError saying what is wrong with it."""
        from balai.transit.engine.planner import NoStopWithinReachError

        planner = self.planner(query)
        timetable = planner.timetable
        moment = _aware(query.at, timetable.zone)
        try:
            journeys = planner.plan(
                query.origin, query.destination, timetable.seconds_at(moment), **self.limits
            )
        except NoStopWithinReachError as error:
            raise _problem(
                query,
                error.end,
                f"{error.point[0]},{error.point[1]}",
                f"no stop within {error.max_walk_m:g} m",
                "Choose a place nearer to a stop, or raise --max-walk",
            ) from None
        return timetable, journeys

    def planner(self, query: Query) -> Planner:
        """The planner of the query's service date."""
        from balai.transit.engine.planner import Planner

        on = query.at.date()
        if on not in self.planners:
            timetable = self.timetable(query, on)
            local = _aware(query.at, timetable.zone).astimezone(ZoneInfo(timetable.zone)).date()
            if local != on:
                # The moment's own zone was in another day than the feed's.
                timetable, on = self.timetable(query, local), local
            if on not in self.planners:
                tariff = tariff_on(self.tariff, on) if self.tariff != NO_TARIFF else None
                self.planners[on] = Planner(timetable, tariff)
                self.say_unpriced(self.planners[on])
        return self.planners[on]

    def timetable(self, query: Query, on: date) -> Timetable:
        """The timetable of a date, from the cache folder where it is there."""
        from balai.transit.engine.planner import OutsideCalendarError, stored_timetable

        try:
            return stored_timetable(self.feed, on, self.folder)
        except OutsideCalendarError as error:
            covered = f"{error.first} to {error.last}" if error.first else "no dates"
            raise _problem(
                query,
                "at",
                on.isoformat(),
                "the date lies outside the feed's calendar",
                f"The feed covers {covered}",
            ) from None

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
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A GTFS feed, zipped.",
)
@click.option("--from", "origin", metavar="LAT,LON", help="Where the trip begins.")
@click.option("--to", "destination", metavar="LAT,LON", help="Where it ends.")
@click.option("--at", metavar="TIME", help=f"Earliest departure, such as {STAMP}, feed's zone.")
@click.option("--tariff", default="transjakarta", show_default=True, help="A tariff, or none.")
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
@click.option("--horizon", type=click.FloatRange(0, 24, min_open=True), default=3.0,
              show_default=True, help="Hours within which to arrive.")  # fmt: skip
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path),
              help="Folder for prepared timetables.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
def plan(
    feed: Path,
    origin: str | None,
    destination: str | None,
    at: str | None,
    tariff: str,
    queries: Path | None,
    out: Path | None,
    walk_speed: float,
    max_walk: float,
    max_rides: int,
    horizon: float,
    cache: Path | None,
    as_json: bool,
) -> None:
    """Journeys worth a look: none is beaten on arrival, transfers and fare together."""
    from balai.transit.engine.gtfs import FeedRefused

    limits = {
        "max_walk_m": max_walk,
        "walk_speed": walk_speed,
        "max_rides": max_rides,
        "horizon_s": round(horizon * 3600),
    }
    desk = Desk(feed, tariff, cache or default_cache(), limits)
    try:
        if queries is not None:
            if out is None or origin or destination or at:
                raise click.UsageError("--queries needs --out, and no --from, --to or --at")
            plan_many(desk, queries, out, as_json)
        else:
            plan_one(desk, one_query(origin, destination, at), as_json)
    except FeedRefused as refused:
        raise ProblemError(
            "The feed cannot be read",
            faults=(Fault(problem=refused.problem, remedy=refused.remedy, value=feed.name),),
        ) from None


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


def read_queries(path: Path, faults: list[Fault]) -> Iterator[Query]:
    """Queries of a CSV file; what is wrong with a row goes to `faults` and the row is left out."""
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ProblemError(
                "The file lacks columns",
                faults=tuple(
                    Fault(problem="the column is missing", field=name, remedy="Add it")
                    for name in missing
                ),
            )
        for row, cells in enumerate(reader, start=1):
            try:
                yield Query(
                    origin=_point(cells["from_lat"], cells["from_lon"], "from"),
                    destination=_point(cells["to_lat"], cells["to_lon"], "to"),
                    at=_moment(cells["at"]),
                    row=row,
                )
            except _BadValue as bad:
                faults.append(bad.fault(row))


def one_query(origin: str | None, destination: str | None, at: str | None) -> Query:
    """The query of --from, --to and --at. Raises ProblemError with every fault at once."""
    faults: list[Fault] = []
    points: list[Point] = []
    moment = None
    for name, text in (("from", origin), ("to", destination)):
        lat, comma, lon = (text or "").partition(",")
        try:
            if text is None or not comma:
                raise _BadValue(name, text or "", "is not a place", "Give it as LAT,LON")
            points.append(_point(lat, lon, name))
        except _BadValue as bad:
            faults.append(bad.fault(None))
    try:
        moment = _moment(at)
    except _BadValue as bad:
        faults.append(bad.fault(None))
    if faults or moment is None:
        raise ProblemError("The trip is not clear", faults=tuple(faults))
    return Query(points[0], points[1], moment)


def tariff_on(name: str, on: date) -> Tariff:
    """The tariff of that short name as it stands on a date. Raises ProblemError."""
    from balai.kernel.laws import LawGap, find_law, laws_under
    from balai.transit.engine.fares import tariff_from_parameters

    stem = "transit/tariff"
    known = [law.short_name for law in laws_under(stem)]
    if name not in known:
        raise ProblemError(
            "Unknown tariff",
            faults=(
                Fault(
                    problem="no such tariff",
                    field="--tariff",
                    value=name,
                    remedy=f"Choose one of {', '.join([*known, NO_TARIFF])}",
                ),
            ),
        )
    try:
        values = find_law(f"{stem}/{name}").on(on)
    except LawGap as gap:
        raise ProblemError(
            "Tariff not in force",
            faults=(Fault(problem=str(gap), field="--tariff", value=name),),
        ) from None
    return tariff_from_parameters(name, {key: dated.value for key, dated in values.items()})


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


class _BadValue(Exception):  # noqa: N818 - never leaves this module
    """A value that cannot be taken; a fault once its row is known."""

    def __init__(self, name: str, value: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.name, self.value, self.problem, self.remedy = name, value, problem, remedy

    def fault(self, row: int | None) -> Fault:
        name = self.name if row is not None else f"--{self.name}"
        return Fault(
            problem=self.problem, remedy=self.remedy, row=row, field=name, value=self.value
        )


def _point(lat: str | None, lon: str | None, name: str) -> Point:
    given = f"{lat or ''},{lon or ''}"
    try:
        point = float(lat or ""), float(lon or "")
    except ValueError:
        raise _BadValue(name, given, "is not a place", "Give it as LAT,LON") from None
    if not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
        remedy = "Give latitude from -90 to 90, then longitude from -180 to 180"
        raise _BadValue(name, given, "is not on the globe", remedy)
    return point


def _moment(text: str | None) -> datetime:
    try:
        return datetime.fromisoformat((text or "").strip())
    except ValueError:
        raise _BadValue("at", text or "", "is not a time", f"Give it as {STAMP}") from None


def _aware(moment: datetime, zone: str) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _problem(query: Query, name: str, value: str, problem: str, remedy: str) -> ProblemError:
    return ProblemError(problem, faults=(_BadValue(name, value, problem, remedy).fault(query.row),))
