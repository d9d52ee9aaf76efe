"""Services as they are defined: versions, what changed between them, publishing, moving cases."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.origin import origin_of
from balai.kernel.cases import actions, queries
from balai.kernel.cases.engine import read_service
from balai.kernel.cases.forms.desk import DefinitionForm
from balai.kernel.cases.queries import Version
from balai.kernel.cases.queries.performance import behind, open_by_version
from balai.kernel.cases.rules import PUBLISH, SUPERVISE
from balai.kernel.cases.views.desk.guards import for_officers, may, must, place_of
from balai.kernel.problems import Fault, MissingError, ProblemError

VERSION_LINE = re.compile(r"^version:\s*(\d+)\s*$", re.MULTILINE)


@require_safe
@for_officers
def services(request: HttpRequest, city: str) -> HttpResponse:
    """Every service that is published."""
    counts = open_by_version(place_of(request))
    rows = []
    for each in queries.services(place_of(request)):
        by_version = {version: n for (code, version), n in counts.items() if code == each.code}
        older = sum(n for number, n in by_version.items() if number < each.version)
        rows.append({"service": each, "open": sum(by_version.values()), "behind": older})
    context = {"rows": rows, "may_publish": may(request, PUBLISH)}
    return render(request, "cases/desk/services.html", context)


@require_safe
@for_officers
def service(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """A service with its versions."""
    found = queries.service(code)
    counts = open_by_version(place_of(request))
    rows = [
        {"version": each, "open": counts.get((code, each.version), 0)}
        for each in queries.versions(code)
    ]
    older = sum(each["open"] for each in rows[1:])  # type: ignore[misc]
    context = {
        "service": found, "rows": rows, "older": older, "may_publish": may(request, PUBLISH),
        "may_move": may(request, SUPERVISE),
    }  # fmt: skip
    return render(request, "cases/desk/service.html", context)


@require_safe
@for_officers
def version(request: HttpRequest, city: str, code: str, version: int) -> HttpResponse:
    """One version: what is asked and done, and what changed since the version before."""
    found = queries.service(code, version)
    known = list(queries.versions(code))
    here = next(each for each in known if each.version == version)
    before = next((each for each in known if each.version < version), None)
    context = {
        "service": found, "here": here, "before": before,
        "lines": list(_changes(before, here)) if before else [],
        "is_newest": known[0].version == version,
    }  # fmt: skip
    return render(request, "cases/desk/version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def publish(request: HttpRequest, city: str) -> HttpResponse:
    """Check a definition, see what it asks, and publish it."""
    must(request, PUBLISH)
    if request.method != "POST":
        form = DefinitionForm(initial={"text": _start(request.GET.get("from", ""))})
        return render(request, "cases/desk/publish.html", {"form": form})
    form = DefinitionForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "cases/desk/publish.html", {"form": form}, status=422)
    text = form.cleaned_data["text"].replace("\r\n", "\n")
    check = "publish" not in request.POST
    shown = DefinitionForm(initial={"text": text})
    try:
        made = _published(request, text, check=check)
    except ProblemError as error:
        context = {"form": shown, "faults": _faults(error), "title": error.title}
        return render(request, "cases/desk/publish.html", context, status=error.status)
    if check:
        context = {"form": shown, "service": read_service(text), "checked": True}
        return render(request, "cases/desk/publish.html", context)
    messages.success(request, _("Published. New requests follow it; open ones stay as they are."))
    return redirect("cases:version", city, made.code, made.version)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def move(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """Open cases that follow an older version, what would change for each, and moving them."""
    must(request, SUPERVISE)
    found, rows = queries.service(code), behind(code, place_of(request))
    refused: list[dict[str, str]] = []
    if request.method == "POST":
        chosen = set(request.POST.getlist("case"))
        done = 0
        for row in rows:
            if f"{row.id}:{row.sequence}" not in chosen:
                continue
            try:
                actions.move_to_version(
                    row.id, found.version, by=request.user, origin=origin_of(request),
                    expected=row.sequence,
                )  # fmt: skip
                done += 1
            except ProblemError as error:
                refused.append({"number": row.number, "said": error.detail or error.title})
        if done:
            said = ngettext("%(n)d request moved.", "%(n)d requests moved.", done)
            messages.success(request, said % {"n": done})
        if not refused:
            if not done:
                messages.warning(request, _("Nothing was moved: choose requests as they stand."))
            return redirect("cases:move", city, code)
        rows = behind(code, place_of(request))
    context = {
        "service": found, "refused": refused,
        "rows": [{"row": row, "changes": _preview(row.id, found.version)} for row in rows],
    }  # fmt: skip
    return render(request, "cases/desk/move.html", context)


def _preview(case: UUID, version: int) -> list[str]:
    return actions.preview_version(case, version)


def _published(request: HttpRequest, text: str, *, check: bool) -> Any:
    with transaction.atomic():
        made = actions.publish_service(text, by=request.user, origin=origin_of(request))
        if check:
            transaction.set_rollback(True)
    return made


def _faults(error: ProblemError) -> tuple[Fault, ...]:
    return error.faults or (Fault(problem=error.title, remedy=error.detail),)


def _start(code: str) -> str:
    """The newest definition of a service with the next version's number; empty for a new one."""
    try:
        known = queries.versions(code)[0] if code else None
    except (MissingError, IndexError):
        known = None
    if known is None:
        return ""
    return VERSION_LINE.sub(f"version: {known.version + 1}", known.text, count=1)


def _changes(before: Version, here: Version) -> Iterator[dict[str, str]]:
    """The lines that changed, each with a few around it: what was, what is."""
    old, new = before.text.splitlines(), here.text.splitlines()
    for line in list(difflib.unified_diff(old, new, lineterm="", n=2))[2:]:
        kind = {"+": "new", "-": "old", "@": "gap"}.get(line[:1], "same")
        yield {"kind": kind, "text": "…" if kind == "gap" else line[1:]}
