"""Take in a real-time message, whoever brought it: a fetch of ours or a post of the operator's."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from balai.kernel.regions.queries import city_by_slug
from balai.transit.engine.realtime import Dataset, Problem, VehicleReport, decode, merge
from balai.transit.engine.realtime.track import pack, service_day
from balai.transit.models import RealtimeSnapshot, RealtimeSource, TrackPart

KEPT = timedelta(hours=1)
MOST_PROBLEMS = 200
LEAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message. `positions` counts those that were new."""

    snapshot: RealtimeSnapshot
    repeated: bool
    positions: int
    problems: tuple[Problem, ...] = ()


def receive_message(source: RealtimeSource, content: bytes, *, now: datetime) -> Receipt:
    """Apply a message to the source's dataset and keep what is new of its vehicles' positions.

    The same message again changes nothing. Raises RealtimeRefused where it is no message, is
    older than the last, or from more than ten minutes ahead.
    """
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        source = RealtimeSource.objects.select_for_update().get(pk=source.pk)
        if kept := RealtimeSnapshot.objects.filter(source=source, digest=digest).first():
            _asked(source, now)
            return Receipt(kept, repeated=True, positions=0)
        former = RealtimeSnapshot.objects.filter(source=source).order_by("-at", "-id").first()
        whole = merge(bytes(former.content) if former else None, content)
        dataset = decode(whole)
        _refuse_future(dataset, now)
        snapshot = _keep(source, dataset, whole, digest, now)
        news = _news(dataset.vehicles, decode(bytes(former.content)) if former else None)
        _append(source, news, now)
        _sweep(source, snapshot, now)
        _asked(source, now)
    return Receipt(snapshot, repeated=False, positions=len(news), problems=dataset.problems)


def note_problem(source: RealtimeSource, now: datetime, problem: str) -> None:
    """Remember why a source could not be read."""
    RealtimeSource.objects.filter(pk=source.pk).update(asked_at=now, problem=problem[:500])


def _refuse_future(dataset: Dataset, now: datetime) -> None:
    from balai.transit.engine.realtime import RealtimeRefused

    if dataset.at > (now + LEAD).timestamp():
        raise RealtimeRefused(
            f"header.timestamp {dataset.at} lies ahead of our clock", "Set the sender's clock"
        )


def _asked(source: RealtimeSource, now: datetime) -> None:
    RealtimeSource.objects.filter(pk=source.pk).update(asked_at=now, problem="")


def _keep(
    source: RealtimeSource, dataset: Dataset, whole: bytes, digest: str, now: datetime
) -> RealtimeSnapshot:
    return RealtimeSnapshot.objects.create(
        source=source, at=datetime.fromtimestamp(dataset.at, UTC), received_at=now, digest=digest,
        content=whole, updates=len(dataset.updates), vehicles=len(dataset.vehicles),
        alerts=len(dataset.alerts),
        problems=[
            {"entity": each.entity, "field": each.field, "value": each.value,
             "problem": each.problem, "remedy": each.remedy}
            for each in dataset.problems[:MOST_PROBLEMS]
        ],
    )  # fmt: skip


def _news(vehicles: Sequence[VehicleReport], former: Dataset | None) -> list[VehicleReport]:
    """Reports that say where a vehicle was at a moment that the dataset before did not know."""
    known = {each.vehicle: each.at for each in former.vehicles} if former else {}
    return [each for each in vehicles if each.at > known.get(each.vehicle, 0)]


def _append(source: RealtimeSource, news: Sequence[VehicleReport], now: datetime) -> None:
    zone = city_by_slug(source.city).zone
    days: dict[date, list[VehicleReport]] = defaultdict(list)
    for report in news:
        days[service_day(report, zone)].append(report)
    TrackPart.objects.bulk_create(
        TrackPart(city=source.city, day=day, source=source, received_at=now,
                  positions=len(reports), content=pack(reports))
        for day, reports in sorted(days.items())
    )  # fmt: skip


def _sweep(source: RealtimeSource, last: RealtimeSnapshot, now: datetime) -> None:
    old = RealtimeSnapshot.objects.filter(source=source, received_at__lt=now - KEPT)
    old.exclude(pk=last.pk).delete()
