"""Fare rules out."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from balai.kernel.regions.queries import city_by_slug
from balai.transit.queries.tariffs import figures, tariff_law, tariff_names, tariffs_in_force

router = Router()


class FigureOut(Schema):
    """A dated figure of a tariff with the article it comes from."""

    parameter: str
    title: dict[str, str]
    value: Any
    unit: str
    start: date
    end: date | None
    article: str
    source: str
    verified: bool


class TariffOut(Schema):
    """A version of the fare rules and the spans of days on which the city prices by it."""

    name: str
    title: dict[str, str]
    in_force: list[tuple[date, date | None]]
    figures: list[FigureOut]


@router.get("/{city}/tariffs", response=list[TariffOut], summary="Fare rules, dated")
def get_tariffs(request: HttpRequest, city: str) -> list[TariffOut]:
    """Every version of the fare rules with its figures, articles and dates."""
    spans = tariffs_in_force(city_by_slug(city).slug)
    return [
        TariffOut(
            name=name,
            title=dict(tariff_law(name).title),
            in_force=[(span.start, span.end) for span in spans if span.tariff == name],
            figures=[FigureOut.from_orm(figure) for figure in figures(name)],
        )
        for name in tariff_names()
    ]
