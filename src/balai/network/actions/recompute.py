"""Compute indicators from the programmes' measures; keep every value that differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from balai.kernel.events import measures
from balai.kernel.problems import MissingError
from balai.network import models
from balai.network.engine import formula
from balai.network.engine.inputs import Input, cause, changes, last_reported, series
from balai.network.engine.periods import Period
from balai.network.queries.inputs import as_json, from_json, gather


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The value that now stands, and whether this call computed it anew."""

    value: models.IndicatorValue
    new: bool


def recompute(
    city: str, period: Period, *, indicator: str | None = None, note: str = ""
) -> list[Recomputed]:
    """Compute the indicators of a city's published plan (or only one) for a period.

    A value is stored only if its inputs or its definition differ from those of the last; the last
    stays as it was. `note` is kept with a new value. MissingError if the city has no published
    plan, or the plan not that indicator.
    """
    return [
        _recompute_one(city, period, each, note) for each in _definitions(city, period, indicator)
    ]


def refresh(city: str, period: Period, *, note: str = "") -> list[Recomputed]:
    """Compute a period; for a month also each of its days that has data or was computed before."""
    done = recompute(city, period, note=note)
    if period.length != "month":
        return done
    kept = models.IndicatorValue.objects.filter(
        city=city, length="day", first_day__gte=period.first, first_day__lte=period.last
    )
    days = set(kept.values_list("first_day", flat=True))
    days.update(day for each in done for one in from_json(each.value.inputs) for day in one.days)
    for day in sorted(days):
        done += recompute(city, Period(day, "day"), note=note)
    return done


def _definitions(
    city: str, period: Period, indicator: str | None
) -> list[models.IndicatorDefinition]:
    found = models.Indicator.objects.filter(
        projects__project__plan__city=city, projects__project__plan__status="published"
    ).distinct()
    if indicator is not None:
        found = found.filter(code=indicator)
    if not found:
        raise MissingError(
            "No such indicator in the city's plan",
            detail=f"No published plan of {city!r} has {indicator or 'an indicator'}.",
        )
    in_force = (definition_on(each.code, period.first) for each in found.order_by("code"))
    return [each for each in in_force if each is not None]


def definition_on(indicator: str, day: date) -> models.IndicatorDefinition | None:
    """The definition in force on a day: a period is counted by the one of its first day."""
    return (
        models.IndicatorDefinition.objects.select_related("indicator")
        .filter(indicator=indicator, in_force_from__lte=day)
        .order_by("-in_force_from")
        .first()
    )


@transaction.atomic
def _recompute_one(
    city: str, period: Period, definition: models.IndicatorDefinition, note: str
) -> Recomputed:
    # One computation of a city at a time, so that each value follows the one before it.
    models.NetworkCity.objects.select_for_update().get(pk=city)
    gathered = gather(definition.measures, city, period)
    digest = measures.inputs_hash(gathered.readings)
    last = (
        models.IndicatorValue.objects.filter(
            indicator=definition.indicator_id, city=city, period=str(period)
        )
        .order_by("-id")
        .first()
    )
    if last and last.inputs_hash == digest and last.definition_id == definition.pk:
        return Recomputed(last, new=False)
    value = _compute(definition, period, gathered.inputs)
    value.city_id, value.inputs_hash, value.note = city, digest, note
    _follow(value, last, gathered.inputs)
    value.save(force_insert=True)
    value.refresh_from_db(fields=["computed_at"])
    return Recomputed(value, new=True)


def _compute(
    definition: models.IndicatorDefinition, period: Period, inputs: tuple[Input, ...]
) -> models.IndicatorValue:
    through = last_reported(inputs) or period.first
    outcome = formula.evaluate(
        formula.parse(definition.formula), series(inputs, period.first, through)
    )
    return models.IndicatorValue(
        definition=definition,
        indicator_id=definition.indicator_id,
        period=str(period),
        length=period.length,
        first_day=period.first,
        through=through,
        state=outcome.state,
        numerator=outcome.value.numerator if outcome.value is not None else None,
        denominator=outcome.value.denominator if outcome.value is not None else None,
        why_none=outcome.reason,
        inputs=as_json(inputs),
        generated=any(each.generated for each in inputs),
    )


def _follow(
    value: models.IndicatorValue, last: models.IndicatorValue | None, inputs: tuple[Input, ...]
) -> None:
    if last is None:
        value.cause = "first"
        return
    changed = changes(from_json(last.inputs), inputs, last.through)
    value.follows = last
    value.cause = cause(same_definition=last.definition_id == value.definition_id, changed=changed)
    value.changes = [
        {
            "measure": each.measure,
            "day": each.day.isoformat(),
            "before": None if each.before is None else str(each.before),
            "after": None if each.after is None else str(each.after),
        }
        for each in changed
    ]
