"""What the pages of notices share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from balai.kernel.access.models import User
from balai.kernel.notices import queries
from balai.kernel.problems import MissingError

View = Callable[..., HttpResponseBase]


def of_a_city(view: View) -> View:
    """For somebody signed in, on a page of a city; what is not theirs to see is not found."""

    @wraps(view)
    def guarded(request: HttpRequest, city: str, **rest: Any) -> HttpResponseBase:
        if getattr(request, "city", None) is None:
            raise Http404(f"no city {city!r}")
        try:
            return view(request, city, **rest)
        except MissingError as error:
            raise Http404(error.detail) from error

    return login_required(guarded)


def user_of(request: HttpRequest) -> User:
    """Who is signed in."""
    assert isinstance(request.user, User)
    return request.user


def reader_of(request: HttpRequest) -> UUID:
    """The number under which the notices of who is signed in are kept."""
    return queries.reader_of(user_of(request))
