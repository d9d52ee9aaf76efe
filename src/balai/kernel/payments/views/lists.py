"""Words and days in the address of a list, as this room's columns can hold them."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from balai.kernel.access import lists


def text_of(request: HttpRequest, name: str, most: int = 60) -> str:
    """A word in the address, without what no text column holds."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:most]


def day_of(request: HttpRequest, name: str) -> date | None:
    """The day in the address, or None where there is none, or none of this age."""
    found = lists.day_of(request, name)
    return found if found is not None and 2000 <= found.year <= 2200 else None


def as_csv(*given: Any) -> HttpResponse:
    """The rows as a CSV file (`lists.as_csv`), of the one type that guards know."""
    return cast(HttpResponse, lists.as_csv(*given))
