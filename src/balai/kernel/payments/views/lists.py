"""What every list of officers does: days from the address, pages, and a download."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from balai.kernel.row_security import carried

PAGE_ROWS = 50


def text_of(request: HttpRequest, name: str, most: int = 60) -> str:
    """A word in the address, without what no text column holds."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:most]


def day_of(request: HttpRequest, name: str) -> date | None:
    """The day in the address, or None where there is none or it cannot be read."""
    try:
        found = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def page_of(request: HttpRequest, rows: QuerySet[Any] | Sequence[Any]) -> Page[Any]:
    """The page asked for."""
    return Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))


def wants_csv(request: HttpRequest) -> bool:
    """Whether the list is asked for as a file."""
    return request.GET.get("format") == "csv"


def csv_url(request: HttpRequest) -> str:
    """The address of this list as a file, all pages."""
    query = request.GET.copy()
    query["format"] = "csv"
    query.pop("page", None)
    return f"?{query.urlencode()}"


def as_csv(
    name: str, header: Sequence[str], rows: Iterable[Any], cells: Callable[[Any], Sequence[Any]]
) -> HttpResponse:
    """The rows as a CSV file, sent as they are read, under the rows open to this request."""
    writer = csv.writer(_Echo())

    def parts() -> Iterable[str]:
        yield "\ufeff" + str(writer.writerow(header))
        for row in rows:
            yield writer.writerow([_safe(cell) for cell in cells(row)])

    answer = StreamingHttpResponse(carried(parts()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    # Streamed and whole answers share no type that Django's stubs know; guards want the latter.
    return cast(HttpResponse, answer)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def _safe(cell: Any) -> Any:
    # A spreadsheet would run a text that begins like a formula.
    if isinstance(cell, str) and cell[:1] in "=+-@\t\r":
        return f"'{cell}"
    return "" if cell is None else cell
