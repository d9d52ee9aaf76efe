"""What the simulator offers to compare, and what was compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from balai.kernel.laws import Law, LawGap
from balai.kernel.problems import MissingError, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.engine.simulation.figures import stretches
from balai.transit.models import Entitlement, Scenario, Tap, TariffVersion
from balai.transit.queries.tariff_versions import version_law
from balai.transit.queries.tariffs import (
    tariff_for,
    tariff_law,
    tariff_names,
    tariffs_in_force,
)

if TYPE_CHECKING:
    from balai.transit.engine.simulation import Entitlements

NAME = re.compile(r"[a-z0-9-]{1,60}")
IN_FORCE = "in-force"
IN_FORCE_TITLE = {"id": "Tarif yang berlaku tiap hari", "en": "The tariff in force on each day"}
"""What the city priced by, whichever tariff that was: chosen like a tariff by this name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A tariff that can be compared; `state` is law, draft, submitted or published."""

    name: str
    title: dict[str, str]
    state: str


def choices(city: str) -> tuple[Choice, ...]:
    """Every tariff of law or published, and the city's drafts."""
    found = [Choice(name, dict(tariff_law(name).title), "law") for name in tariff_names(city)]
    drafts = TariffVersion.objects.filter(
        city=city, state__in=(TariffVersion.State.DRAFT, TariffVersion.State.SUBMITTED)
    ).order_by("name")
    if tariffs_in_force(city):
        found.insert(0, Choice(IN_FORCE, IN_FORCE_TITLE, "law"))
    return (*found, *(Choice(each.name, each.title, each.state) for each in drafts))


def law_of(city: str, name: str) -> Law:
    """The figures of a tariff or of a draft as a law; MissingError where there is none."""
    if not NAME.fullmatch(name):
        raise MissingError("There is no such tariff", detail=f"{name!r} is not a tariff.")
    draft = TariffVersion.objects.filter(city=city, name=name).first()
    return tariff_law(name) if draft is None else version_law(draft)


def title_of(city: str, name: str) -> dict[str, str]:
    """The tariff's title by language."""
    return dict(IN_FORCE_TITLE if name == IN_FORCE else law_of(city, name).title)


def parameters_of(city: str, name: str, day: date | None) -> dict[str, Any]:
    """A tariff's plain values on the day (today), or on the nearest day it held."""
    on = day or timezone.localdate()
    law = law_of(city, tariff_held(city, on) if name == IN_FORCE else name)
    for _ in range(1 + len(law.parameters)):
        try:
            return {key: _plain(dated.value) for key, dated in law.on(on).items()}
        except LawGap as gap:
            if gap.nearest is None:
                break
            on = gap.nearest
    raise ProblemError("The tariff never holds", detail=f"{name} holds on no day.")


def dated_parameters(
    city: str, name: str, first: date, last: date
) -> list[tuple[date, dict[str, Any]]]:
    """A tariff's plain values on the first day, and anew from each day on which they change."""
    days: set[date] = set()
    names = {name}
    if name == IN_FORCE:
        spans = tariffs_in_force(city)
        names = {span.tariff for span in spans}
        days = {span.start for span in spans}
    for each in names:
        for parameter in law_of(city, each).parameters.values():
            days |= {dated.start for dated in parameter.values}
    return stretches(first, last, days, lambda day: parameters_of(city, name, day))


def tariff_now(city: str) -> str:
    """The name of the tariff in force today, or else the last that was."""
    return tariff_held(city, timezone.localdate())


def tariff_held(city: str, day: date) -> str:
    """The name of the tariff in force on the day, or else the last that ever was."""
    spans = tariffs_in_force(city)
    try:
        return tariff_for(spans, day, city)
    except ProblemError:
        return spans[-1].tariff if spans else tariff_names(city)[-1]


def days_of_taps(city: str) -> tuple[date, date] | None:
    """The first and the last day with taps, by the city's calendar; None without taps."""
    zone = city_by_slug(city).zone
    found = Tap.objects.filter(city=city).aggregate(first=Min("at"), last=Max("at"))
    if found["first"] is None:
        return None
    return found["first"].astimezone(zone).date(), found["last"].astimezone(zone).date()


def scenario_of(city: str, scenario: UUID) -> Scenario:
    """The city's scenario; MissingError where it has none of that id."""
    found = Scenario.objects.filter(city=city, pk=scenario).first()
    if found is None:
        raise MissingError("There is no such scenario", detail=f"{city} has none of that id.")
    return found


def latest(city: str) -> Scenario | None:
    """The scenario computed last."""
    done = Scenario.objects.filter(city=city, result__isnull=False)
    return done.order_by("-finished_at").first()


def saved(city: str) -> QuerySet[Scenario]:
    """The scenarios that officers saved, newest first."""
    rows = Scenario.objects.filter(city=city).exclude(title="")
    return rows.order_by("-made_at").defer("result", "rules")


def entitlements_of(city: str, start: datetime, end: datetime) -> Entitlements:
    """Which of the city's cards held which concession or pass between two moments."""
    import numpy as np

    from balai.transit.engine.simulation import Entitlements

    rows = list(
        Entitlement.objects.filter(city=city, start__lte=end, end__gte=start)
        .order_by("card_id", "start", "code")
        .values_list("card_id", "code", "start", "end")
    )
    codes = tuple(sorted({row[1] for row in rows}))
    place = {code: number for number, code in enumerate(codes)}
    return Entitlements(
        codes,
        np.array([row[0] for row in rows], np.int64),
        np.array([place[row[1]] for row in rows], np.int16),
        np.array([int(row[2].timestamp()) for row in rows], np.int64),
        np.array([int(row[3].timestamp()) for row in rows], np.int64),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
