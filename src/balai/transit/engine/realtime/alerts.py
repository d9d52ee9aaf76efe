"""Reading alerts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .fields import whole
from .messages import Alert, Selector, TripRef

Report = Callable[[str, object, str, str], None]
ReadTrip = Callable[[Any, Report, str], TripRef]


def alert_of(entity: str, alert: Any, report: Report, read_trip: ReadTrip) -> Alert | None:
    """An Alert, or None where it says nothing or speaks of nothing."""
    header = _words(alert.header_text)
    if not header:
        report("alert.header_text", "", "the alert has no heading", "Give header_text")
        return None
    informed = tuple(
        _selector(row, f"alert.informed_entity[{number}]", report, read_trip)
        for number, row in enumerate(alert.informed_entity)
    )
    if not informed:
        report("alert.informed_entity", "", "the alert speaks of nothing",
               "Name at least one agency, route, trip or stop")  # fmt: skip
        return None
    return Alert(
        entity=entity, header=header, description=_words(alert.description_text),
        url=_words(alert.url), informed=informed,
        periods=tuple((whole(row, "start"), whole(row, "end")) for row in alert.active_period),
        cause=alert.Cause.Name(alert.cause), effect=alert.Effect.Name(alert.effect),
        severity=alert.SeverityLevel.Name(alert.severity_level),
    )  # fmt: skip


def _selector(row: Any, path: str, report: Report, read_trip: ReadTrip) -> Selector:
    return Selector(
        agency_id=row.agency_id,
        route_id=row.route_id,
        route_type=whole(row, "route_type"),
        direction_id=whole(row, "direction_id"),
        stop_id=row.stop_id,
        trip=read_trip(row.trip, report, f"{path}.trip") if row.HasField("trip") else None,
    )


def _words(text: Any) -> dict[str, str]:
    """Words by language, the first of each; "" where none is named."""
    words: dict[str, str] = {}
    for row in text.translation:
        if row.text.strip():
            words.setdefault(row.language.lower(), row.text.strip())
    return words
