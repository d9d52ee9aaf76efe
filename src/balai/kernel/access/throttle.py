"""Limits on how often something is asked, shared by every process that serves.

    @throttle("verification", "30/m")            # by address; for views and for API operations
    def verify(request): ...

    throttle.spend("look-up", "60/m", officer.username)   # in an action

One row for each limit and subject holds the moment until which what was asked is paid for: the
generic cell rate algorithm (ITU-T I.371), one statement a request, no window whose edge lets twice
as much through. The count stands apart from the request's transaction: what is refused or undone
still counts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import update_wrapper
from hashlib import blake2b
from typing import Any, Literal, TypeVar

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from balai.kernel.access.models import Throttle
from balai.kernel.access.origin import address_of
from balai.kernel.problems import ProblemError

View = TypeVar("View", bound=Callable[..., Any])
By = Literal["address", "account", "token"]

RATE = re.compile(r"([1-9][0-9]*)/([1-9][0-9]*)?([smhd])")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}

SPEND = """
INSERT INTO access_throttle AS held (name, subject, paid_until)
VALUES (%(name)s, %(subject)s, clock_timestamp() + %(cost)s)
ON CONFLICT (name, subject) DO UPDATE
  SET paid_until = greatest(held.paid_until, clock_timestamp()) + %(cost)s
  WHERE greatest(held.paid_until, clock_timestamp()) + %(cost)s
        <= clock_timestamp() + %(period)s
RETURNING paid_until
"""
WAIT = """
SELECT extract(epoch FROM paid_until + %(cost)s - %(period)s - clock_timestamp())
  FROM access_throttle WHERE name = %(name)s AND subject = %(subject)s
"""


class ThrottledError(ProblemError):
    """A limit is used up; 429 with `Retry-After`."""

    def __init__(self, seconds: float) -> None:
        self.retry_after = max(1, math.ceil(seconds))
        super().__init__(
            "Too many requests",
            detail=f"Try again in {self.retry_after} seconds.",
            kind="too-many-requests",
            status=429,
        )


def throttle(name: str, rate: str, *, by: By = "address") -> Callable[[View], View]:
    """Let a view or an API operation be asked at this rate (`30/m`, `5/10m`, `1000/d`).

    `by` says whose limit it is: the visitor's address, the account or the token; where there is no
    account or token, the address. A view answers 429 with `Retry-After`, the API the problem. On
    an operation it stands below the router's decorator.
    """
    _parsed(rate)

    def guard(view: View) -> View:
        return _Throttled(view, name, rate, by)  # type: ignore[return-value]

    return guard


class _Throttled:
    """A view with its limit. It shows the view's globals: the router reads annotations by them."""

    def __init__(self, view: Callable[..., Any], name: str, rate: str, by: By) -> None:
        update_wrapper(self, view)
        self.__globals__ = getattr(view, "__globals__", {})
        self._asked = (view, name, rate, by)

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        view, name, rate, by = self._asked
        try:
            spend(name, rate, subject_of(request, by))
        except ThrottledError as error:
            if request.path.startswith("/api/"):
                raise
            return refusal(request, error)
        return view(request, *args, **kwargs)


def spend(name: str, rate: str, subject: str) -> None:
    """Count one; ThrottledError where the limit is used up (what is refused is not counted)."""
    given = _given(name, rate, subject)
    with _cursor() as cursor:
        cursor.execute(SPEND, given)
        if cursor.fetchone() is None:
            cursor.execute(WAIT, given)
            found = cursor.fetchone()
            raise ThrottledError(float(found[0]) if found else 1)


def require_left(name: str, rate: str, subject: str) -> None:
    """ThrottledError where the limit is used up; counts nothing. For limits on failures, which are
    counted by `spend` when they happen.
    """
    with _cursor() as cursor:
        cursor.execute(WAIT, _given(name, rate, subject))
        found = cursor.fetchone()
    if found and found[0] > 0:
        raise ThrottledError(float(found[0]))


def forget(name: str, subject: str) -> None:
    """Give the subject its whole limit back."""
    Throttle.objects.filter(name=name, subject=_digest(subject)).delete()


def forget_all() -> None:
    """Give everybody every limit back."""
    Throttle.objects.all().delete()


def sweep(now: datetime | None = None) -> int:
    """Delete the rows of limits that are whole again; returns how many."""
    return Throttle.objects.filter(paid_until__lt=now or timezone.now()).delete()[0]


def subject_of(request: HttpRequest, by: By) -> str:
    """Whose limit a request uses up."""
    principal = getattr(request, "auth", None)
    token = getattr(principal, "token", None)
    if by == "token" and token is not None:
        return f"token {token.prefix}"
    user = getattr(request, "user", None)
    if by != "address" and user is not None and user.is_authenticated:
        return f"account {user.pk}"
    return f"address {address_of(request)}"


def refusal(request: HttpRequest, error: ThrottledError) -> HttpResponse:
    """The page that says when to try again."""
    from django.shortcuts import render

    answer = render(request, "429.html", {"seconds": error.retry_after}, status=429)
    answer["Retry-After"] = str(error.retry_after)
    return answer


def _given(name: str, rate: str, subject: str) -> dict[str, Any]:
    count, period = _parsed(rate)
    return {"name": name, "subject": _digest(subject), "cost": period / count, "period": period}


def _parsed(rate: str) -> tuple[int, timedelta]:
    found = RATE.fullmatch(rate)
    if found is None:
        raise ValueError(f"{rate!r} is no rate: write 30/m, 5/10m, 1000/d")
    return int(found[1]), timedelta(seconds=int(found[2] or 1) * SECONDS[found[3]])


def _digest(subject: str) -> bytes:
    # Not the address itself: the table tells nobody who was here.
    return blake2b(subject.encode(), digest_size=16, key=settings.SECRET_KEY.encode()[:64]).digest()


@contextmanager
def _cursor() -> Iterator[Any]:
    """A cursor beside the request's transaction, which would hold the row until it ends and take
    the count back where it fails.
    """
    if not connection.in_atomic_block or not getattr(settings, "ACCESS_THROTTLE_APART", True):
        with connection.cursor() as cursor:
            yield cursor
        return
    apart = connection.copy()
    try:
        with apart.cursor() as cursor:
            yield cursor
    finally:
        apart.close()
