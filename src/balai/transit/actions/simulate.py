"""Comparing tariffs over a city's taps: asked, computed by a job, saved, proposed."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from datetime import time as clock
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID, uuid4

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from balai.kernel.access.origin import Origin
from balai.kernel.jobs import Work, job, start
from balai.kernel.jobs.queries import find as find_job
from balai.kernel.problems import Fault, ProblemError
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.engine.fares.dating import AnyTariff, DatedTariff
from balai.transit.engine.fares.tariff import Tariff, TariffError, tariff_from_parameters
from balai.transit.engine.simulation.figures import (
    FigureError,
    completed,
    stretches,
    varied_figures,
    with_changes,
)
from balai.transit.models import Scenario, Tap
from balai.transit.queries.simulation import (
    IN_FORCE,
    dated_parameters,
    entitlements_of,
    parameters_of,
    scenario_of,
    tariff_now,
    title_of,
)

Figures: TypeAlias = list[tuple[date, dict[str, Any]]]

LABELS = ("now", "a", "b")
LONGEST_SPAN = timedelta(days=366)
FIRST_YEAR, LAST_YEAR = 1990, 2200


@dataclass(frozen=True, slots=True)
class Wish:
    """A tariff to replay: its name and figures changed on top (see `VariedFigure`)."""

    tariff: str
    changes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """Which taps: the days, both inclusive; the share of cards; a file in place of the city's.

    `upload` is the file's name in the storage (`simulations/<digest>.parquet`).
    """

    first: date
    last: date
    share: float = 1.0
    upload: str = ""
    upload_name: str = ""


def compare(
    city: str, wishes: Sequence[Wish], span: Span, *, origin: Origin, queued: bool = True
) -> Scenario:
    """The scenario of these tariffs over these taps: the one there is, or a new one in the queue
    (or, where it is not to be `queued`, for `compute`).

    ProblemError names each tariff, figure or day that cannot be; the field is `now`, `a` or `b`
    with the figure's path behind a dot.
    """
    place = city_by_slug(city)
    _check_span(span)
    count, modes, generated, state = _taps_of(place, span)
    if not count:
        fault = Fault(field="first", value=f"{span.first} – {span.last}",
                      problem="no taps were received on these days",
                      remedy="Choose days with taps, or give a file")  # fmt: skip
        raise ProblemError("There is nothing to replay", faults=(fault,))
    rules = _rules(place.slug, wishes, span, modes)
    told = [rules, span.first, span.last, span.share, span.upload, state]
    digest = hashlib.sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()
    found = Scenario.objects.filter(city=place.slug, digest=digest).first()
    if found is not None and (found.result is not None or _under_way(found)):
        return found
    if found is not None:
        found.delete()
    made = _made(place, rules, span, digest, count, generated, origin)
    return _queue(made) if queued and made.job is None else made


def _made(
    city: City, rules: list[dict[str, Any]], span: Span, digest: str, taps: int, generated: bool,
    origin: Origin,
) -> Scenario:  # fmt: skip
    made = Scenario(
        id=uuid4(), city=city.slug, digest=digest, rules=rules, first_day=span.first,
        last_day=span.last, share=span.share, upload=span.upload, upload_name=span.upload_name,
        taps=taps, generated=generated, made_by=origin.actor, made_at=timezone.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        return Scenario.objects.get(city=city.slug, digest=digest)
    return made


def _under_way(found: Scenario) -> bool:
    """Whether a job that may still end well is at it."""
    made = find_job(str(found.job)) if found.job and not found.finished else None
    return made is not None and made.state in ("waiting", "running")


def _queue(made: Scenario) -> Scenario:
    made.job = start(replay_scenario, city=made.city, arguments={"scenario": str(made.id)}).pk
    made.save(update_fields=["job"])
    return made


@job("transit.replay-scenario",
     title={"id": "Simulasi tarif", "en": "Simulation of tariffs"})  # fmt: skip
def replay_scenario(work: Work, *, scenario: str) -> dict[str, Any]:
    """Replay a scenario's taps under its tariffs and keep the sums."""
    row = Scenario.objects.get(pk=scenario)
    if row.finished:
        return {"scenario": scenario}
    try:
        values = _replayed(row, work.progress)
    except ProblemError as refused:
        values = {"problem": " ".join(refused.lines())}
    return dict(work.do("keep", _keep, row.pk, values))


