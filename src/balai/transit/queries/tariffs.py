"""Which tariff holds in a city on a day, and what its figures are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from balai.kernel.laws import DatedValue, Law, LawGap, find_law, laws_under
from balai.kernel.problems import Fault, MissingError, ProblemError
from balai.transit.engine.fares.tariff import Tariff, tariff_from_parameters
from balai.transit.engine.tariff_versions import plain, read_entries, tariff_faults, tariff_of
from balai.transit.models import TariffInForce
from balai.transit.queries.tariff_versions import FOLDER, edition, published_law, published_names


@dataclass(frozen=True, slots=True)
class InForce:
    """A span of days on which a city prices by a tariff; `end` is the last day or None."""

    tariff: str
    start: date
    end: date | None

    def holds(self, on: date) -> bool:
        """Whether the day lies in the span."""
        return self.start <= on and (self.end is None or on <= self.end)


def tariffs_in_force(city: str) -> tuple[InForce, ...]:
    """The city's tariffs, earliest first; each ends where the next begins, if not before."""
    rows = list(
        TariffInForce.objects.filter(city=city)
        .order_by("start")
        .values_list("tariff", "start", "end")
    )
    return tuple(InForce(*row) for row in rows)


def tariff_for(spans: tuple[InForce, ...], on: date, city: str) -> str:
    """The name of the tariff that holds on the day: the one begun last.

    ProblemError names the day where none does.
    """
    held = [span for span in spans if span.holds(on)]
    if not held:
        raise ProblemError(
            "No tariff is in force",
            detail=f"No tariff is in force in {city} on {on:%Y-%m-%d}. Enter which one holds.",
            kind="no-tariff",
        )
    return max(held, key=lambda span: span.start).tariff


def tariff_law(name: str) -> Law:
    """The law of a tariff by its short name, from a file or a published version.

    MissingError names those there are.
    """
    if name in law_names():
        return find_law(f"{FOLDER}/{name}")
    law = published_law(name)
    if law is None:
        raise MissingError(
            "There is no such tariff",
            detail=f"{name!r} is not a tariff. Known: {', '.join(tariff_names())}.",
        )
    return law


def tariff_names(city: str | None = None) -> tuple[str, ...]:
    """The short names of the tariffs there are: of law, then those a city (or any) published."""
    return law_names() + published_names(city)


@cache
def law_names() -> tuple[str, ...]:
    """The short names of the tariffs whose law is a file, by their first day."""
    laws = sorted(laws_under(FOLDER), key=lambda law: (_first_day(law), law.name))
    return tuple(law.short_name for law in laws)


def tariff_on(name: str, on: date) -> Tariff:
    """The tariff as its parameters stood on the day.

    MissingError where there is none of that name; ProblemError where it did not hold then.
    Two days on which no parameter differs give the same object.
    """
    return _held(name, on, edition())


def tariff_from_draft(name: str, parameters: Any) -> Tariff:
    """The tariff that drafted figures make (see `TariffVersion.parameters`), whatever their days.

    ProblemError names each figure that is wrong.
    """
    entries, faults = read_entries(parameters)
    faults = faults or tariff_faults(name, entries)
    if faults:
        raise ProblemError("The figures are no tariff", faults=tuple(faults), kind="bad-tariff")
    return tariff_of(name, entries)


@lru_cache(maxsize=4096)
def _held(name: str, on: date, edition: int) -> Tariff:
    law = tariff_law(name)
    try:
        values = {key: dated.value for key, dated in law.on(on).items()}
    except LawGap as error:
        raise _not_then(name, on, str(error)) from error
    return _tariff(name, json.dumps(values, sort_keys=True, default=dict))


@dataclass(frozen=True, slots=True)
class Figure:
    """One dated figure of a tariff, as its page shows it."""

    parameter: str
    title: dict[str, str]
    value: Any
    unit: str
    start: date
    end: date | None
    article: str
    source: str
    verified: bool


def figures(name: str) -> list[Figure]:
    """Every dated figure of a tariff, in the order of its law; MissingError if none."""
    law = tariff_law(name)
    return [
        _figure(key, parameter, dated)
        for key, parameter in law.parameters.items()
        for dated in parameter.values
    ]


def value_on(name: str, parameter: str, on: date) -> DatedValue:
    """A tariff's parameter with its article, as it stood on the day."""
    return tariff_law(name).value(parameter, on)


def _figure(key: str, parameter: Any, dated: DatedValue) -> Figure:
    return Figure(
        parameter=key,
        title=dict(parameter.title),
        value=plain(dated.value),
        unit=dated.unit,
        start=dated.start,
        end=dated.end,
        article=dated.article,
        source=dated.source,
        verified=dated.verified,
    )


def _not_then(name: str, on: date, why: str) -> ProblemError:
    fault = Fault(field="tariff", value=name, problem=f"did not hold on {on:%Y-%m-%d}: {why}",
                  remedy="Choose another day or tariff")  # fmt: skip
    return ProblemError("The tariff did not hold on that day", faults=(fault,), kind="no-tariff")


@cache
def _tariff(name: str, values: str) -> Tariff:
    return tariff_from_parameters(name, json.loads(values))


def _first_day(law: Law) -> date:
    return max(
        min(dated.start for dated in parameter.values) for parameter in law.parameters.values()
    )
