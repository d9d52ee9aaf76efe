"""Operators' own logs of where their vehicles were, from CSV."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.problems import Fault, ProblemError
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.engine.realtime.messages import TripRef, VehicleReport
from balai.transit.engine.realtime.track import pack, service_day
from balai.transit.models import LogPart, OperatorLog

COLUMNS = ("vehicle", "at", "lat", "lon")
OPTIONAL = ("trip_id", "trip_start", "route_id", "service_day", "odometer_m")
MOST_BYTES = 64 * 2**20
MOST_FAULTS = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: the log, whether it had been read before."""

    log: OperatorLog
    repeated: bool


def import_log(
    city: str, content: bytes, *, name: str, by: Origin, generated: bool = False
) -> Imported:
    """Keep the positions of a CSV file; the same file again changes nothing.

    Columns: vehicle, at (ISO 8601; the city's zone where it names no offset), lat, lon, and, where
    known, trip_id, trip_start (HH:MM:SS, past 24:00 too), route_id, service_day, odometer_m. Rows
    that cannot be read are left out and listed with their field, value and mend; ProblemError where
    the file has none that can.
    """
    facts = city_by_slug(city)
    digest = hashlib.sha256(content).hexdigest()
    if known := OperatorLog.objects.filter(city=city, sha256=digest).first():
        return Imported(known, repeated=True)
    days: dict[date, list[VehicleReport]] = {}
    faults: list[Fault] = []
    count = 0
    for row, told in _rows(content):
        report = _report(row, told, facts, faults)
        if report is not None:
            count += 1
            days.setdefault(service_day(report, facts.zone), []).append(report)
    if not count:
        raise ProblemError(
            "No row of the file can be read",
            faults=tuple(faults[:MOST_FAULTS]) or (Fault(problem="the file has no rows"),),
        )
    return Imported(_keep(facts, name, digest, days, faults, by, generated), repeated=False)


@transaction.atomic
def _keep(
    facts: City, name: str, digest: str, days: Mapping[date, list[VehicleReport]],
    faults: list[Fault], by: Origin, generated: bool,
) -> OperatorLog:  # fmt: skip
    refused = {fault.row for fault in faults}
    log = OperatorLog.objects.create(
        id=uuid4(), city=facts.slug, name=name[:200], sha256=digest, refused=len(refused),
        rows=sum(map(len, days.values())), by=by.actor, generated=generated,
        faults=[fault.as_dict() for fault in faults[:MOST_FAULTS]],
    )  # fmt: skip
    LogPart.objects.bulk_create(
        LogPart(log=log, city=facts.slug, day=day, positions=len(reports), content=pack(reports))
        for day, reports in sorted(days.items())
    )
    audit("transit.log-imported", by, subject=f"transit.log:{log.pk}", region=facts.region_code,
          rows=log.rows, refused=log.refused)  # fmt: skip
    return log


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    if len(content) > MOST_BYTES:
        fault = Fault(problem="is larger than 64 MB", remedy="Send a file a day")
        raise ProblemError("The file is too large", faults=(fault,))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = Fault(problem=f"byte {error.start} is no UTF-8", remedy="Save it as UTF-8 CSV")
        raise ProblemError("The file is not text", faults=(fault,)) from error
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        header = [name.strip() for name in reader.fieldnames or ()]
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            fault = Fault(row=1, problem=f"the header lacks {', '.join(missing)}",
                          remedy=f"Columns are {', '.join(COLUMNS + OPTIONAL)}")  # fmt: skip
            raise ProblemError("The file has not the columns of a log", faults=(fault,))
        reader.fieldnames = header
        for row in reader:
            yield reader.line_num, {k: (v or "").strip() for k, v in row.items()
                                    if isinstance(k, str) and not isinstance(v, list)}  # fmt: skip
    except csv.Error as error:
        fault = Fault(row=reader.line_num, problem=str(error), remedy="Save the file as CSV anew")
        raise ProblemError("The file is no CSV", faults=(fault,)) from error


class _Refused(Exception):  # noqa: N818 - the domain's word for a row that is not taken
    def __init__(self, field: str, problem: str, remedy: str) -> None:
        super().__init__(field)
        self.field, self.problem, self.remedy = field, problem, remedy


def _report(
    row: int, told: dict[str, str], facts: City, faults: list[Fault]
) -> VehicleReport | None:
    try:
        return _read(told, facts)
    except _Refused as refused:
        faults.append(Fault(row=row, field=refused.field, value=told.get(refused.field, "")[:60],
                            problem=refused.problem, remedy=refused.remedy))  # fmt: skip
        return None


def _read(told: dict[str, str], facts: City) -> VehicleReport:
    vehicle = told.get("vehicle", "")
    if not 0 < len(vehicle) <= 40:
        raise _Refused("vehicle", "is not of 1 to 40 letters", "Give the vehicle's own code")
    at = _moment(told.get("at", ""), facts)
    odometer = _number(told, "odometer_m", 0, 1e9) if told.get("odometer_m") else None
    return VehicleReport(
        entity=vehicle, vehicle=vehicle, at=at, lat=_number(told, "lat", -90, 90),
        lon=_number(told, "lon", -180, 180), odometer=odometer,
        trip=TripRef(
            trip_id=told.get("trip_id", "")[:255], route_id=told.get("route_id", "")[:255],
            start_s=_clock(told.get("trip_start", "")),
            start_date=_day(told.get("service_day", "")),
        ),
    )  # fmt: skip


def _moment(text: str, facts: City) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise _Refused("at", "is not a time", "Write it as 2026-11-20T07:10:00+07:00") from None
    at = at if at.tzinfo else at.replace(tzinfo=facts.zone)
    if not 2000 <= at.astimezone(UTC).year <= 2100:
        raise _Refused("at", "lies outside of 2000 to 2100", "Check the vehicle's clock")
    return int(at.timestamp())


def _number(told: Mapping[str, str], field: str, least: float, most: float) -> float:
    try:
        value = float(told.get(field, ""))
    except ValueError:
        raise _Refused(field, "is not a number", "Write it with a point, as -6.2088") from None
    if not least <= value <= most:
        raise _Refused(field, f"is not between {least:g} and {most:g}", "Check the column")
    return value


def _clock(text: str) -> int | None:
    if not text:
        return None
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(p.isdecimal() and len(p) <= 2 for p in parts):
        raise _Refused("trip_start", "is not a time of day", "Write it as 07:10:00")
    hours, minutes, seconds = (*map(int, parts), 0)[:3]
    if minutes > 59 or seconds > 59:
        raise _Refused("trip_start", "is not a time of day", "Write it as 07:10:00")
    return hours * 3600 + minutes * 60 + seconds


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _Refused("service_day", "is not a day", "Write it as 2026-11-20") from None


def as_fault(found: Mapping[str, Any]) -> Fault:
    """A fault as a log keeps it, for whoever shows it."""
    return Fault(**found)
