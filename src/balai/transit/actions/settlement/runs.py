"""A service day's runs as they were verified: from the timetable, and what vehicles reported."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from balai.kernel.regions.queries import City
from balai.transit.models import LogPart, Operator, SettledDay, VerifiedRun
from balai.transit.queries.feed import current_feed, load_feed
from balai.transit.queries.realtime import vehicle_track
from balai.transit.queries.settlement.contracts import Engagement

if TYPE_CHECKING:
    from balai.transit.engine.settlement import Quality, Reports, Schedule, Verified

STATUS = ("counted", "off_path", "off_time", "of_no_run")


def verify_runs(settled: SettledDay, facts: City, engaged: Sequence[Engagement]) -> int:
    """Write what was verified of each run of the engaged routes; returns how many runs.

    Contracts that share their rules of evidence are verified together.
    """
    from balai.transit.engine.settlement import quality_of, schedule_of, verify

    version = current_feed(facts.slug)
    if version is None:
        return 0
    tables = load_feed(version).tables
    reports, generated = reports_of(facts, settled.day)
    counts: Counter[str] = Counter()
    rows: list[VerifiedRun] = []
    for rules in sorted({each.terms.rules for each in engaged}, key=repr):
        together = [each for each in engaged if each.terms.rules == rules]
        schedule = schedule_of(tables, settled.day, {r for e in together for r in e.routes})
        found = verify(schedule, reports, rules)
        counts.update(Counter(STATUS[code] for code in found.status.tolist()))
        for each in together:
            quality = quality_of(schedule, found, each.terms.quality)
            rows += list(_rows(settled, each, schedule, found, quality))
    VerifiedRun.objects.bulk_create(rows, batch_size=2000)
    settled.feed_id, settled.reports = version.pk, len(reports)
    settled.status_counts, settled.generated = dict(counts), generated
    settled.save(update_fields=["feed_id", "reports", "status_counts", "generated"])
    return len(rows)


def reports_of(facts: City, day: date) -> tuple[Reports, bool]:
    """Real-time positions and operators' logs of a service day, and whether any was generated."""
    import numpy as np

    from balai.transit.engine.realtime.track import unpack
    from balai.transit.engine.settlement import Reports

    parts = LogPart.objects.filter(city=facts.slug, day=day).order_by("id")
    logs = unpack((bytes(content), made) for content, made in
                  parts.values_list("content", "log__generated").iterator(200))  # fmt: skip
    tracks = (vehicle_track(facts.slug, day), logs)
    began = int(service_start(day, facts.zone).timestamp())

    def joined(name: str) -> Any:
        return np.concatenate([getattr(track, name) for track in tracks])

    reports = Reports(
        joined("vehicle"), joined("trip"), joined("route"), joined("at") - began, joined("lat"),
        joined("lon"), joined("trip_start"),
    )  # fmt: skip
    return reports, bool(joined("generated").any())


def service_start(day: date, zone: ZoneInfo) -> datetime:
    """When a service day begins: twelve hours before its noon, as GTFS counts."""
    noon = datetime.combine(day, time(12), zone)
    return (noon.astimezone(ZoneInfo("UTC")) - timedelta(hours=12)).astimezone(zone)


def _rows(
    settled: SettledDay, engaged: Engagement, schedule: Schedule, found: Verified, quality: Quality
) -> Any:
    operator: Operator = engaged.contract.operator
    mine = set(engaged.routes)
    planned = schedule.run_metres
    for run in range(len(schedule)):
        trip = int(schedule.run_trip[run])
        if schedule.routes[trip] not in mine:
            continue
        stops = _seen_stops(schedule, found, run, trip)
        late, gap = _whole(quality.late_by[run]), _whole(quality.headway[run])
        kept = int(quality.headway_kept[run])
        yield VerifiedRun(
            settled=settled, operator=operator, route_id=schedule.routes[trip],
            trip_id=schedule.trips[trip], start_s=int(schedule.run_start[run]),
            scheduled_m=int(planned[run]), verified_m=int(found.metres[run]),
            state=_state(found, quality, run, int(planned[run])),
            vehicle=found.vehicle[run], vehicles=int(found.vehicles[run]), first_stop=stops[0],
            last_stop=stops[1], late_s=late, on_time=bool(quality.on_time[run]), headway_s=gap,
            headway_due_s=_whole(quality.headway_due[run]),
            headway_kept=None if kept < 0 else bool(kept),
            gaps=found.gaps(run, float(planned[run])) if found.metres[run] else [],
        )  # fmt: skip


def _whole(seconds: Any) -> int | None:
    return None if math.isnan(seconds) else round(float(seconds))


def _state(found: Verified, quality: Quality, run: int, planned: int) -> str:
    if quality.missed[run]:
        return VerifiedRun.State.MISSED.value
    whole = int(found.metres[run]) == planned
    return VerifiedRun.State.FULL.value if whole else VerifiedRun.State.PART.value


def _seen_stops(schedule: Schedule, found: Verified, run: int, trip: int) -> tuple[str, str]:
    """The first and the last stop that lie in what is verified of a run."""
    begin, end = found.part_start[run], found.part_start[run + 1]
    if begin == end:
        return "", ""
    low, high = float(found.part_from[begin]) - 1.0, float(found.part_to[end - 1]) + 1.0
    calls = range(int(schedule.call_start[trip]), int(schedule.call_start[trip + 1]))
    within = [c for c in calls if low <= schedule.call_along[c] <= high]
    if not within:
        return "", ""
    return schedule.call_stop[within[0]], schedule.call_stop[within[-1]]
