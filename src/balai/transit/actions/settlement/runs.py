"""A service day's runs as they were verified: from the timetable, and what vehicles reported."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from balai.kernel.regions.queries import City
from balai.transit.models import FeedVersion, SettledDay, VerifiedRun
from balai.transit.queries.feed import load_feed
from balai.transit.queries.networks import CityNetwork, current_network
from balai.transit.queries.settlement.contracts import Engagement
from balai.transit.queries.settlement.feeds import (
    DayReports,
    of_feed,
    own_routes,
    prefix_of,
    reports_on,
)

if TYPE_CHECKING:
    import polars as pl

    from balai.transit.engine.settlement import Quality, Reports, Schedule, Verified

STATUS = ("counted", "off_path", "off_time", "of_no_run")


def verify_runs(settled: SettledDay, facts: City, engaged: Sequence[Engagement]) -> int:
    """Write what was verified of each run of the engaged routes; returns how many runs.

    Each of the city's feeds is matched with what was reported of it. Contracts that share their
    rules of evidence are verified together.
    """
    network = current_network(facts.slug)
    if network is None:
        return 0
    reported = reports_on(network, settled.day)
    feeds = {each.name: load_feed(each).tables for each in network.versions}
    known = {name: _ids(tables) for name, tables in feeds.items()} if network.joined else {}
    counts: Counter[str] = Counter()
    rows: list[VerifiedRun] = []
    total = 0
    for version in network.versions:
        reports = _reports(network, version, reported, known, facts, settled.day)
        total += len(reports)
        day = _FeedDay(settled, network, version, feeds[version.name], reports)
        for rules in sorted({each.terms.rules for each in engaged}, key=repr):
            together = [each for each in engaged if each.terms.rules == rules]
            rows += _verified(day, together, counts)
    VerifiedRun.objects.bulk_create(rows, batch_size=2000)
    settled.feed_id, settled.reports = network.main.pk, total
    settled.rules = {"feeds": {each.name: each.pk for each in network.versions}}
    settled.status_counts, settled.generated = dict(counts), reported.generated
    settled.save(update_fields=["feed_id", "reports", "rules", "status_counts", "generated"])
    return len(rows)


@dataclass(frozen=True, slots=True)
class _FeedDay:
    """One feed's timetable and reports on a service day."""

    settled: SettledDay
    network: CityNetwork
    version: FeedVersion
    tables: Mapping[str, pl.DataFrame]
    reports: Reports


def _verified(
    day: _FeedDay, together: Sequence[Engagement], counts: Counter[str]
) -> Iterator[VerifiedRun]:
    """The runs of contracts with the same rules of evidence, on the routes of one feed."""
    from balai.transit.engine.settlement import quality_of, schedule_of, verify

    mine = {each.contract.pk: own_routes(day.network, day.version, each.routes)
            for each in together}  # fmt: skip
    routes = set().union(*mine.values())
    if not routes:
        return
    schedule = schedule_of(day.tables, day.settled.day, routes)
    found = verify(schedule, day.reports, together[0].terms.rules)
    counts.update(Counter(STATUS[code] for code in found.status.tolist()))
    for each in together:
        if own := mine[each.contract.pk]:
            quality = quality_of(schedule, found, each.terms.quality)
            yield from _rows(day, each, own, schedule, found, quality)


def _ids(tables: Mapping[str, pl.DataFrame]) -> set[str]:
    """The trips and routes that a feed knows."""
    trips = tables["trips"]
    return {*trips["trip_id"].to_list(), *trips["route_id"].to_list()}


def _reports(
    network: CityNetwork, version: FeedVersion, reported: DayReports,
    known: Mapping[str, set[str]], facts: City, day: date,
) -> Reports:  # fmt: skip
    """What was reported of a feed's vehicles, by the feed's own ids, as the engine takes it."""
    import numpy as np

    from balai.transit.engine.settlement import Reports

    track, logs = reported.by_feed[version.name], reported.logs
    rows, trips, routes = of_feed(network, version, logs, known)
    began = int(service_start(day, facts.zone).timestamp())

    def joined(name: str) -> Any:
        return np.concatenate([getattr(track, name), getattr(logs, name)[rows]])

    return Reports(
        joined("vehicle"), np.concatenate([track.trip, trips]),
        np.concatenate([track.route, routes]), joined("at") - began, joined("lat"), joined("lon"),
        joined("trip_start"),
    )  # fmt: skip


def service_start(day: date, zone: ZoneInfo) -> datetime:
    """When a service day begins: twelve hours before its noon, as GTFS counts."""
    noon = datetime.combine(day, time(12), zone)
    return (noon.astimezone(ZoneInfo("UTC")) - timedelta(hours=12)).astimezone(zone)


def _rows(
    day: _FeedDay, engaged: Engagement, mine: set[str], schedule: Schedule, found: Verified,
    quality: Quality,
) -> Iterator[VerifiedRun]:  # fmt: skip
    prefix = prefix_of(day.network, day.version)
    planned = schedule.run_metres
    for run in range(len(schedule)):
        trip = int(schedule.run_trip[run])
        if schedule.routes[trip] not in mine:
            continue
        stops = [each and prefix + each for each in _seen_stops(schedule, found, run, trip)]
        late, gap = _whole(quality.late_by[run]), _whole(quality.headway[run])
        kept = int(quality.headway_kept[run])
        yield VerifiedRun(
            settled=day.settled, operator=engaged.contract.operator,
            route_id=prefix + schedule.routes[trip], trip_id=prefix + schedule.trips[trip],
            start_s=int(schedule.run_start[run]), scheduled_m=int(planned[run]),
            verified_m=int(found.metres[run]), state=_state(found, quality, run, int(planned[run])),
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