def compute(scenario: UUID) -> None:
    """Replay a scenario here and now (for the demonstration and tests)."""
    row = Scenario.objects.get(pk=scenario)
    _keep(row.pk, _replayed(row, lambda done, total: None))


def _keep(scenario: UUID, values: Mapping[str, Any]) -> dict[str, Any]:
    Scenario.objects.filter(pk=scenario).update(finished_at=timezone.now(), **values)
    return {"scenario": str(scenario), "problem": values.get("problem", "")}


def _replayed(row: Scenario, told: Any) -> dict[str, Any]:
    from balai.transit.queries.replays import replay_file, tap_source
    from balai.transit.queries.taps_export import export_month

    began = time.monotonic()
    zone = city_by_slug(row.city).zone
    tariffs = [_dated(f"{number}", rule, zone) for number, rule in enumerate(row.rules)]
    with tempfile.TemporaryDirectory(prefix="balai-simulate-") as name:
        folder = Path(name)
        path = folder / (Path(row.upload).name or "city.parquet")
        if row.upload:
            with default_storage.open(row.upload) as file:
                path.write_bytes(file.read())
        else:
            export_month(row.city, row.first_day, row.last_day, path)
        source = tap_source(path, tariffs[0], folder)
        begin = datetime.combine(row.first_day, clock(0), zone)
        end = datetime.combine(row.last_day + timedelta(days=1), clock(0), zone)
        outcome = replay_file(
            source, tariffs, folder, share=row.share, start=int(begin.timestamp()),
            end=int(end.timestamp()), progress=told,
            entitlements=None if row.upload else entitlements_of(row.city, begin, end),
        )  # fmt: skip
    return {"result": outcome.as_dict(), "seconds": round(time.monotonic() - began, 3)}


def save_scenario(city: str, scenario: UUID, title: str) -> Scenario:
    """Give a scenario a title, so that it is listed; an empty one takes it off the list."""
    found = scenario_of(city, scenario)
    found.title = title.strip()[:120]
    found.save(update_fields=["title"])
    return found


def propose(city: str, scenario: UUID, label: str, name: str, *, origin: Origin) -> Any:
    """Draw one of the scenario's tariffs up as a draft version of that name.

    What `draft_version` raises; MissingError where there is no such rule.
    """
    from balai.transit.actions.tariff_versions import draft_version

    found = scenario_of(city, scenario)
    rule = found.rules[LABELS.index(label)]
    basis = f"Simulation {found.id}"
    parameters = {
        key: {"value": value, "from": timezone.localdate().isoformat(), "article": basis,
              "source": basis, "verified": False}
        for key, value in [rule, *rule.get("later", ())][-1]["parameters"].items()
    }  # fmt: skip
    base = rule["title"]
    title = {"id": f"{base['id']} (usulan {name})", "en": f"{base['en']} (proposal {name})"}
    return draft_version(
        city, name, title={each: text[:120] for each, text in title.items()},
        parameters=parameters,
        based_on=tariff_now(city) if rule["tariff"] == IN_FORCE else rule["tariff"], origin=origin,
    )  # fmt: skip


