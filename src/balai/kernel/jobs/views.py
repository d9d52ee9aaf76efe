"""Pages of jobs: a list, and one with its progress."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.access.actions.tokens import Principal
from balai.kernel.access.origin import origin_of
from balai.kernel.jobs import actions, queries
from balai.kernel.jobs.kinds import kinds
from balai.kernel.jobs.models import Job, State
from balai.kernel.jobs.queries import JobFilter
from balai.kernel.problems import ConflictError, MissingError
from balai.kernel.row_security import carried

STATUS = {
    State.WAITING: "wait", State.RUNNING: "info", State.DONE: "ok", State.FAILED: "late",
    State.CANCELLED: "mute",
}  # fmt: skip
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
HEAD = ("id", "kind", "state", "city", "started_by", "created_at", "began_at", "ended_at", "done",
        "total", "tries", "problem")  # fmt: skip
PAGE = 25


def of_a_city(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For somebody signed in, on a page of a city; what is not theirs to see is not found."""

    @wraps(view)
    def guarded(request: HttpRequest, city: str, **rest: Any) -> HttpResponseBase:
        if getattr(request, "city", None) is None:
            raise Http404(f"no city {city!r}")
        try:
            return view(request, city, **rest)
        except MissingError as error:
            raise Http404(error.detail) from error

    return login_required(guarded)


@require_safe
@of_a_city
def listing(request: HttpRequest, city: str) -> HttpResponse:
    """The jobs of a city: one's own, or everybody's for who may watch over it."""
    who, wanted = _who(request), wanted_jobs(request)
    page = Paginator(queries.listed(who, wanted, city=city), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(each) for each in page],
        "wanted": wanted,
        "states": State.choices,
        "kinds": kinds(),
        "may_view": who.may(queries.MAY_VIEW, city),
        "workers": queries.workers() if who.may(queries.MAY_VIEW, city) else None,
    }
    return render(request, "jobs/list.html", context)


@require_safe
@of_a_city
def listing_csv(request: HttpRequest, city: str) -> HttpResponseBase:
    """The jobs of the page's filter as CSV."""
    rows = queries.listed(_who(request), wanted_jobs(request), city=city)
    lines = carried(_lines(rows.iterator(chunk_size=500)))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{city}-jobs.csv"'
    return answer


@require_safe
@of_a_city
def show(request: HttpRequest, city: str, job: UUID) -> HttpResponse:
    """One job: how far it is, and how it ended. A fragment where htmx asks again."""
    who = _who(request)
    found = _open(who, city, job)
    context = {
        **_row(found),
        "is_open": found.state in {State.WAITING, State.RUNNING},
        "lines": queries.lines_of(found),
        "steps": queries.steps_of(found),
        "link": _link(found),
        "facts": _facts(found),
        "may_change": queries.may_change(who, found),
    }
    template = "jobs/_job.html" if getattr(request, "htmx", False) else "jobs/job.html"
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_a_city
def cancel(request: HttpRequest, city: str, job: UUID) -> HttpResponse:
    """Ask whether to cancel, then do."""
    found = _to_change(request, city, job)
    if request.method != "POST":
        return render(request, "jobs/cancel.html", _row(found))
    try:
        actions.cancel(found, origin=origin_of(request))
        messages.success(request, _("The job stops at its next safe place."))
    except ConflictError:
        messages.warning(request, _("The job has ended already."))
    return redirect("jobs:job", city=city, job=job)


@require_POST
@of_a_city
def retry(request: HttpRequest, city: str, job: UUID) -> HttpResponse:
    """Try a job again: it goes on after the steps that are done."""
    found = _to_change(request, city, job)
    try:
        actions.retry(found, origin=origin_of(request))
        messages.success(request, _("The job is in the queue again."))
    except ConflictError:
        messages.warning(request, _("Only a job that failed or was cancelled can be tried again."))
    return redirect("jobs:job", city=city, job=job)


def wanted_jobs(request: HttpRequest) -> JobFilter:
    """The filter that the address asks for; what it does not understand it leaves out."""
    state = request.GET.get("state", "")
    return JobFilter(
        state=state if state in State.values else "",
        name=request.GET.get("kind", "")[:100].replace("\x00", ""),
        search=request.GET.get("q", "").strip()[:100].replace("\x00", ""),
        mine=request.GET.get("mine") == "1",
        scheduled=request.GET.get("scheduled") == "1",
    )


def _who(request: HttpRequest) -> Principal:
    return Principal(request.user)  # type: ignore[arg-type]


def _open(who: Principal, city: str, job: UUID) -> Job:
    found = queries.open_to(who, job)
    if found.city not in {city, ""}:
        raise MissingError("No such job", detail=f"No job {job} of this city.")
    return found


def _to_change(request: HttpRequest, city: str, job: UUID) -> Job:
    who = _who(request)
    found = _open(who, city, job)
    if not queries.may_change(who, found):
        raise PermissionDenied
    return found


def _row(job: Job) -> dict[str, Any]:
    pulse = job.pulse
    share = None if not pulse.total else min(100, 100 * pulse.done // pulse.total)
    return {
        "job": job,
        "title": queries.title_of(job),
        "status": STATUS[State(job.state)],
        "state": State(job.state).label,
        "share": share,
    }


def _link(job: Job) -> str:
    url = (job.result or {}).get("url", "") if isinstance(job.result, dict) else ""
    # A result may lead to a page of this site, nowhere else.
    return url if isinstance(url, str) and url.startswith("/") and url[1:2] not in "/\\" else ""


def _facts(job: Job) -> list[tuple[Any, Any]]:
    result = job.result if isinstance(job.result, dict) else {}
    labels = queries.labels_of(job)
    return [
        (labels[name], value)
        for name, value in result.items()
        if name in labels and isinstance(value, str | int | float)
    ]


def _lines(rows: Iterable[Job]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(HEAD)
    for job in rows:
        who = job.started_by.get_username() if job.started_by else ""
        moments = (job.created_at, job.began_at, job.ended_at)
        yield writer.writerow([
            job.pk, job.name, job.state, job.city, _cell(who),
            *(each.isoformat() if each else "" for each in moments),
            job.pulse.done, job.pulse.total, job.tries, _cell(job.problem),
        ])  # fmt: skip


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class _Echo:
    """A file that hands back what is written."""

    def write(self, text: str) -> str:
        return text
