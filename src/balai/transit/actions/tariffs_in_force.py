"""Saying which tariff a city prices by, and from when."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from balai.kernel.problems import ConflictError
from balai.transit.models import TariffInForce
from balai.transit.queries.tariffs import tariff_on


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
