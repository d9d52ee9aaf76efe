"""Feeds: what was imported, what was wrong with it, and importing another."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, wants_csv
from balai.kernel.access.models import User
from balai.kernel.access.origin import origin_of
from balai.kernel.jobs import start
from balai.kernel.problems import ProblemError
from balai.transit.actions.import_feed import publish_feed, withdraw_feed
from balai.transit.actions.realtime_sources import put_source
from balai.transit.engine.realtime import Problem
from balai.transit.forms import FeedUploadForm, RealtimeSourceForm
from balai.transit.jobs import import_status, import_uploaded_feed
from balai.transit.queries.feed import all_issues, feed_versions, issue_kinds, issue_page
from balai.transit.queries.networks import current_network
from balai.transit.queries.realtime import last_snapshot, source_now, sources

SOURCE_FIELDS = ("name", "feed", "url", "header_name", "poll_s", "stale_s", "active")
FILTERS = ("severity", "kind", "file", "text")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("transit.view_taps")
def feeds(request: HttpRequest, city: str) -> HttpResponse:
    """The city's feeds, newest first, and the form that imports another."""
    may_import = request.user.has_perm("transit.import_feed", request.city)  # type: ignore[attr-defined]
    form = FeedUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if not may_import:
            return HttpResponse(status=403)
        if form.is_valid():
            job = _begin(request, city, form)
            return redirect("transit:import", city=city, job=job)
    versions = Paginator(feed_versions(city), 20).get_page(request.GET.get("page"))
    context = {"versions": versions, "form": form, "may_import": may_import}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "transit/feeds.html", context, status=status)


@require_POST
@needs("transit.import_feed")
def change_use(request: HttpRequest, city: str, feed: int) -> HttpResponse:
    """Use a version from now on, or a feed no longer."""
    version = feed_versions(city).filter(pk=feed).first()
    if version is None:
        raise Http404
    try:
        if request.POST.get("use") == "no":
            withdraw_feed(version.pk)
            messages.success(request, _("The feed is withdrawn; its versions are kept."))
        else:
            publish_feed(version.pk)
            messages.success(request, _("This version is in use now."))
    except ProblemError as problem:
        messages.error(request, " ".join(problem.lines()))
    return redirect("transit:feeds", city=city)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("transit.view_taps")
def realtime(request: HttpRequest, city: str) -> HttpResponse:
    """Where real time comes from: each source with its last report, and the form for another."""
    may_manage = request.user.has_perm("transit.manage_realtime", request.city)  # type: ignore[attr-defined]
    name = request.GET.get("source", "")[:40]
    held = sources(city).filter(name=name).first() if name else None
    initial = {each: getattr(held, each) for each in SOURCE_FIELDS} if held else None
    form = RealtimeSourceForm(request.POST or None, initial=initial)
    if request.method == "POST":
        if not may_manage:
            return HttpResponse(status=403)
        if form.is_valid() and _put(request, city, form):
            messages.success(request, _("The source is kept."))
            return redirect("transit:realtime", city=city)
    rows = [(each, last_snapshot(each)) for each in sources(city)]
    context = {"rows": rows, "form": form, "may_manage": may_manage, "now": timezone.now()}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "transit/realtime.html", context, status=status)


@require_safe
@needs("transit.view_taps")
def realtime_problems(request: HttpRequest, city: str, source: str) -> HttpResponseBase:
    """What was wrong with a source's last report, by entity and field."""
    held = sources(city).filter(name=source).first()
    snapshot = last_snapshot(held) if held else None
    network = current_network(city)
    if held is None or snapshot is None or network is None:
        raise Http404
    found: list[Problem] = [Problem(**each) for each in snapshot.problems]
    if network.of_feed(held.feed):
        found = list(source_now(held, network, (snapshot.pk, snapshot.at)).problems)
    if wants_csv(request):
        header = ("entity", "field", "value", "problem", "remedy")
        return as_csv(f"realtime-{source}", header, found,
                      lambda each: [getattr(each, name) for name in header])  # fmt: skip
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    context = {"source": held, "snapshot": snapshot, "problems": page, "csv": csv_url(request),
               "total": len(found)}  # fmt: skip
    return render(request, "transit/realtime_problems.html", context)


def _put(request: HttpRequest, city: str, form: RealtimeSourceForm) -> bool:
    told = dict(form.cleaned_data)
    try:
        put_source(city, told.pop("name"), **told, origin=origin_of(request))
    except ProblemError as problem:
        for fault in problem.faults:
            form.add_error(fault.field or None, f"{fault.problem}. {fault.remedy}")
        return False
    return True


@require_safe
@needs("transit.view_taps")
def issues(request: HttpRequest, city: str, feed: int) -> HttpResponseBase:
    """What the reader found in a feed, by file, row and field."""
    version = feed_versions(city).filter(pk=feed).first()
    if version is None:
        raise Http404
    chosen: dict[str, Any] = {name: request.GET.get(name, "")[:100] for name in FILTERS}
    if wants_csv(request):
        header = ("file", "row", "field", "value", "severity", "problem", "remedy")
        return as_csv(
            f"feed-{feed}-issues", header, all_issues(version, **chosen),
            lambda each: [getattr(each, name) for name in header],
        )  # fmt: skip
    text = request.GET.get("page", "1")
    number = int(text) if text.isdecimal() and len(text) < 9 else 1
    page = issue_page(version, **chosen, page=number)
    context = {
        "version": version, "issues": page, "kinds": issue_kinds(version), "chosen": chosen,
        "counts": sorted(version.counts.items()), "csv": csv_url(request),
    }  # fmt: skip
    return render(request, "transit/feed.html", context)


@require_safe
@needs("transit.view_taps")
def progress(request: HttpRequest, city: str, job: str) -> HttpResponse:
    """How far an import has come; the page asks again by itself."""
    status = import_status(job)
    if status is None:
        raise Http404
    answer = render(request, "transit/import.html", {"status": status})
    if not status.finished:
        answer["Refresh"] = "2"
    return answer


def _begin(request: HttpRequest, city: str, form: FeedUploadForm) -> str:
    content = form.cleaned_data["feed"].read()
    name = f"transit/feeds/{hashlib.sha256(content).hexdigest()}.zip"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    told = {field: form.cleaned_data[field] for field in ("source", "licence", "credit")}
    told["feed"] = form.cleaned_data["name"]
    assert isinstance(request.user, User)
    arguments = {"name": name, **told}
    return str(start(import_uploaded_feed, city=city, by=request.user, arguments=arguments).pk)
