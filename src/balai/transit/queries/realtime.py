"""What is known of vehicles, delays and alerts, and how old it is."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from balai.transit.engine.realtime import (
    Alert,
    Dataset,
    Prediction,
    Problem,
    VehicleReport,
    renamed,
)
from balai.transit.engine.realtime.track import VehicleTrack, unpack
from balai.transit.models import RealtimeSnapshot, RealtimeSource, TrackPart
from balai.transit.queries.networks import CityNetwork

MOST_KEPT = 16
RunKey = tuple[str, date, int | None]

_kept: OrderedDict[tuple[int, int], SourceNow] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class SourceNow:
    """A source's dataset as it stands, held against its feed; ids are the feed's own."""

    snapshot: int
    at: datetime
    dataset: Dataset
    runs: tuple[Prediction, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Live:
    """A network's real time at a moment; ids are the network's.

    `as_of` is when the oldest source in use was told, None where none speaks. `silent` are
    moments since which sources that are too old to be used say nothing. `told` are the keys
    of what was read, equal for equal news. `runs` by trip, service day and start of the run (None
    where the trip does not repeat).
    """

    as_of: datetime | None = None
    silent: tuple[datetime, ...] = ()
    told: tuple[int, ...] = ()
    runs: Mapping[RunKey, Prediction] = None  # type: ignore[assignment]
    alerts: tuple[Alert, ...] = ()
    vehicles: tuple[VehicleReport, ...] = ()

    @property
    def state(self) -> str:
        """`live`, `stale` where sources speak but none is fresh, `none` without a source."""
        if self.as_of:
            return "live"
        return "stale" if self.silent else "none"

    @property
    def silent_since(self) -> datetime | None:
        """The last news of the sources that are too old."""
        return max(self.silent, default=None)


NOTHING = Live(runs={})


def live(network: CityNetwork, now: datetime) -> Live:
    """Everything that the city's sources tell at `now`; stale ones are left out, and said so."""
    spoken: list[tuple[CityNetwork, int, SourceNow]] = []
    silent: list[datetime] = []
    for source in RealtimeSource.objects.filter(city=network.city, active=True):
        version = network.of_feed(source.feed)
        found = _latest(source)
        if version is None or found is None:
            continue
        if now - found[1] > timedelta(seconds=source.stale_s):
            silent.append(found[1])
            continue
        spoken.append((network, version.pk, source_now(source, network, found)))
    if not spoken:
        return replace(NOTHING, silent=tuple(silent))
    runs = {(run.trip_id, run.on, run.start_s): run for each in spoken for run in _runs(*each)}
    return Live(
        as_of=min(told.at for *_, told in spoken), silent=tuple(silent),
        told=tuple(told.snapshot for *_, told in spoken), runs=runs,
        alerts=tuple(alert for each in spoken for alert in _alerts(*each, now)),
        vehicles=tuple(vehicle for each in spoken for vehicle in _vehicles(*each)),
    )  # fmt: skip


def source_now(
    source: RealtimeSource, network: CityNetwork, found: tuple[int, datetime]
) -> SourceNow:
    """A source's last snapshot, decoded and matched once in this process."""
    from balai.transit.engine.realtime import decode, predict
    from balai.transit.queries.schedules import schedule_for

    version = network.of_feed(source.feed)
    assert version is not None
    key = found[0], version.pk
    with _lock:
        if kept := _kept.get(key):
            return kept
    content = RealtimeSnapshot.objects.values_list("content", flat=True).get(pk=found[0])
    dataset = decode(bytes(content))
    told = predict(dataset, schedule_for(version, dataset))
    made = SourceNow(found[0], found[1], dataset, told.runs, told.problems)
    with _lock:
        _kept[key] = made
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _latest(source: RealtimeSource) -> tuple[int, datetime] | None:
    rows = RealtimeSnapshot.objects.filter(source=source).order_by("-at", "-id")
    return rows.values_list("pk", "at").first()


def _runs(network: CityNetwork, feed: int, told: SourceNow) -> Iterator[Prediction]:
    if not network.joined:
        yield from told.runs
        return

    def named(own: str) -> str:
        return network.id_of(feed, own)

    for run in told.runs:
        yield renamed(run, named)


def _alerts(network: CityNetwork, feed: int, told: SourceNow, now: datetime) -> Iterator[Alert]:
    for alert in told.dataset.alerts:
        if alert.holds_at(int(now.timestamp())):
            informed = tuple(
                replace(each, route_id=network.id_of(feed, each.route_id),
                        stop_id=network.id_of(feed, each.stop_id),
                        agency_id=network.id_of(feed, each.agency_id))
                for each in alert.informed
            )  # fmt: skip
            yield replace(alert, informed=informed)


def _vehicles(network: CityNetwork, feed: int, told: SourceNow) -> Iterator[VehicleReport]:
    for each in told.dataset.vehicles:
        trip = replace(each.trip, trip_id=network.id_of(feed, each.trip.trip_id),
                       route_id=network.id_of(feed, each.trip.route_id))  # fmt: skip
        yield replace(each, trip=trip, stop_id=network.id_of(feed, each.stop_id))


def sources(city: str) -> QuerySet[RealtimeSource]:
    """A city's sources, by name."""
    return RealtimeSource.objects.filter(city=city).order_by("name")


def last_snapshot(source: RealtimeSource) -> RealtimeSnapshot | None:
    """A source's last dataset, or None before the first."""
    return RealtimeSnapshot.objects.filter(source=source).order_by("-at", "-id").first()


def vehicle_track(city: str, day: date) -> VehicleTrack:
    """Every position that a city's vehicles reported for a service day, by vehicle and time.

    A trip's positions after midnight belong to the day on which it began.
    """
    parts = TrackPart.objects.filter(city=city, day=day).order_by("id")
    return unpack(
        (bytes(content), generated)
        for content, generated in parts.values_list("content", "source__generated").iterator(200)
    )


def days_tracked(city: str) -> list[date]:
    """The service days of which positions are kept, in order."""
    days = TrackPart.objects.filter(city=city).order_by("day").values_list("day", flat=True)
    return list(days.distinct())
