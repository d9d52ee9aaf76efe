"""Trying a drafted tariff on journeys that were made, before it counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.jobs import Work, job
from balai.kernel.jobs import start as start_job
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.engine.fares import Mode, Tariff
from balai.transit.engine.tariff_versions.comparing import (
    Comparison,
    compare,
    striking,
    summary,
    total_of,
)
from balai.transit.models import TariffPreview, TariffVersion
from balai.transit.queries.holdings import holdings_of
from balai.transit.queries.tariff_previews import cards_of_span, moments, taps_of_span
from balai.transit.queries.tariff_versions import version_of
from balai.transit.queries.tariffs import (
    tariff_for,
    tariff_from_draft,
    tariff_on,
    tariffs_in_force,
)

CARDS_AT_ONCE = 2_000
MOST_CARDS, MOST_DAYS, EXAMPLES = 200_000, 92, 24


@job("transit.preview-tariff", title={"id": "Pratinjau tarif", "en": "Preview of a tariff"})
def preview_tariff(work: Work, *, preview: str) -> dict[str, Any]:
    """Reprice the journeys of the preview's span, some cards at a time."""
    found = TariffPreview.objects.select_related("version").get(pk=preview)
    try:
        result = _run(work, found)
    except ProblemError as problem:
        with work.step("refused"):
            TariffPreview.objects.filter(pk=preview).update(problem=" ".join(problem.lines()))
        return {"refused": True}
    with work.step("result"):
        TariffPreview.objects.filter(pk=preview).update(result=result)
    return {"journeys": result["journeys"]}


@transaction.atomic
def start_preview(
    city: str, name: str, *, start: date, end: date, cards: int, by: User, origin: Origin
) -> TariffPreview:
    """Have a version, as it stands, priced on the city's taps of a span of days.

    ProblemError names a span or number of cards out of bounds; ConflictError where the version
    was published or withdrawn.
    """
    version = version_of(city, name)
    if version.state not in (TariffVersion.State.DRAFT, TariffVersion.State.SUBMITTED):
        raise ConflictError("The version is no draft any more",
                            detail=f"{name} is {version.state}.")  # fmt: skip
    if faults := _span_faults(start, end, cards):
        raise ProblemError("The preview cannot be made", faults=tuple(faults))
    made = TariffPreview.objects.create(
        id=uuid4(), version=version, digest=version.digest, start=start, end=end, cards=cards,
        created_by=origin.actor, created_at=timezone.now(),
    )  # fmt: skip
    job_ = start_job(preview_tariff, city=version.city, by=by, arguments={"preview": str(made.pk)},
                     key=f"transit.preview:{made.pk}")  # fmt: skip
    made.job = job_.pk
    made.save(update_fields=["job"])
    return made


@transaction.atomic
def open_preview(city: str, name: str, preview: UUID, *, who: str) -> TariffPreview:
    """A preview, marked as seen by who opens it once it is finished; MissingError if none."""
    rows = TariffPreview.objects.select_for_update(of=("self",)).select_related("version")
    found = rows.filter(pk=preview, version__city=city, version__name=name).first()
    if found is None:
        raise MissingError("There is no such preview")
    if who and found.result is not None and who not in found.seen_by:
        found.seen_by = [*found.seen_by, who]
        found.save(update_fields=["seen_by"])
    return found


def _span_faults(start: date, end: date, cards: int) -> list[Fault]:
    found = []
    if end < start or (end - start).days >= MOST_DAYS:
        found.append(Fault(field="end", value=end.isoformat(), problem="does not fit the first day",
                           remedy=f"Choose a span of 1 to {MOST_DAYS} days"))  # fmt: skip
    if not 1 <= cards <= MOST_CARDS:
        found.append(Fault(field="cards", value=str(cards), problem="is out of bounds",
                           remedy=f"Choose 1 to {MOST_CARDS} cards"))  # fmt: skip
    return found


def _run(work: Work, preview: TariffPreview) -> dict[str, Any]:
    version = preview.version
    if version.digest != preview.digest:
        raise ConflictError("The draft was changed before its preview was made",
                            detail="Make another preview.")  # fmt: skip
    city = city_by_slug(version.city)
    name = tariff_for(tariffs_in_force(city.slug), preview.end, city.slug)
    now, then = tariff_on(name, preview.end), tariff_from_draft(version.name, version.parameters)
    with work.rows():
        cards = cards_of_span(city.slug, preview.start, preview.end, city.zone, preview.cards)
    result: dict[str, Any] = {}
    for first in range(0, max(1, len(cards)), CARDS_AT_ONCE):
        some = cards[first : first + CARDS_AT_ONCE]
        part = work.do(f"cards {first}", _part, some, preview, city, now, then)
        result = _joined(result, part) if result else part
        work.progress(first + len(some), len(cards))
    return result | {"now": name}


def _part(
    cards: list[int], preview: TariffPreview, city: City, now: Tariff, then: Tariff
) -> dict[str, Any]:
    span = taps_of_span(cards, preview.start, preview.end, city.zone, now.modes & then.modes)
    bounds = moments(preview.start, preview.end, city.zone)
    held = (holdings_of(cards, now, *bounds), holdings_of(cards, then, *bounds))
    found = compare(span.taps, now, then, held)
    return summary(found) | {"left_out": span.left_out, "examples": _examples(found, span, city)}


def _examples(found: Comparison, span: Any, city: City) -> list[dict[str, Any]]:
    """Journeys leg by leg under both tariffs; no card, times to the hour."""
    told = []
    for journey in striking(found, EXAMPLES):
        rows = found.rows[found.rows[:, 1] == journey]
        first = datetime.fromtimestamp(int(span.taps.at[rows[0][0]]), city.zone)
        legs = [{"mode": Mode(int(span.taps.mode[tap])).code, "now": int(now), "then": int(then)}
                for tap, _, now, then in rows]  # fmt: skip
        told.append({"day": first.date().isoformat(), "hour": first.hour, "legs": legs,
                     "now": int(found.before[journey]),
                     "then": int(found.after[journey])})  # fmt: skip
    return told


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    examples = sorted([*one["examples"], *other["examples"]],
                      key=lambda each: -abs(each["then"] - each["now"]))  # fmt: skip
    kept = {key: value for key, value in one.items() if key != "examples"}
    more = {key: value for key, value in other.items() if key != "examples"}
    return total_of(kept, more) | {"examples": examples[:EXAMPLES]}


def usual_span(last: date | None, today: date) -> tuple[date, date]:
    """The week that a preview is offered for: the last one with taps."""
    end = last or today
    return end - timedelta(days=6), end
