"""The tariff a command names, as it stood on a day; without Django where its law is a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from balai.kernel.commands import database_if_there
from balai.kernel.laws import Law, LawGap, find_law, laws_under
from balai.kernel.problems import Fault, ProblemError
from balai.transit.engine.fares.tariff import Tariff, tariff_from_parameters

if TYPE_CHECKING:
    from balai.transit.engine.fares.dating import AnyTariff

FOLDER = "transit/tariff"


def tariff_law(name: str, *, field: str = "tariff", more: tuple[str, ...] = ()) -> Law:
    """The law of a tariff by its short name: a file's, else, where there is a database, that of a
    version published there.

    Raises ProblemError of the `field`, naming the tariffs there are and what `more` may be said.
    """
    known = [law.short_name for law in laws_under(FOLDER)]
    if name in known:
        return find_law(f"{FOLDER}/{name}")
    published: tuple[str, ...] = ()
    if database_if_there():
        found, published = _published(name)
        if found is not None:
            return found
    fault = Fault(
        field=field,
        value=name,
        problem="no such tariff",
        remedy=f"Choose one of {', '.join([*known, *published, *more])}",
    )
    raise ProblemError("There is no such tariff", faults=(fault,), kind="no-tariff")


def _published(name: str) -> tuple[Law | None, tuple[str, ...]]:
    """The published version of that name, and the names of those there are; none of either where
    the database's tables were not made yet.
    """
    from django.db import ProgrammingError

    from balai.transit.queries.tariff_versions import published_law, published_names

    try:
        return published_law(name), published_names()
    except ProgrammingError:
        return None, ()


def tariff_on(name: str, on: date, *, field: str = "on", more: tuple[str, ...] = ()) -> Tariff:
    """The tariff on a day. Raises ProblemError of the `field` where it did not hold then."""
    law = tariff_law(name, field="tariff" if field == "on" else field, more=more)
    try:
        return _built(law, on)
    except LawGap as gap:
        fault = Fault(
            field=field,
            value=str(on) if field == "on" else name,
            problem=str(gap),
            remedy="Choose a covered day",
        )
        raise ProblemError("The tariff did not hold then", faults=(fault,)) from gap


def tariff_near(name: str, on: date) -> tuple[Tariff, date]:
    """The tariff on a day or, where it did not hold then, on the nearest day it did; and that day.

    A named tariff can so be tried on any day's taps or trips.
    """
    law = tariff_law(name)
    values, day = values_near(law, on)
    return tariff_from_parameters(law.short_name, values), day


def values_between(name: str, first: date, last: date) -> list[tuple[date, dict[str, Any]]]:
    """The plain values of the tariff's parameters on the first day, or on the nearest it held, and
    anew from each day up to the last on which they change.
    """
    from balai.transit.engine.simulation.figures import stretches

    law = tariff_law(name)
    days = {dated.start for parameter in law.parameters.values() for dated in parameter.values}
    return stretches(first, last, days, lambda day: values_near(law, day)[0])


def tariff_between(name: str, first: date, last: date) -> AnyTariff:
    """The tariff over those days; a `DatedTariff` where its law changes among them."""
    made = [(day, tariff_from_parameters(name, values))
            for day, values in values_between(name, first, last)]  # fmt: skip
    return dated(name, made)


def dated(name: str, made: Sequence[tuple[date, Tariff]]) -> AnyTariff:
    """Tariffs by the day from which each holds, as one; midnight is the tariffs' own zone's."""
    from balai.transit.engine.fares.dating import DatedTariff

    if len(made) == 1:
        return made[0][1]
    zone = ZoneInfo(made[0][1].zone)
    starts = (int(datetime.combine(day, time(0), zone).timestamp()) for day, _ in made)
    return DatedTariff(name, tuple(zip(starts, (one for _, one in made), strict=True)))


def values_near(law: Law, on: date) -> tuple[dict[str, Any], date]:
    """A tariff law's plain values on the day, or on the nearest it held; and that day."""
    for _ in range(1 + len(law.parameters)):
        try:
            return {key: dated.value for key, dated in law.on(on).items()}, on
        except LawGap as gap:
            if gap.nearest is None:
                break
            on = gap.nearest
    raise ProblemError("The tariff never holds", detail=f"{law.short_name} holds on no day.")


def _built(law: Law, on: date) -> Tariff:
    values = {key: dated.value for key, dated in law.on(on).items()}
    return tariff_from_parameters(law.short_name, values)
