"""What every officer's list does: days from the address, pages, and a download."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

PAGE_ROWS = 50


def day_of(request: HttpRequest, name: str) -> date | None:
    """The day in the address, or None where there is none or it cannot be read."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> dict[str, Any]:
    """The page asked for with what the pager needs."""
    paginator = Paginator(rows, PAGE_ROWS)
    page = paginator.get_page(request.GET.get("page"))
    return {"page": page, "pages": list(paginator.get_elided_page_range(page.number))}


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
) -> StreamingHttpResponse:
    """The rows as a CSV file, sent as they are read."""
    writer = csv.writer(_Echo())
    lines = (writer.writerow([_safe(cell) for cell in cells(row)]) for row in rows)

    def parts() -> Iterable[str]:
        yield "\ufeff" + str(writer.writerow(header))
        yield from lines

    answer = StreamingHttpResponse(parts(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def _safe(cell: Any) -> Any:
    # A spreadsheet would run a text that begins like a formula.
    if isinstance(cell, str) and cell[:1] in "=+-@\t\r":
        return f"'{cell}"
    return "" if cell is None else cell
