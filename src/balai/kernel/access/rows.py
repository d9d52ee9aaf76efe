"""Which rows of people a request may see: those of the regions where its user has such a role."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from balai.kernel import row_security
from balai.kernel.access import queries
from balai.kernel.row_security import EVERYWHERE, Rows

PersonFinder = Callable[[Any], UUID | None]
_find_person: list[PersonFinder] = []


def register_person_finder(find: PersonFinder) -> None:
    """Tell how the resident behind an account is found: the registry stands above this room."""
    _find_person[:] = [find]


class RowsMiddleware:
    """Makes a request of somebody known one transaction that sees only the rows open to them.

    An answer of 500 or above undoes what the request wrote. Requests of strangers get no
    transaction and see no rows: what is public is kept in tables without people.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, made within the transaction."""
        if not (request.user.is_authenticated or "Authorization" in request.headers):
            return self.get_response(request)
        with transaction.atomic():
            if request.user.is_authenticated:
                city = getattr(request, "city", None)
                row_security.name(rows_open_to(request.user, city.region_code if city else ""))
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


def rows_open_to(user: Any, within: str = "") -> Rows:
    """The rows of a user: regions of the roles that see residents, inside the region `within` if
    one is given; and the user's own, as a resident and as an account.
    """
    regions = _inside(queries.resident_regions(user), within)
    return Rows(tuple(sorted(regions)), person_behind(user), getattr(user, "pk", None))


def person_behind(user: Any) -> UUID | None:
    """The resident whose account this is, or None."""
    return _find_person[0](user) if _find_person else None


def _inside(codes: Iterable[str], whole: str) -> set[str]:
    """What of these regions lies in the whole (all of them without one)."""
    if not whole:
        return set(codes)
    inside = set()
    for code in codes:
        if code == EVERYWHERE or f"{whole}.".startswith(f"{code}."):
            inside.add(whole)
        elif code.startswith(f"{whole}."):
            inside.add(code)
    return inside
