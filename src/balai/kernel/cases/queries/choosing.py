"""Which cases a list is about: of which city and office, in which state, for whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from balai.kernel.access.queries import holds
from balai.kernel.cases.models import Case
from balai.kernel.cases.models.case import ACTIVE, CLOSED, OPEN
from balai.kernel.cases.queries.people import regions_by_role
from balai.kernel.cases.rules import SUPERVISE
from balai.kernel.regions.codes import is_under
from balai.kernel.regions.queries import City
from balai.kernel.row_security import EVERYWHERE, opened

State = Literal["", "mine", "free", "all", "late", "returned", "closed"]
STATES: tuple[State, ...] = ("mine", "free", "all", "late", "returned")
"""The states that are open; `closed` is apart."""
MOST_REGIONS = 8
NOBODY = UUID(int=0)
SEEN_BY = ("region_code", "home_region", "served_region")
"""The offices that see a case, as its policy has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """What of the queue is looked for; empty fields ask nothing. `search` is a case's number;
    `office` a region, with everything below it; `role` that of the step the case is at.

    `people`, where it is given, are the residents whose cases are looked for.

    `free` is what nobody holds and the user may take (a supervisor: may give to somebody).
    """

    search: str = ""
    service: str = ""
    step: str = ""
    office: str = ""
    state: State = "all"
    holder: str = ""
    role: str = ""
    people: tuple[UUID, ...] | None = None


def chosen(city: City, wanted: QueueFilter, user: Any) -> QuerySet[Case]:
    """The cases of a city that are open to who asks and fit, in no order."""
    rows = _in_state(_within_open_rows(of_city(city), city), wanted.state, user, city)
    plain = {"service_code": wanted.service, "step": wanted.step, "holder": wanted.holder,
             "role": wanted.role}  # fmt: skip
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if wanted.office:
        rows = rows.filter(_under("region_code", wanted.office))
    if wanted.people is not None:
        rows = rows.filter(person_id__in=wanted.people or (NOBODY,))
    if wanted.search:
        text = wanted.search.strip().upper().replace("\x00", "")[:40]
        rows = rows.filter(number__gte=text, number__lt=f"{text}\uffff")
    return rows


def of_city(city: City) -> QuerySet[Case]:
    """What has been submitted in a city."""
    return Case.objects.filter(city=city.slug).exclude(status="draft")


def _within_open_rows(rows: QuerySet[Case], city: City) -> QuerySet[Case]:
    """The same rows, said so that an index finds them: a policy's own condition uses none.

    An office that sees a few villages of many is not made to pass over the cases of all.
    """
    codes = opened().regions
    if not codes or len(codes) > MOST_REGIONS:
        return rows
    if any(each == EVERYWHERE or is_under(city.region_code, each) for each in codes):
        return rows
    return rows.filter(reduce(or_, (_under(column, each) for each in codes for column in SEEN_BY)))


def _under(column: str, region: str) -> Q:
    """The region and everything below it; in the order of codes "/" follows upon "."."""
    return Q(**{f"{column}__gte": region, f"{column}__lt": f"{region}/"})


def _in_state(rows: QuerySet[Case], state: State, user: Any, city: City) -> QuerySet[Case]:
    if state == "closed":
        return rows.filter(status__in=CLOSED)
    rows = rows.filter(status__in=OPEN)
    if state == "mine":
        return rows.filter(holder=user.get_username())
    if state == "free":
        return rows.filter(_takeable(user, city), holder=None, status__in=ACTIVE)
    if state == "late":
        return rows.filter(clock="running", due_at__lt=timezone.now())
    if state == "returned":
        return rows.filter(status="returned")
    return rows


def _takeable(user: Any, city: City) -> Q:
    """What the user may claim by the role that has it, or by the one it was escalated to."""
    if user is None or holds(user, SUPERVISE, city.region_code):
        return Q()
    found = Q(pk=None)
    for region, roles in regions_by_role(user):
        mine = Q(role__in=roles) | Q(escalated__in=roles)
        if not region or is_under(city.region_code, region):
            found |= mine
        elif is_under(region, city.region_code):
            found |= mine & _under("region_code", region)
    return found
