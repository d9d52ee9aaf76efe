"""What `balai transit plan` is asked: one trip by options, or a file of them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from balai.kernel.problems import Fault, ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator

Point: TypeAlias = tuple[float, float]

COLUMNS = ("from_lat", "from_lon", "to_lat", "to_lon", "at")
STAMP = "2025-09-01T07:30"


@dataclass(frozen=True, slots=True)
class Query:
    """One trip asked for; `row` is its row in a file of queries, moments may lack a zone.

    `at` is the earliest departure, or with `arrive_by` the latest arrival; `until` the latest
    departure where all of a span are asked for.
    """

    origin: Point
    destination: Point
    at: datetime
    row: int | None = None
    arrive_by: bool = False
    until: datetime | None = None

    @property
    def moment_name(self) -> str:
        """The option or column that `at` comes from."""
        return "arrive-by" if self.arrive_by else "at"


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
                    at=_moment(cells["at"], "at"),
                    row=row,
                )
            except BadValue as bad:
                faults.append(bad.fault(row))


def one_query(
    origin: str | None,
    destination: str | None,
    at: str | None,
    arrive_by: str | None,
    until: str | None,
) -> Query:
    """The query of the options. Raises ProblemError with every fault at once."""
    faults: list[Fault] = []
    points: list[Point] = []
    for name, text in (("from", origin), ("to", destination)):
        lat, comma, lon = (text or "").partition(",")
        try:
            if text is None or not comma:
                raise BadValue(name, text or "", "is not a place", "Give it as LAT,LON")
            points.append(_point(lat, lon, name))
        except BadValue as bad:
            faults.append(bad.fault(None))
    moments: dict[str, datetime] = {}
    asked = {"at": at, "arrive-by": arrive_by, "until": until}
    if at is None and arrive_by is None:
        asked["at"] = ""
    for name, text in asked.items():
        try:
            if text is not None:
                moments[name] = _moment(text, name)
        except BadValue as bad:
            faults.append(bad.fault(None))
    faults += _contradictions(asked, moments)
    if faults:
        raise ProblemError("The trip is not clear", faults=tuple(faults))
    when = moments["at"] if "at" in moments else moments["arrive-by"]
    return Query(
        points[0], points[1], when, arrive_by=arrive_by is not None, until=moments.get("until")
    )


def _contradictions(asked: dict[str, str | None], moments: dict[str, datetime]) -> list[Fault]:
    if asked["arrive-by"] is not None and (asked["at"] or asked["until"]):
        problem, remedy = "cannot be asked with --at or --until", "Give one of them"
        return [BadValue("arrive-by", asked["arrive-by"], problem, remedy).fault(None)]
    begin, end = moments.get("at"), moments.get("until")
    if begin and end and (begin.tzinfo is None) != (end.tzinfo is None):
        remedy = "Give a zone to both or to neither"
        return [BadValue("until", asked["until"] or "", "has another zone", remedy).fault(None)]
    if begin and end and end < begin:
        remedy = "Give a later time"
        return [BadValue("until", asked["until"] or "", "lies before --at", remedy).fault(None)]
    return []


class BadValue(Exception):  # noqa: N818 - told as a Fault
    """A value that cannot be taken; a fault once its row is known."""

    def __init__(self, name: str, value: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.name, self.value, self.problem, self.remedy = name, value, problem, remedy

    def fault(self, row: int | None) -> Fault:
        """The fault, of a row of a file or of an option."""
        name = self.name if row is not None else f"--{self.name}"
        return Fault(
            problem=self.problem, remedy=self.remedy, row=row, field=name, value=self.value
        )


def _point(lat: str | None, lon: str | None, name: str) -> Point:
    given = f"{lat or ''},{lon or ''}"
    try:
        point = float(lat or ""), float(lon or "")
    except ValueError:
        raise BadValue(name, given, "is not a place", "Give it as LAT,LON") from None
    if not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
        remedy = "Give latitude from -90 to 90, then longitude from -180 to 180"
        raise BadValue(name, given, "is not on the globe", remedy)
    return point


def _moment(text: str | None, name: str) -> datetime:
    try:
        return datetime.fromisoformat((text or "").strip())
    except ValueError:
        raise BadValue(name, text or "", "is not a time", f"Give it as {STAMP}") from None


def aware(moment: datetime, zone: str) -> datetime:
    """The moment, in `zone` where it names none."""
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def problem_of(query: Query, name: str, value: str, problem: str, remedy: str) -> ProblemError:
    """What is wrong with a query, by its row or option."""
    return ProblemError(problem, faults=(BadValue(name, value, problem, remedy).fault(query.row),))
