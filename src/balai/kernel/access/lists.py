"""What every officer's list does, here and in rooms above: days from the address, pages, a file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, StreamingHttpResponse

from balai.kernel.row_security import carried

PAGE_ROWS = 50
FORMULA = "=+-@\t\r"


def day_of(request: HttpRequest, name: str) -> date | None:
    """The day in the address, or None where there is none or it cannot be read."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def page_of(request: HttpRequest, rows: Any) -> Page[Any]:
    """The page asked for; the nearest there is where it is none."""
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
) -> StreamingHttpResponse:
    """The rows as a CSV file, sent as they are read, under the rows open now; a spreadsheet runs
    none of them as formula.
    """
    writer = csv.writer(_Echo())
    drawn = carried(rows)

    def lines() -> Iterator[str]:
        yield "\ufeff" + str(writer.writerow(header))
        for row in drawn:
            yield str(writer.writerow([_safe(cell) for cell in cells(row)]))

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def _safe(cell: Any) -> Any:
    if isinstance(cell, str) and cell[:1] in FORMULA and cell:
        return f"'{cell}"
    return "" if cell is None else cell
