"""Saying which tariff a city prices by, and from when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from balai.kernel.access.actions.audit import record
from balai.kernel.access.origin import Origin
from balai.kernel.events.actions import Happening
from balai.kernel.events.actions import record as record_event
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.events import TARIFF_ACTED, TariffActed
from balai.transit.models import Journey, TariffDecision, TariffInForce, TariffVersion
from balai.transit.queries.tariffs import tariff_on

LONGEST_REASON = 300
READ_ANEW = """
INSERT INTO transit_pendingtap (tap_id, card_id, city)
SELECT leg.boarding_id, journey.card_id, journey.city
  FROM transit_journey AS journey JOIN transit_leg AS leg ON leg.journey_id = journey.id
 WHERE journey.city = %(city)s AND NOT journey.void AND journey.tariff <> %(tariff)s
   AND journey.tariff_day >= %(start)s AND journey.tariff_day < %(before)s AND leg.number = 1
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def put_in_force(city: str, tariff: str, start: date, end: date | None = None) -> None:
    """Price journeys of the city by the tariff from the day `start` (to the last day `end`).

    Saying it again changes nothing. MissingError where there is no such tariff; ProblemError
    where it does not hold on `start`; ConflictError where another one begins that day.
    """
    tariff_on(tariff, start)
    kept, _ = TariffInForce.objects.get_or_create(
        city=city, start=start, defaults={"tariff": tariff, "end": end}
    )
    if (kept.tariff, kept.end) != (tariff, end):
        raise ConflictError(
            "Another tariff begins on that day",
            detail=f"{kept.tariff} begins in {city} on {start:%Y-%m-%d}.",
        )


@dataclass(frozen=True, slots=True)
class Placement:
    """A tariff about to be put in force: what follows from it.

    `correction`: the first day has begun, so `journeys` that were priced by another tariff are
    priced anew. `until` is the day on which the next tariff begins, if one does.
    """

    tariff: str
    start: date
    end: date | None
    correction: bool
    journeys: int
    until: date | None


def plan_in_force(city: str, tariff: str, start: date, end: date | None = None) -> Placement:
    """What putting the tariff in force would do; nothing is changed.

    MissingError where there is no such tariff; ProblemError names the day that is wrong: the
    tariff does not hold then, another begins or ends within the span.
    """
    facts = city_by_slug(city)
    _check_days(facts, tariff, start, end)
    later = TariffInForce.objects.filter(city=facts.slug, start__gt=start).order_by("start")
    until = later.values_list("start", flat=True).first()
    correction = start <= timezone.localdate(timezone=facts.zone)
    placed = Placement(tariff, start, end, correction, 0, until)
    return replace(placed, journeys=_touched(facts, placed)) if correction else placed


@transaction.atomic
def decide_in_force(
    city: str, tariff: str, start: date, end: date | None = None, *, reason: str = "",
    origin: Origin,
) -> Placement:  # fmt: skip
    """Put a tariff in force as an officer's decision, which is kept.

    Where its first day has begun that is a correction: it needs a reason, and the journeys
    concerned are read anew by the next pricing, which moves the differences as adjustments.
    """
    facts = city_by_slug(city)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                       [f"transit:tariffs:{facts.slug}"])  # fmt: skip
    placed = plan_in_force(city, tariff, start, end)
    told = reason.strip()
    if placed.correction and not told:
        raise ProblemError("A correction needs a reason", faults=(
            Fault(field="reason", problem="is missing: the day has begun, so "
                  f"{placed.journeys} journeys are priced anew",
                  remedy="Say why, or choose a day to come"),))  # fmt: skip
    if len(told) > LONGEST_REASON:
        raise ProblemError("The reason is too long", faults=(
            Fault(field="reason", problem=f"has over {LONGEST_REASON} characters",
                  remedy="Shorten it"),))  # fmt: skip
    TariffInForce.objects.create(city=facts.slug, tariff=tariff, start=start, end=end)
    if placed.correction:
        _read_anew(facts, placed)
    act = TariffDecision.Act.CORRECTED if placed.correction else TariffDecision.Act.PUT
    _kept(facts, act, placed, told, origin)
    return placed


