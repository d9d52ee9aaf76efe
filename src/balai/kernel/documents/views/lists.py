"""What the officers' list does beside showing: pages and a download."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

from balai.kernel.row_security import carried

PAGE_ROWS = 25


def day_of(request: HttpRequest, name: str) -> date | None:
    """The day in the address, or None where there is none or it cannot be read."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The page of a list that is asked for; the last where there are fewer."""
    return Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))


def csv_address(request: HttpRequest) -> str:
    """The address of this list as a file, all pages."""
    query = request.GET.copy()
    query["format"] = "csv"
    query.pop("page", None)
    return f"?{query.urlencode()}"


def as_csv(
    name: str, header: Sequence[str], rows: Iterable[Any], cells: Callable[[Any], Sequence[Any]]
) -> StreamingHttpResponse:
    """The rows as a CSV file, sent as they are read, under the rows open now."""
    writer = csv.writer(_Echo())
    lines = carried(rows)

    def parts() -> Iterable[str]:
        yield "\ufeff" + str(writer.writerow(header))
        for row in lines:
            yield str(writer.writerow([_safe(cell) for cell in cells(row)]))

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
