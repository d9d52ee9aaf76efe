"""What every list here does: pages without counting millions, and a file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, StreamingHttpResponse

from balai.kernel.row_security import carried

PAGE_ROWS = 25


def page_of(request: HttpRequest, rows: Any, size: int = PAGE_ROWS) -> Page[Any]:
    """The page asked for."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


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
    name: str, header: Sequence[Any], rows: Iterable[Any], cells: Callable[[Any], Sequence[Any]]
) -> StreamingHttpResponse:
    """The rows as a CSV file, read under the rows that are open to this request."""
    writer = csv.writer(_Echo())

    def parts() -> Iterable[str]:
        yield "\ufeff" + str(writer.writerow(header))
        for row in rows:
            yield str(writer.writerow([_safe(cell) for cell in cells(row)]))

    answer = StreamingHttpResponse(carried(parts()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def _safe(cell: Any) -> Any:
    # A spreadsheet would run a text that begins like a formula.
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{cell}"
    return "" if cell is None else cell
