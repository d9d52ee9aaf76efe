"""Operators and what they contracted: dated figures, routes, vehicles, inspections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.engine.settlement.terms import AUTOMATIC, CITY_WIDE, TERMS
from balai.transit.models import (
    Contract,
    ContractTerm,
    Inspection,
    Operator,
    OperatorAccount,
    RouteAssignment,
    Vehicle,
)
from balai.transit.queries.networks import current_network
from balai.transit.queries.settlement.feeds import settled_id

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


@transaction.atomic
def add_operator(
    city: str, code: str, *, name: str, kind: str, joined_on: date, by: Origin,
    generated: bool = False,
) -> Operator:  # fmt: skip
    """The operator with this code, added once; again with other facts is a conflict."""
    faults = []
    if not CODE.fullmatch(code):
        faults.append(_fault("code", code, "is not a code", "Use small letters, digits and -"))
    if not name.strip():
        faults.append(_fault("name", name, "is missing"))
    if kind not in Operator.Kind.values:
        faults.append(_fault("kind", kind, f"is none of {', '.join(Operator.Kind.values)}"))
    _refuse("The operator cannot be added", faults)
    facts = {"name": name.strip(), "kind": kind, "joined_on": joined_on}
    region = city_by_slug(city).region_code
    made, fresh = Operator.objects.get_or_create(
        city=city, code=code, defaults={**facts, "region_code": region, "generated": generated}
    )
    if not fresh and any(getattr(made, key) != value for key, value in facts.items()):
        raise ConflictError("There is another operator with this code", detail=str(made))
    if fresh:
        _told("transit.operator-added", made, by)
    return made


@transaction.atomic
def add_contract(
    operator: Operator, number: str, *, model: str, start: date, by: Origin,
    end: date | None = None, terms: Mapping[str, Any] | None = None, article: str = "",
    source: str = "",
) -> Contract:  # fmt: skip
    """A contract, added once by its number, with its first figures from its first day on."""
    faults = []
    if not number.strip():
        faults.append(_fault("number", number, "is missing"))
    if model not in Contract.Model.values:
        faults.append(_fault("model", model, f"is none of {', '.join(Contract.Model.values)}"))
    if end and end < start:
        faults.append(_fault("end", str(end), "is before the first day"))
    _refuse("The contract cannot be added", faults)
    made, fresh = Contract.objects.get_or_create(
        operator=operator, number=number.strip(),
        defaults={"model": model, "start": start, "end": end},
    )  # fmt: skip
    for name, value in (terms or {}).items() if fresh else ():
        set_term(made, name, value, start=start, article=article, source=source, by=by)
    if fresh:
        _told("transit.contract-added", operator, by, contract=made.number)
    return made


@transaction.atomic
def set_term(
    contract: Contract, name: str, value: Any, *, start: date, article: str, by: Origin,
    source: str = "",
) -> ContractTerm:  # fmt: skip
    """A figure of the contract from a day on. A day that has one keeps it: add another day."""
    term = TERMS.get(name)
    if term is None or name in CITY_WIDE:
        _refuse(
            "There is no such figure", [_fault("name", name, "is none of a contract's figures")]
        )
    assert term is not None
    faults = []
    kept = None
    try:
        kept = term.read(value)
    except ValueError as error:
        faults.append(_fault("value", str(value)[:80], str(error)))
    if not article.strip():
        faults.append(_fault("article", "", "is missing", "Say where the contract says so"))
    if start < contract.start:
        faults.append(_fault("start", str(start), f"is before the contract's {contract.start}"))
    _refuse("The figure cannot be set", faults)
    made, fresh = ContractTerm.objects.get_or_create(
        contract=contract, name=name, start=start,
        defaults={"value": kept, "article": article, "source": source, "made_by": by.actor},
    )  # fmt: skip
    if not fresh and made.value != kept:
        raise ConflictError("The contract has another figure from this day", detail=str(made))
    if fresh:
        _told("transit.term-set", contract.operator, by, term=name, start=str(start))
    return made


@transaction.atomic
def assign_route(contract: Contract, route_id: str, *, start: date, by: Origin) -> RouteAssignment:
    """Give a route to a contract from a day on; whoever had it has it until the day before. Of a
    feed that is not the main one, the id bears its name (`mrt:M1`).

    ConflictError where the route is given to somebody from a later day already.
    """
    city = contract.operator.city
    route_id = settled_id(current_network(city), route_id.strip())
    if not route_id or start < contract.start or (contract.end and start > contract.end):
        _refuse("The route cannot be given", [
            _fault("start", str(start), "is outside of the contract") if route_id
            else _fault("route", "", "is missing")
        ])  # fmt: skip
    held = RouteAssignment.objects.select_for_update().filter(city=city, route_id=route_id)
    if kept := held.filter(start=start, contract=contract).first():
        return kept
    if held.filter(start__gte=start).exists():
        raise ConflictError("The route is given from that day or a later one already",
                            detail=f"Route {route_id}.")  # fmt: skip
    held.filter(Q(end=None) | Q(end__gte=start)).update(end=start - timedelta(days=1))
    made = RouteAssignment.objects.create(
        city=city, route_id=route_id, contract=contract, start=start, end=contract.end
    )
    _told("transit.route-assigned", contract.operator, by, route=route_id, start=str(start))
    return made


@transaction.atomic
def add_vehicle(operator: Operator, code: str, *, start: date, by: Origin) -> Vehicle:
    """A vehicle under contract from a day on, once by its code."""
    if not code.strip() or len(code) > 40:
        fault = _fault("code", code[:40], "is not of 1 to 40 letters")
        _refuse("The vehicle cannot be added", [fault])
    made, fresh = Vehicle.objects.get_or_create(
        operator=operator, code=code.strip(), defaults={"start": start}
    )
    if fresh:
        _told("transit.vehicle-added", operator, by, vehicle=made.code)
    return made


@transaction.atomic
def record_inspection(
    operator: Operator, kind: str, *, day: date, by: Origin, kinds: tuple[str, ...],
    route_id: str = "", vehicle: str = "", note: str = "",
) -> Inspection:  # fmt: skip
    """A breach that an inspector saw; `kinds` are those of the schedule of penalties."""
    if kind not in kinds or kind in AUTOMATIC:
        known = ", ".join(each for each in kinds if each not in AUTOMATIC)
        _refuse("The inspection cannot be recorded", [_fault("kind", kind, f"is none of {known}")])
    made = Inspection.objects.create(
        operator=operator, kind=kind, day=day, route_id=route_id, vehicle=vehicle[:40],
        note=note[:500], by=by.actor,
    )  # fmt: skip
    _told("transit.inspection-recorded", operator, by, kind=kind, day=str(day))
    return made


@transaction.atomic
def void_inspection(inspection: Inspection, *, reason: str, by: Origin) -> None:
    """Take an inspection back, with the reason; a day settled with it is to be settled again."""
    if not reason.strip():
        _refuse("The inspection cannot be taken back", [_fault("reason", "", "is missing")])
    inspection.void, inspection.void_reason = True, reason.strip()[:500]
    inspection.save(update_fields=["void", "void_reason"])
    _told("transit.inspection-voided", inspection.operator, by, reason=reason[:200])


def link_account(operator: Operator, username: str) -> None:
    """Let this account of the site speak for the operator."""
    OperatorAccount.objects.update_or_create(username=username, defaults={"operator": operator})


def _told(action: str, operator: Operator, by: Origin, **detail: Any) -> None:
    audit(action, by, subject=f"transit.operator:{operator.pk}", region=operator.region_code,
          **detail)  # fmt: skip


def _fault(field: str, value: str, problem: str, remedy: str = "") -> Fault:
    return Fault(field=field, value=value, problem=problem, remedy=remedy)


def _refuse(title: str, faults: list[Fault]) -> None:
    if faults:
        raise ProblemError(title, faults=tuple(faults))
