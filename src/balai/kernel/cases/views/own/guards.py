"""Whose case a page is about: the resident's who asked, or of the person at an office's counter."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache

from balai.kernel.access.models import User
from balai.kernel.cases import queries
from balai.kernel.cases.engine import RESIDENT
from balai.kernel.cases.queries import CaseView
from balai.kernel.cases.queries.case import find_case, view_of
from balai.kernel.people.looks import Purpose
from balai.kernel.people.purposes import look_of
from balai.kernel.problems import MissingError, ProblemError
from balai.kernel.regions import queries as regions

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """A page of one's own; what is not open to the reader is not found."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except MissingError as error:
            raise Http404(str(error)) from error

    return never_cache(login_required(guarded))


def own_case(request: HttpRequest, case: UUID) -> CaseView:
    """The reader's own case, opened; MissingError for any other."""
    row = find_case(case)
    if row.city != city_of(request).slug or RESIDENT not in queries.roles_on(row, request.user):
        raise MissingError("There is no such case", detail=f"No case {case} is open here.")
    return view_of(row, user=request.user, own=True)


def filled_case(request: HttpRequest, case: UUID) -> CaseView:
    """The own case, or a draft that an officer fills in for a resident: that look is logged."""
    row = find_case(case)
    roles = queries.roles_on(row, request.user)
    if row.city == city_of(request).slug and row.status == "draft" and RESIDENT not in roles:
        if not roles:
            raise MissingError("There is no such case", detail=f"No case {case} is open here.")
        return view_of(row, user=request.user, look=counter_look(request))
    return own_case(request, case)


def counter_look(request: HttpRequest) -> Any:
    """The look of an officer who takes down a request at the counter."""
    with override("id"):  # the log's readers are residents, whatever the officer's language is
        reason = _("A request taken down at the counter")
    return look_of(request, Purpose("service", reason))


def is_own(case: CaseView, request: HttpRequest) -> bool:
    """Whether the reader is who asked."""
    from balai.kernel.people.queries import person_of

    own = case.person_id is not None and case.person_id == person_of(request.user)
    return own or case.applicant == request.user.get_username()


def reader(request: HttpRequest) -> User:
    """The account behind a page that is for the signed in."""
    return cast(User, request.user)


def city_of(request: HttpRequest) -> Any:
    """The page's city; MissingError outside of one."""
    city = getattr(request, "city", None)
    if city is None:
        raise MissingError("No city")
    return city


def today_in(request: HttpRequest) -> Any:
    """The day in the city's zone."""
    return timezone.now().astimezone(city_of(request).zone).date()


def villages_of(city: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """The villages of a city by district, as choices of a select."""
    above = regions.descendants(city.region_code, level="district")
    districts = {each.code: each.name for each in above}
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in districts.values()}
    for each in regions.descendants(city.region_code, level="village"):
        found.setdefault(districts.get(each.parent, ""), []).append((each.code, each.name))
    return sorted((name, sorted(rows, key=lambda row: row[1])) for name, rows in found.items()
                  if rows)  # fmt: skip


def told(error: ProblemError) -> str:
    """A refusal in one sentence or two, for the top of a page."""
    if error.faults:
        return " ".join(filter(None, [error.title + ".", *(
            f"{each.problem}. {each.remedy}".strip() for each in error.faults)]))  # fmt: skip
    return error.detail or error.title
