"""The live sheet of components: each drawn by the very snippet shown under it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pprint import pformat
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from balai.shell.views import examples

WIDTHS = {"third": "w4", "half": "", "two thirds": "w8", "whole": "w12"}


@dataclass(frozen=True, slots=True)
class Example:
    """One component on the sheet: its template under `examples/` and the data it is given."""

    name: str
    title: str | Promise
    width: str = "half"
    data: Mapping[str, Any] = field(default_factory=dict)
    desk: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """An example, drawn, with what made it."""

    example: Example
    drawn: str
    snippet: str
    data: str
    css: str


EXAMPLES = (
    Example("buttons", _("Buttons and links")),
    Example("statuses", _("Status")),
    Example("fields", _("Fields and errors"), data={"purposes": examples.PURPOSES}),
    Example("steps", _("The promise line"), data={"steps": examples.STEPS}),
    Example("figures", _("Figures with lineage"), "whole"),
    Example("line_chart", _("Line chart"), data={"chart": examples.shares}),
    Example("dot_chart", _("Dot chart"), data={"chart": examples.alternatives}),
    Example("map", _("Map"), "whole", data={"plan": examples.MAP, "entries": examples.LEGEND}),
    Example("table", _("Table"), data={"columns": examples.COLUMNS, "rows": examples.ROWS}),
    Example("journey", _("A journey"), data={"legs": examples.LEGS}),
    Example("queue", _("Queue"), "two thirds", data={"filters": examples.FILTERS}, desk=True),
    Example("legend", _("Legend"), "third", data={"entries": examples.LEGEND}),
    Example("tiles", _("Tiles and cards")),
    Example("navigation", _("Navigation"), data={"tabs": examples.TABS, "links": examples.CRUMBS}),
    Example("filter", _("Filter and pages"), data={"page": examples.page}),
    Example("notes", _("Notes")),
    Example("empty", _("Nothing yet"), "third"),
    Example("waiting", _("Waiting and failing"), "third"),
    Example("toast", _("Small notices"), "third"),
    Example("pairs", _("Terms and texts"), data={"pairs": examples.PAIRS}),
    Example("demonstration", _("Demonstration data")),
    Example("shortcuts", _("Keyboard shortcuts"), "third", data={"keys": examples.KEYS}),
)


def sheet(request: HttpRequest) -> HttpResponse:
    """Every component of the design system."""
    return render(
        request,
        "pages/components.html",
        {
            "shown": [_draw(request, each) for each in EXAMPLES],
            "icons": icon_names(),
            "swatches": examples.SWATCHES,
            "programmes": examples.PROGRAMMES,
            "bands": examples.BANDS,
        },
    )


def icon_names() -> list[str]:
    """The names in the sprite, in its order."""
    from django.contrib.staticfiles import finders

    path = finders.find("balai/icons.svg")
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        return [name for name in re.findall(r'symbol id="([\w-]+)"', file.read()) if name != "logo"]


def _draw(request: HttpRequest, example: Example) -> Shown:
    template = get_template(f"examples/{example.name}.html")
    data = {key: value() if callable(value) else value for key, value in example.data.items()}
    source = engines["django"].engine.get_template(f"examples/{example.name}.html").source
    written = "\n".join(
        f"{key} = {pformat(value, width=88)}"
        for key, value in example.data.items()
        if not callable(value) and key != "plan"
    )
    drawn = template.render({**data, "example": example}, request)
    css = " ".join(filter(None, (WIDTHS[example.width], "desk" if example.desk else "")))
    return Shown(example, drawn, source.strip(), _without_laziness(written), css)


def _without_laziness(text: str) -> str:
    return re.sub(r"<django\.utils\.functional[^>]*>", "…", text)
