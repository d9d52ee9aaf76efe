"""Feeds: what was imported, what was wrong with it, and importing another."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, wants_csv
from balai.kernel.access.models import User
from balai.kernel.jobs import start
from balai.transit.forms import FeedUploadForm
from balai.transit.jobs import import_status, import_uploaded_feed
from balai.transit.queries.feed import all_issues, feed_versions, issue_kinds, issue_page

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
    assert isinstance(request.user, User)
    arguments = {"name": name, **told}
    return str(start(import_uploaded_feed, city=city, by=request.user, arguments=arguments).pk)
