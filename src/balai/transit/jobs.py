"""What runs beside the requests: importing a feed, fetching real time, pricing taps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone

from balai.kernel.jobs import Work, daily, every, job, start
from balai.kernel.jobs.kinds import QUICK
from balai.kernel.jobs.queries import find
from balai.kernel.problems import ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.estimate_clocks import estimate_clocks
from balai.transit.actions.import_feed import Provenance, import_feed
from balai.transit.actions.preview_tariff import preview_tariff  # noqa: F401 - a job
from balai.transit.actions.price_pending import Pricing, price_pending
from balai.transit.actions.settlement.settle_day import (
    as_dict,
    begin_day,
    close_day,
    verify_day,
)
from balai.transit.actions.simulate import replay_scenario  # noqa: F401 - a job
from balai.transit.queries.networks import cities_with_timetable
from balai.transit.queries.quarantine import cities_with_validators
from balai.transit.queries.stretches import cities_with_pending_taps


@dataclass(frozen=True, slots=True)
class ImportStatus:
    """How an import stands. `refused` tells why a file is no feed; `feed` is the version made."""

    state: str
    refused: str = ""
    feed: int | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "refused", "failed")


@job("transit.import-feed", title={"id": "Impor jadwal GTFS", "en": "Import of a GTFS feed"})
def import_uploaded_feed(
    work: Work,
    *,
    name: str,
    feed: str = "main",
    source: str = "",
    licence: str = "",
    credit: str = "",
) -> dict[str, Any]:
    """Import a feed that was uploaded; the file goes once the feed is in the database."""
    told = Provenance(source=source, licence=licence, credit=credit)
    try:
        done: dict[str, Any] = work.do("import", _take_in, work, name, feed, told)
    except ProblemError as refused:
        done = {"refused": " ".join(refused.lines())}
    default_storage.delete(name)
    return done


def import_status(job: str) -> ImportStatus | None:
    """How the import with this job's id stands; None where there is no such job."""
    found = find(job)
    if found is None or found.name != import_uploaded_feed.name:
        return None
    if found.state != "done":
        return ImportStatus("failed" if found.state == "cancelled" else found.state)
    refused = found.result.get("refused", "")
    return ImportStatus("refused" if refused else "done", refused, found.result.get("feed"))


def _take_in(work: Work, name: str, feed: str, told: Provenance) -> dict[str, Any]:
    assert work.city is not None
    with default_storage.open(name) as file:
        content = file.read()
    made = import_feed(content, city=work.city.slug, name=feed, provenance=told, progress=work.log)
    return {"feed": made.version.pk}


@every(seconds=30)
@job("transit.fetch-realtime", queue=QUICK,
     title={"id": "Pengambilan waktu nyata", "en": "Fetch of real time"},
     labels={"taken": {"id": "Diambil", "en": "Taken"},
             "failed": {"id": "Gagal", "en": "Failed"}})  # fmt: skip
def fetch_realtime(work: Work) -> dict[str, Any]:
    """Fetch the real-time sources whose time has come; those of a demonstration are made up."""
    from balai.transit.actions.fetch_realtime import fetch_due
    from balai.transit.demo.running import renew_all

    return {**fetch_due(), "made_up": renew_all()}


@job(
    "transit.price-taps",
    title={"id": "Perhitungan ongkos dari tap", "en": "Pricing of taps"},
    labels={
        "taps": {"id": "Tap dihitung", "en": "Taps priced"},
        "journeys": {"id": "Perjalanan baru atau berubah", "en": "Journeys new or changed"},
        "adjustments": {"id": "Penyesuaian", "en": "Adjustments"},
    },
)
def price_taps_received(work: Work) -> dict[str, Any]:
    """Price a city's taps that no pricing has read, thousands of cards a transaction."""
    assert work.city is not None

    def told(done: Pricing) -> None:
        work.progress(done.taps, None, "taps priced")
        work.check()

    done = price_pending(work.city.slug, between=told)
    return {"taps": done.taps, "journeys": done.journeys, "adjustments": done.adjustments}


@every(hours=1)
@job("transit.estimate-clocks", title={"id": "Taksiran jam validator", "en": "Validators' clocks"})
def estimate_all_clocks(work: Work) -> dict[str, Any]:
    """Estimate how far each city's validators' clocks are off."""
    return {city: work.do(city, estimate_clocks, city) for city in cities_with_validators()}


@every(minutes=10)
@job("transit.price-due", title={"id": "Tap yang menunggu", "en": "Taps that wait"})
def price_due(work: Work) -> None:
    """Have each city's waiting taps read again: boardings whose tap-out did not come in time."""
    for city in cities_with_pending_taps():
        start(price_taps_received, city=city, slot=f"transit.price-taps:{city}")


@every(hours=1)
@job("transit.sweep-cards", title={"id": "Pemeriksaan kartu", "en": "Care of cards"})
def sweep_cards(work: Work) -> dict[str, Any]:
    """End, block and list what is due on the cards of every city that has rules for them."""
    from balai.transit.actions.cards.sweeping import sweep_every_city

    return sweep_every_city(timezone.now())


@daily("03:20")
@job(
    "transit.measure-reach",
    title={"id": "Pengukuran jangkauan", "en": "Measurement of reach"},
    labels={"rows": {"id": "Baris tertulis", "en": "Rows written"}},
)
def measure_all_reach(work: Work) -> dict[str, Any]:
    """Measure what each city's people reach, once a month and when a network changed."""
    from balai.transit.actions.measure_reach import measure_when_due

    told = {}
    for city in cities_with_timetable():
        today = timezone.now().astimezone(city_by_slug(city).zone).date()
        told[city] = work.do(city, measure_when_due, city, today)
    return told


@job("transit.settle-day", title={"id": "Penyelesaian hari operasi", "en": "Settlement of a day"})
def settle_service_day(work: Work, *, day: str, by: str = "") -> dict[str, Any]:
    """Settle a city's day in steps: the runs, then fares, statements and the ledger together."""
    assert work.city is not None
    city, on = work.city.slug, date.fromisoformat(day)
    number = work.do("begin", begin_day, city, on, by=by)
    work.progress(1, 3, "runs")
    work.do("runs", verify_day, number)
    work.progress(2, 3, "statements")
    done: dict[str, Any] = work.do("statements", _close, number)
    work.progress(3, 3, "done")
    return done | {"url": f"/{city}/transit/officer/settlement/{day}/"}


def _close(number: int) -> dict[str, Any]:
    return dict(as_dict(close_day(number)))