@transaction.atomic
def take_back(city: str, start: date, *, reason: str, origin: Origin) -> None:
    """Take back a tariff that has not begun. ConflictError where it has, or none begins then."""
    facts = city_by_slug(city)
    if not reason.strip():
        raise ProblemError("A reason is needed", faults=(
            Fault(field="reason", problem="is missing", remedy="Say why"),))  # fmt: skip
    found = TariffInForce.objects.select_for_update().filter(city=facts.slug, start=start).first()
    if found is None or start <= timezone.localdate(timezone=facts.zone):
        raise ConflictError("No tariff is about to begin then",
                            detail="What has begun is corrected, not taken back.")  # fmt: skip
    placed = Placement(found.tariff, start, found.end, False, 0, None)
    found.delete()
    _kept(facts, TariffDecision.Act.WITHDRAWN, placed, reason.strip()[:LONGEST_REASON], origin)


def _check_days(city: City, tariff: str, start: date, end: date | None) -> None:
    if end is not None and end < start:
        raise _wrong("end", end, f"is before the first day, {start:%Y-%m-%d}",
                     "Choose a later last day")  # fmt: skip
    tariff_on(tariff, start)
    spans = TariffInForce.objects.filter(city=city.slug)
    if same := spans.filter(start=start).first():
        raise _wrong("start", start, f"is the day on which {same.tariff} begins",
                     "Choose another first day")  # fmt: skip
    if over := spans.filter(start__lt=start, end__gte=start).first():
        raise _wrong("start", start, f"lies in the span of {over.tariff}, to {over.end:%Y-%m-%d}",
                     "Begin after that day")  # fmt: skip
    if end is not None and (next_ := spans.filter(start__gt=start, start__lte=end).first()):
        raise _wrong("end", end, f"lies after {next_.start:%Y-%m-%d}, when {next_.tariff} begins",
                     "End before that day, or give no last day")  # fmt: skip


def _wrong(field: str, day: date, problem: str, remedy: str) -> ProblemError:
    fault = Fault(field=field, value=day.isoformat(), problem=problem, remedy=remedy)
    return ProblemError("The tariff cannot be put in force so", faults=(fault,), kind="overlap")


def _before(end: date | None, until: date | None) -> date:
    """The first day on which the span no longer holds."""
    days = [until or date.max, end + timedelta(days=1) if end else date.max]
    return min(days)


def _touched(city: City, placed: Placement) -> int:
    rows = Journey.objects.filter(
        city=city.slug, void=False, tariff_day__gte=placed.start,
        tariff_day__lt=_before(placed.end, placed.until),
    )  # fmt: skip
    return rows.exclude(tariff=placed.tariff).count()


def _read_anew(city: City, placed: Placement) -> None:
    span = {"city": city.slug, "tariff": placed.tariff, "start": placed.start,
            "before": _before(placed.end, placed.until)}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(READ_ANEW, span)


def _kept(city: City, act: str, placed: Placement, reason: str, origin: Origin) -> None:
    now = timezone.now()
    TariffDecision.objects.create(
        city=city.slug, tariff=placed.tariff, act=act, start=placed.start, end=placed.end,
        reason=reason, journeys=placed.journeys, by=origin.actor, at=now,
    )  # fmt: skip
    span = {"start": placed.start.isoformat(), "end": placed.end and placed.end.isoformat()}
    record("transit.tariff-in-force", origin, subject=f"tariff:{placed.tariff}", act=str(act),
           region=city.region_code, journeys=placed.journeys, reason=reason, **span)  # fmt: skip
    version = TariffVersion.objects.filter(name=placed.tariff).first()
    record_event(
        Happening(
            kind=TARIFF_ACTED, at=now, day=timezone.localdate(now, city.zone), city=city.slug,
            place=city.region_code, subject=f"tariff:{placed.tariff}", actor=origin.actor,
            data=TariffActed(tariff=placed.tariff, act=str(act), start=placed.start.isoformat(),
                             digest=version.digest if version else "",
                             journeys=placed.journeys),
        )
    )  # fmt: skip
