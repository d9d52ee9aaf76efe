"""The queue: what an office has promised, the nearest promise first."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from balai.kernel.access.actions import record
from balai.kernel.access.lists import as_csv, csv_url, wants_csv
from balai.kernel.access.origin import origin_of
from balai.kernel.calendars import city_calendar
from balai.kernel.cases import actions, queries
from balai.kernel.cases.queries import QueueFilter, QueueRow
from balai.kernel.cases.queries.case import view_of
from balai.kernel.cases.queries.colleagues import acts_on_rows
from balai.kernel.cases.views.desk.acting import new_key, offered
from balai.kernel.cases.views.desk.guards import for_officers, place_of, row_here
from balai.kernel.cases.words import STATUSES, time_left, titled
from balai.kernel.people.queries.search import Search, search_ids
from balai.kernel.problems import ConflictError, MissingError
from balai.kernel.regions import queries as regions

PER_PAGE = 25
MOST_TRIED = 50
MOST_NAMES = 500
TABS = (
    ("all", gettext_lazy("All open")),
    ("mine", gettext_lazy("Held by me")),
    ("free", gettext_lazy("Free to take")),
    ("late", gettext_lazy("Late")),
    ("returned", gettext_lazy("Waiting for the resident")),
    ("closed", gettext_lazy("Closed")),
)


@require_safe
@for_officers
def queue(request: HttpRequest, city: str) -> HttpResponseBase:
    """The cases open to the officer, narrowed, paged, or as a file."""
    place, wanted = place_of(request), filters_of(request)
    if wants_csv(request):
        return _file(request, place, wanted)
    number = _page_number(request)
    found = queries.queue(request.user, city=place, filters=wanted, page=number, per_page=PER_PAGE)
    acts = acts_on_rows(request.user, found.rows)
    context = {
        "rows": [_line(row, acts[row.id], place) for row in found.rows],
        "page": Paginator(range(found.total), PER_PAGE).get_page(number), "found": found,
        "tabs": _tabs(request, place, wanted), "wanted": wanted, "csv": csv_url(request),
        "text": request.GET.get("q", "")[:80], "now": timezone.now(),
        "is_narrowed": any(request.GET.get(name) for name in
                           ("q", "service", "step", "office", "holder")),
        **_choices(place, wanted),
    }  # fmt: skip
    return render(request, "cases/desk/queue.html", context)


@require_safe
@for_officers
def pane(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """A case in short, to stand beside the list; personal answers stay closed."""
    seen = view_of(row_here(request, case), user=request.user)
    context = {"case": seen, "acts": offered(seen), "key": new_key()}
    return render(request, "cases/desk/_pane.html", context)


@require_POST
@for_officers
def take_next(request: HttpRequest, city: str) -> HttpResponse:
    """Claim the most urgent case the officer may take; the next where a colleague was faster."""
    place, user = place_of(request), request.user
    wanted = QueueFilter(state="free")
    rows = queries.queue(user, city=place, filters=wanted, per_page=MOST_TRIED).rows
    acts = acts_on_rows(user, rows)
    for row in rows:
        if "claim" not in acts[row.id]:
            continue
        try:
            actions.act(row.id, "claim", by=user, origin=origin_of(request), expected=row.sequence)
        except (ConflictError, MissingError):
            continue
        messages.success(request, _("You hold %(number)s now.") % {"number": row.number})
        return redirect("cases:desk", city, row.id)
    messages.warning(request, _("Nothing is free to be taken by you now."))
    return redirect("cases:queue", city)


def filters_of(request: HttpRequest) -> QueueFilter:
    """What the address asks for. Text with a digit is a number, other text part of a name."""
    given = {name: request.GET.get(name, "").replace("\x00", "").strip()[:80]
             for name in ("q", "service", "step", "office", "holder", "state")}  # fmt: skip
    text, people = given["q"], None
    if text and not any(each.isdigit() for each in text) and not text.upper().startswith("PM-"):
        people, text = tuple(search_ids(Search(name=text), limit=MOST_NAMES)), ""
    state: Any = given["state"] if given["state"] in dict(TABS) else "all"
    return QueueFilter(search=text, service=given["service"], step=given["step"],
                       office=given["office"], holder=given["holder"], state=state,
                       people=people)  # fmt: skip


def _line(row: QueueRow, acts: frozenset[str], place: Any) -> dict[str, Any]:
    icon, status = STATUSES[row.status]
    return {
        "row": row, "acts": acts, "icon": icon, "status": status,
        "stage": titled(row.stage) or status, "left": time_left(row.left, row.clock),
        "urgency": "late" if row.late else _urgency(row),
        "key": new_key(), "share": _share(row, place), "place": _place(row.region_code),
    }  # fmt: skip


def _urgency(row: QueueRow) -> str:
    return "soon" if row.clock == "running" and (row.left or 0) <= 4 * 60 else ""


def _share(row: QueueRow, place: Any) -> int | None:
    """How much of the promised time is used, in percent; None where no clock runs."""
    if row.clock != "running" or row.left is None or row.submitted_at is None or not row.due_at:
        return None
    whole = city_calendar(place).working_minutes(row.submitted_at, row.due_at)
    return 100 if whole <= 0 else max(2, min(100, round(100 * (1 - row.left / whole))))


def _place(code: str) -> str:
    try:
        return regions.place(code).name
    except MissingError:
        return code


def _tabs(request: HttpRequest, place: Any, wanted: QueueFilter) -> list[dict[str, Any]]:
    counts = queries.queue_counts(request.user, city=place, filters=wanted)
    found = []
    for name, title in TABS:
        query = request.GET.copy()
        query.pop("page", None)
        query["state"] = name
        counted = getattr(counts, name, None)
        found.append({
            "title": title, "href": f"?{query.urlencode()}", "current": wanted.state == name,
            "count": counted.number if counted else None, "late": name == "late" and
            bool(counted and counted.number), "more": bool(counted and counted.more),
        })  # fmt: skip
    return found


def _choices(place: Any, wanted: QueueFilter) -> dict[str, Any]:
    services = queries.services(place)
    chosen = [each for each in services if each.code == wanted.service] or list(services)
    steps = {step.code: titled(step.title) for each in chosen for step in each.steps}
    loads = queries.workload(place)
    return {
        "services": [(each.code, titled(each.titles)) for each in services],
        "steps": sorted(steps.items(), key=lambda pair: pair[1]),
        "holders": [(each.holder, each.name) for each in loads if each.holder],
        "offices": [
            (each.code, each.name if each.level == "district" else f"– {each.name}")
            for each in sorted(regions.descendants(place.region_code), key=lambda one: one.path)
            if each.level in ("district", "village")
        ],
    }


def _page_number(request: HttpRequest) -> int:
    try:
        return min(max(1, int(request.GET.get("page", "1"))), 10_000)
    except ValueError:
        return 1


def _file(request: HttpRequest, place: Any, wanted: QueueFilter) -> HttpResponseBase:
    record("cases.list-exported", origin_of(request), subject=f"city:{place.slug}",
           region=place.region_code, **{name: value for name, value in asdict(wanted).items()
                                        if isinstance(value, str) and value})  # fmt: skip
    header = [_("Number"), _("Service"), _("Applicant"), _("Step"), _("Status"), _("Promised for"),
              _("Working minutes left"), _("Late"), _("Clock"), _("Office of"), _("Held by"),
              _("Submitted"), _("Closed")]  # fmt: skip

    def cells(row: QueueRow) -> list[Any]:
        return [row.number, titled(row.service.titles), row.person.name if row.person else "",
                titled(row.stage), str(STATUSES[row.status][1]), _iso(row.due_at), row.left,
                _("yes") if row.late else _("no"), row.clock, row.region_code, row.holder_name,
                _iso(row.submitted_at), _iso(row.closed_at)]  # fmt: skip

    rows = queries.queue_in_whole(request.user, city=place, filters=wanted)
    return as_csv("queue", header, rows, cells)


def _iso(value: Any) -> str:
    return timezone.localtime(value).isoformat(timespec="minutes") if value else ""