def _check_span(span: Span) -> None:
    faults = []
    for name, day in (("first", span.first), ("last", span.last)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            faults.append(Fault(field=name, value=str(day), problem="is no day of taps",
                                remedy=f"Choose one from {FIRST_YEAR} to {LAST_YEAR}"))  # fmt: skip
    if span.last < span.first:
        faults.append(Fault(field="last", value=str(span.last), problem="is before the first day",
                            remedy="Choose a later day"))  # fmt: skip
    elif span.last - span.first > LONGEST_SPAN:
        faults.append(Fault(field="last", value=str(span.last), problem="is more than a year later",
                            remedy="Choose a shorter span"))  # fmt: skip
    if not 0 < span.share <= 1:
        faults.append(Fault(field="share", value=str(span.share), problem="is no share of cards",
                            remedy="Choose more than 0 and at most 1"))  # fmt: skip
    if faults:
        raise ProblemError("These taps cannot be replayed", faults=tuple(faults))


def _taps_of(city: City, span: Span) -> tuple[int, tuple[str, ...], bool, str]:
    """How many taps, which modes, whether made up, and a text that changes with the taps."""
    if span.upload:
        from balai.transit.queries.replays import tap_source

        with tempfile.TemporaryDirectory(prefix="balai-simulate-") as name:
            path = Path(name) / Path(span.upload).name
            with default_storage.open(span.upload) as file:
                path.write_bytes(file.read())
            source = tap_source(path, _any_tariff(city.slug), Path(name))
        return source.rows, source.modes, False, span.upload
    begin = datetime.combine(span.first, clock(0), city.zone)
    end = datetime.combine(span.last + timedelta(days=1), clock(0), city.zone)
    rows = Tap.objects.filter(city=city.slug, at__gte=begin, at__lt=end)
    newest = rows.aggregate(newest=Max("id"))["newest"]
    modes = tuple(sorted(rows.filter(direction="in").values_list("mode", flat=True).distinct()))
    made_up = rows.filter(card__generated=True).exists()
    count = rows.count()
    return count, modes, made_up, f"{count}:{newest}"


def _any_tariff(city: str) -> Tariff:
    return tariff_from_parameters("now", parameters_of(city, tariff_now(city), None))


def _rules(
    city: str, wishes: Sequence[Wish], span: Span, modes: Sequence[str]
) -> list[dict[str, Any]]:
    """Each tariff with its changed figures, completed by the baseline's own fares.

    `parameters` are its figures on the first day; `later` those from each day of the span on
    which they change.
    """
    made: list[dict[str, Any]] = []
    faults: list[Fault] = []
    base: Figures = []
    for label, wish in zip(LABELS, wishes, strict=False):
        try:
            figures, outside = _figures(city, label, wish, span, modes, base)
        except (FigureError, TariffError) as error:
            path, _, why = str(error).partition(": ")
            faults.append(Fault(field=f"{label}.{path}", problem=why or path,
                                remedy="Write another figure"))  # fmt: skip
            continue
        base = base or figures
        made.append({
            "tariff": wish.tariff, "title": title_of(city, wish.tariff),
            "day": span.first.isoformat(), "changes": dict(wish.changes), "outside": outside,
            "parameters": figures[0][1],
            "later": [{"start": day.isoformat(), "parameters": told} for day, told in figures[1:]],
        })  # fmt: skip
    if faults:
        raise ProblemError("The tariffs cannot be compared", faults=tuple(faults))
    return made


def _figures(
    city: str, label: str, wish: Wish, span: Span, modes: Sequence[str], base: Figures
) -> tuple[Figures, list[str]]:
    """A wish's figures from day to day; and the modes that pay the baseline's own fare.

    A changed figure holds on every day whose law knows such a figure. A mode that the law prices
    on other days only keeps the fare of those. FigureError, TariffError.
    """
    own = dated_parameters(city, wish.tariff, span.first, span.last)
    with_changes(own[0][1], wish.changes)
    outside: dict[str, None] = {}

    def whole(day: date) -> dict[str, Any]:
        plain = _held(own, day)
        known = {figure.path for figure in varied_figures(plain)}
        varied = with_changes(plain, {k: v for k, v in wish.changes.items() if k in known})
        told, taken = completed(varied, _held(base, day) if base else varied, modes)
        outside.update(dict.fromkeys(taken))
        for _, other in own:
            told, _ = completed(told, other, modes)
        _tariff(label, told)
        return told

    found = stretches(span.first, span.last, (day for day, _ in (*own, *base)), whole)
    return found, list(outside)


def _held(figures: Figures, day: date) -> dict[str, Any]:
    """The figures that hold on the day."""
    return next(told for start, told in reversed(figures) if start <= day)


def _dated(name: str, rule: Mapping[str, Any], zone: tzinfo) -> AnyTariff:
    """A scenario's rule as what taps are priced by."""
    first = _tariff(name, rule["parameters"])
    later = [(date.fromisoformat(each["start"]), _tariff(name, each["parameters"]))
             for each in rule.get("later", ())]  # fmt: skip
    days = [(date.fromisoformat(rule["day"]), first), *later]
    seconds = ((int(datetime.combine(day, clock(0), zone).timestamp()), one) for day, one in days)
    return DatedTariff(name, tuple(seconds)) if later else first


def _tariff(name: str, parameters: Mapping[str, Any]) -> Tariff:
    return tariff_from_parameters(name, parameters)
