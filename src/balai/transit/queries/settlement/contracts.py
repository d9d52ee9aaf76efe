"""Who runs which route under which figures, on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from balai.kernel.laws import Law, LawGap, find_law
from balai.kernel.problems import MissingError, ProblemError
from balai.transit.engine.settlement.terms import AUTOMATIC, TERMS, Term, Terms, terms_of
from balai.transit.models import Contract, ContractTerm, Operator, RouteAssignment, Vehicle

STANDARD = "transit/service-standard/{city}"
FALLBACK = "jakarta"
"""Whose service standard holds where a city has none of its own: it is said with each figure."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in force on a day: the contract's own (`own`), or the service standard's.

    `verified`: the decree's own text was read; a contract's figure is its parties' word.
    """

    term: Term
    value: Any
    article: str
    source: str
    own: bool
    start: date
    end: date | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Engagement:
    """A contract on a day: its terms, vehicles and routes, and the figures they come from."""

    contract: Contract
    terms: Terms
    vehicles: frozenset[str]
    routes: tuple[str, ...]
    figures: Mapping[str, Figure]


def operators_of(city: str) -> QuerySet[Operator]:
    """The operators of a city, by name."""
    return Operator.objects.filter(city=city)


def operator_of(city: str, code: str) -> Operator:
    """The operator with this code; MissingError where there is none."""
    found = Operator.objects.filter(city=city, code=code).first()
    if found is None:
        raise MissingError("There is no such operator", detail=f"{city} has no operator {code!r}.")
    return found


def operator_behind(username: str) -> Operator | None:
    """The operator that an account of the site speaks for."""
    return Operator.objects.filter(accounts__username=username).first()


def speaks_for_operator(city: str, user: Any) -> bool:
    """Whether the account speaks for an operator of the city."""
    found = operator_behind(user.get_username())
    return found is not None and found.city == city


def figures_on(contract: Contract, day: date) -> dict[str, Figure]:
    """Every figure in force on a day. ProblemError where the contract has no rate then and needs
    one.
    """
    own: dict[str, ContractTerm] = {}
    for row in ContractTerm.objects.filter(contract=contract, start__lte=day).order_by("start"):
        own[row.name] = row
    found: dict[str, Figure] = {}
    for name, term in TERMS.items():
        if row := own.get(name):
            found[name] = Figure(term, row.value, row.article, row.source, True, row.start)
        elif name == "rate_per_km":
            if contract.model == Contract.Model.GROSS:
                raise ProblemError(
                    f"{contract.operator} has no rate on {day}",
                    detail=f"Contract {contract.number} gives no rate per km for {day}.",
                )
            found[name] = Figure(term, "0", contract.get_model_display(), "", True, contract.start)
        else:
            found[name] = standard_figure(contract.operator.city, name, day)
    return found


def standard_of(city: str) -> Law:
    """The service standard that holds in a city: its own, or the `FALLBACK` city's.

    MissingError where there is neither.
    """
    for name in (city, FALLBACK):
        try:
            return find_law(STANDARD.format(city=name))
        except (LookupError, OSError):
            continue
    raise MissingError("There is no service standard", detail=STANDARD.format(city=FALLBACK))


def standard_figure(city: str, name: str, day: date) -> Figure:
    """A figure of the city's service standard on a day; ProblemError where it says nothing of it.

    KeyError where there is no such figure.
    """
    term = TERMS[name]
    try:
        dated = standard_of(city).value(name, day)
    except LawGap as gap:
        title = "The service standard says nothing of this day"
        raise ProblemError(title, detail=str(gap)) from gap
    return Figure(term, term.read(dated.value), dated.article, dated.source, False, dated.start,
                  dated.end, dated.verified)  # fmt: skip


def engagements(city: str, day: date) -> list[Engagement]:
    """The contracts with routes on a day, by operator's code, each with its terms."""
    held = RouteAssignment.objects.filter(city=city, start__lte=day).filter(
        Q(end=None) | Q(end__gte=day)
    )
    routes: dict[int, list[str]] = {}
    for row in held.order_by("route_id"):
        routes.setdefault(row.contract_id, []).append(row.route_id)
    contracts = Contract.objects.filter(pk__in=routes).select_related("operator")
    found = []
    for contract in sorted(contracts, key=lambda each: (each.operator.code, each.pk)):
        if contract.end and contract.end < day:
            continue
        figures = figures_on(contract, day)
        vehicles = _vehicles(contract.operator, day)
        values = {name: figure.value for name, figure in figures.items()}
        terms = terms_of(values, len(vehicles))
        found.append(
            Engagement(contract, terms, vehicles, tuple(routes[contract.pk]), figures)
        )  # fmt: skip
    return found


def inspection_kinds(city: str, day: date) -> tuple[str, ...]:
    """The breaches that an inspector may record on a day, by the city's schedule."""
    figure = standard_figure(city, "penalties", day)
    return tuple(row["code"] for row in figure.value if row["code"] not in AUTOMATIC)


def split_rule(city: str, day: date) -> Any:
    """By what a journey's charge is divided on a day; one rule for all of a city's operators."""
    return standard_figure(city, "split_rule", day).value


def _vehicles(operator: Operator, day: date) -> frozenset[str]:
    held = Vehicle.objects.filter(operator=operator, start__lte=day).filter(
        Q(end=None) | Q(end__gte=day)
    )
    return frozenset(held.values_list("code", flat=True))
