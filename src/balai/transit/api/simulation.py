"""Fare rules compared over the taps that were made."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from balai.kernel.access.actions.tokens import Principal
from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.access.idempotency import once_per_key
from balai.kernel.access.origin import Origin, address_of
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.simulate import Span, Wish, compare
from balai.transit.models import Scenario
from balai.transit.queries.simulation import scenario_of

router = Router()
VIEW, DRAFT = "transit.view_tariffs", "transit.draft_tariffs"


class WishIn(Schema):
    """A tariff by name, with figures changed: by path (`cap`, `mode_price.brt`), in rupiah or
    minutes. The name `in-force` stands for the tariff in force on each day.
    """

    tariff: str = Field(max_length=60)
    changes: dict[str, int] = Field(default_factory=dict)


class ScenarioIn(Schema):
    """Two or three tariffs, the baseline first, over the taps of some days."""

    rules: list[WishIn] = Field(min_length=2, max_length=3)
    first_day: date
    last_day: date
    share: float = Field(1.0, gt=0, le=1)


class LaterFiguresOut(Schema):
    """The figures that hold from a day on which the law changed."""

    start: date
    parameters: dict[str, Any]


class RuleOut(Schema):
    """A compared tariff; `outside` are modes that pay the baseline's own fare.

    `parameters` hold on the first day, `later` from each day on which the law changed.
    """

    tariff: str
    title: dict[str, str]
    day: date
    changes: dict[str, int]
    outside: list[str]
    parameters: dict[str, Any]
    later: list[LaterFiguresOut] = Field(default_factory=list)


class ScenarioOut(Schema):
    """A scenario. `result` has every sum as [tariff, dimension, label, measure, value] once it is
    computed; `problem` says why it could not be.
    """

    id: UUID
    title: str
    rules: list[RuleOut]
    first_day: date
    last_day: date
    share: float
    taps: int
    generated: bool
    job: UUID | None
    result: dict[str, Any] | None
    problem: str
    seconds: float | None
    made_at: datetime
    finished_at: datetime | None


@router.post("/{city}/scenarios", auth=token_or_session("transit:tariffs"),
             response={202: ScenarioOut}, summary="Compare fare rules")  # fmt: skip
@once_per_key("transit.scenarios")
def post_scenario(request: HttpRequest, city: str, body: ScenarioIn) -> Any:
    """Have the taps of some days priced under each rule, by a job; ask for the result later."""
    slug, principal = _who(request, city)
    wishes = [Wish(rule.tariff, rule.changes) for rule in body.rules]
    made: Scenario = compare(
        slug, wishes, Span(body.first_day, body.last_day, body.share),
        origin=Origin(principal.user.get_username(), address_of(request), "api"),
    )  # fmt: skip
    return Status(202, made)


@router.get("/{city}/scenarios/{scenario}", auth=token_or_session("transit:tariffs"),
            response=ScenarioOut, summary="A comparison of fare rules")  # fmt: skip
def get_scenario(request: HttpRequest, city: str, scenario: UUID) -> Any:
    """A scenario with every sum that was found."""
    slug, _ = _who(request, city)
    return scenario_of(slug, scenario)


def _who(request: HttpRequest, city: str) -> tuple[str, Principal]:
    """The city and who asks. A token of the scope acts for drafting, and so may look as well."""
    found, principal = city_by_slug(city), principal_of(request)
    principal.require(DRAFT if principal.token else VIEW, found.slug)
    return found.slug, principal
