"""Charts for programmes' pages: plain figures in, our drawing out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
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
    value, words); the value is written behind the words.
    """

    def written(value: float) -> str:
        whole = float(value).is_integer()
        return f"{formats.number(value, 0 if whole else decimals)}{unit}"

    chart = charts.line_chart(
        [charts.Series([(day, None if value is None else float(value)) for day, value in points])],
        summary=summary,
        value_label=written,
        day_label=lambda day: date_format(day, days),
        target=_placed(target, written),
        first_published=_placed(first_published, written),
    )
    return {"chart": chart, "programme": programme, "title": title, "caption": caption}


def _placed(
    point: tuple[dt.date, Figure, str] | None, written: Callable[[float], str]
) -> tuple[dt.date, float, str] | None:
    if point is None:
        return None
    day, value, words = point
    return day, float(value), f"{words} {written(float(value))}"


@register.inclusion_tag("components/dot_chart.html")
def dot_chart(
    dots: Sequence[tuple[Figure, Figure, str, bool, bool]],
    lead: str,
    x_title: str,
    y_title: str,
    title: str = "",
    caption: str = "",
) -> dict[str, Any]:
    """Alternatives in two measures: (x, y, label, on the front, selected).

    Its text for those who do not see it is `lead` and the labelled dots in words.
    """

    def written(value: float) -> str:
        return formats.number(value, 0 if float(value).is_integer() else 1)

    words = "; ".join(
        f"{label} {written(float(x))} {x_title}, {y_title} {written(float(y))}"
        for x, y, label, _, _ in dots
        if label
    )
    chart = charts.dot_chart(
        [charts.Dot(float(x), float(y), label, on, sel) for x, y, label, on, sel in dots],
        summary=f"{lead} {words}.",
        x_label=written,
        y_label=written,
        x_title=x_title,
        y_title=y_title,
    )
    return {"chart": chart, "title": title, "caption": caption}
