"""Who has how much, and where cases wait."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from balai.kernel.access.lists import as_csv, csv_url, wants_csv
from balai.kernel.cases import queries
from balai.kernel.cases.queries import QueueFilter
from balai.kernel.cases.queries.colleagues import acts_on_rows
from balai.kernel.cases.queries.performance import OfficerLoad, officer_loads, step_loads
from balai.kernel.cases.rules import SUPERVISE
from balai.kernel.cases.views.desk.guards import for_officers, must, place_of
from balai.kernel.cases.words import time_left

SHOWN = 50


@require_safe
@for_officers
def workload(request: HttpRequest, city: str) -> HttpResponseBase:
    """Officers and steps; with `holder` what that officer holds, to be given to somebody else."""
    must(request, SUPERVISE)
    place = place_of(request)
    loads = officer_loads(place)
    if wants_csv(request):
        return _file(loads)
    holder = request.GET.get("holder", "").replace("\x00", "")[:150]
    rows: Any = ()
    if holder:
        wanted = QueueFilter(holder=holder)
        rows = queries.queue(request.user, city=place, filters=wanted, per_page=SHOWN).rows
    acts = acts_on_rows(request.user, rows)
    context = {
        "loads": loads, "steps": step_loads(place), "csv": csv_url(request), "holder": holder,
        "name": next((each.name for each in loads if each.holder == holder), holder),
        "held": [{"row": row, "left": time_left(row.left, row.clock),
                  "may_assign": "assign" in acts[row.id]} for row in rows],
        "most": max((each.open for each in loads), default=0),
    }  # fmt: skip
    return render(request, "cases/desk/workload.html", context)


def _file(loads: tuple[OfficerLoad, ...]) -> HttpResponseBase:
    header = [_("Account"), _("Officer"), _("In hand"), _("Late"), _("Clock stopped"),
              _("Done in 7 days"), _("Median working minutes in 30 days"),
              _("Cases measured")]  # fmt: skip

    def cells(each: OfficerLoad) -> list[Any]:
        return [each.holder, each.name or _("nobody"), each.open, each.late, each.paused,
                each.done, each.median, each.measured]  # fmt: skip

    return as_csv("workload", header, loads, cells)
