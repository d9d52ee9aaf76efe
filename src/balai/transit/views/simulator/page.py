"""The simulator's page: ask, wait, read, save, propose, take away as a file."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv
from balai.kernel.access.origin import origin_of
from balai.kernel.problems import ProblemError
from balai.kernel.regions.queries import city_by_slug, descendants
from balai.transit.actions.simulate import LABELS, compare, propose, save_scenario
from balai.transit.engine.simulation import Outcome, subsidies
from balai.transit.models import Scenario
from balai.transit.queries.route_costs import route_costs
from balai.transit.queries.simulation import latest, saved, scenario_of
from balai.transit.views.simulator import district_map, findings, form


@require_http_methods(["GET", "HEAD", "POST"])
@needs("transit.view_taps")
def simulator(request: HttpRequest, city: str) -> HttpResponse:
    """The last comparison and the form; posted, the form asks for another."""
    if request.method == "POST":
        return _ask(request, city)
    found = latest(city) if "new" not in request.GET else None
    if found is not None:
        return _shown(request, city, found)
    return _answer(request, city, None, form.fresh(city))


@require_safe
@needs("transit.view_taps")
def scenario(request: HttpRequest, city: str, scenario: UUID) -> HttpResponseBase:
    """A comparison: its progress while it is computed, then what was found; or a file of it."""
    found = scenario_of(city, scenario)
    wanted = request.GET.get("format")
    if found.result is not None and wanted == "csv":
        header = ("rule", "tariff", "dimension", "label", "measure", "value")
        rows = findings.rows_for_file(found, Outcome.from_dict(found.result))
        return as_csv(f"scenario-{found.id}", header, rows, lambda row: row)
    if found.result is not None and wanted == "json":
        return _as_json(found)
    return _shown(request, city, found)


@require_POST
@needs("transit.view_taps")
def save(request: HttpRequest, city: str, scenario: UUID) -> HttpResponse:
    """Give the comparison a title, so that it stays on the list."""
    save_scenario(city, scenario, request.POST.get("title", ""))
    messages.success(request, _("The scenario is saved."))
    return redirect("transit:scenario", city=city, scenario=scenario)


@require_POST
@needs("transit.draft_tariffs")
def draft(request: HttpRequest, city: str, scenario: UUID) -> HttpResponse:
    """Draw one of the compared tariffs up as a draft version, for another officer to publish."""
    label, name = request.POST.get("label", ""), request.POST.get("name", "").strip()
    try:
        if label not in LABELS[1:]:
            raise ProblemError(_("Choose A or B"))
        propose(city, scenario, label, name, origin=origin_of(request))
    except ProblemError as refused:
        for line in refused.lines():
            messages.error(request, line)
    else:
        messages.success(request, _("The draft %(name)s is made.") % {"name": name})
    return redirect("transit:scenario", city=city, scenario=scenario)


def _ask(request: HttpRequest, city: str) -> HttpResponse:
    try:
        wishes = form.wishes_in(city, request.POST)
        made = compare(city, wishes, form.span_in(request), origin=origin_of(request))
    except ProblemError as problem:
        page = form.asked_again(city, request.POST, problem)
        return _answer(request, city, None, page, status=422)
    return redirect("transit:scenario", city=city, scenario=made.id)


def _shown(request: HttpRequest, city: str, found: Scenario) -> HttpResponse:
    answer = _answer(request, city, found, form.of_scenario(city, found))
    if not found.finished:
        answer["Refresh"] = "2"
    return answer


def _answer(
    request: HttpRequest, city: str, found: Scenario | None, page: form.Page, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "scenario": found, "form": page, "saved": saved(city)[:12],
        "may_draft": request.user.has_perm("transit.draft_tariffs", request.city),  # type: ignore[attr-defined]
    }  # fmt: skip
    if found is not None and found.result is not None:
        context |= _findings(request, city, found)
    return render(request, "transit/simulator.html", context, status=status)


def _findings(request: HttpRequest, city: str, found: Scenario) -> dict[str, Any]:
    """What the template tells of a computed scenario; `of` and `by` choose what is drawn."""
    outcome = Outcome.from_dict(found.result or {})
    last = len(outcome.tariffs) - 1
    wanted = request.GET.get("of", "")
    number = LABELS.index(wanted) if wanted in LABELS[1 : last + 1] else last
    by = request.GET.get("by", "")
    offered = findings.groupings(outcome)
    by = by if by in offered else (offered or ("distance",))[0]
    facts = city_by_slug(city)
    names = {place.code: place.name for place in descendants(facts.region_code)}
    # Validators that stand nowhere in particular record the city itself.
    names[facts.region_code] = _("%(city)s, district not known") % {"city": facts.name}
    short = {**names, facts.region_code: _("not known")}
    costs = route_costs(city, found.first_day, found.last_day)
    routes = subsidies(outcome, number, costs)
    return {
        "outcome": outcome, "leads": [findings.lead(outcome, n) for n in range(1, last + 1)],
        "measures": findings.measures(outcome), "of": LABELS[number], "by": by,
        "offered": offered, "bars": findings.bars(outcome, number, by, short),
        "map": district_map.draw(city, outcome, number, names),
        "routes": findings.routes(routes), "costs_known": bool(costs),
        "answers": findings.answers(outcome, number),
        "outside": [(LABELS[n], findings.mode_names(rule))
                    for n, rule in enumerate(found.rules) if rule["outside"]],
        "law_changes": findings.law_changes(found),
        "cards": outcome.whole(0, "cards", "taps"), "journeys": outcome.whole(0, "journeys"),
        "orphans": outcome.sum(0, "orphan_outs", "taps"),
        "others": list(LABELS[1 : last + 1]),
    }  # fmt: skip


def _as_json(found: Scenario) -> HttpResponse:
    told = {
        "id": str(found.id), "title": found.title, "first_day": found.first_day.isoformat(),
        "last_day": found.last_day.isoformat(), "digest": found.digest, "rules": found.rules,
        "result": found.result,
    }  # fmt: skip
    answer = HttpResponse(json.dumps(told), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="scenario-{found.id}.json"'
    return answer
