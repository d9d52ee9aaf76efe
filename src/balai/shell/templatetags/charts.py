"""Charts for programmes' pages: plain figures in, our drawing out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.dateformat import format as date_format

from balai.shell import charts, formats

register = template.Library()

Figure = Decimal | int | float


@register.inclusion_tag("components/line_chart.html")
def line_chart(
    points: Sequence[tuple[dt.date, Figure | None]],
    summary: str,
    unit: str = "",
    decimals: int = 1,
    days: str = "M y",
    target: tuple[dt.date, Figure, str] | None = None,
    first_published: tuple[dt.date, Figure, str] | None = None,
    programme: str = "",
    title: str = "",
    caption: str = "",
) -> dict[str, Any]:
    """A line of values by day; None where nothing was measured.

    `days` is Django's format of a date on the axis. `target` and `first_published` are (day,
    value, words), as `balai.shell.charts.line_chart` takes them.
    """

    def written(value: float) -> str:
        whole = float(value).is_integer()
        return f"{formats.number(value, 0 if whole else decimals)}{unit}"

    chart = charts.line_chart(
        [charts.Series([(day, None if value is None else float(value)) for day, value in points])],
        summary=summary,
        value_label=written,
        day_label=lambda day: date_format(day, days),
        target=_placed(target),
        first_published=_placed(first_published),
    )
    return {"chart": chart, "programme": programme, "title": title, "caption": caption}


def _placed(point: tuple[dt.date, Figure, str] | None) -> tuple[dt.date, float, str] | None:
    return (point[0], float(point[1]), point[2]) if point else None
