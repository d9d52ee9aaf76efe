"""The tariff a command names, as it stood on a day; without Django where its law is a file."""

from __future__ import annotations

from datetime import date
from typing import Any

from balai.kernel.commands import database_if_there
from balai.kernel.laws import Law, LawGap, find_law, laws_under
from balai.kernel.problems import Fault, ProblemError
from balai.transit.engine.fares.tariff import Tariff, tariff_from_parameters

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


def parameters_near(name: str, on: date) -> dict[str, Any]:
    """The plain values of the tariff's parameters on the day, or on the nearest it held."""
    return values_near(tariff_law(name), on)[0]


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
