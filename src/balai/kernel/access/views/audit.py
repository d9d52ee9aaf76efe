"""The audit: what was done, by whom, to whom, from what to what."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from balai.kernel.access import queries
from balai.kernel.access.actions import record
from balai.kernel.access.guards import needs, require_mfa
from balai.kernel.access.kinds import all_actions, title_of
from balai.kernel.access.lists import as_csv, csv_url, day_of, page_of, wants_csv
from balai.kernel.access.models import AuditEntry
from balai.kernel.access.origin import origin_of

HEADER = ("at", "actor", "action", "subject", "region", "channel", "address", "detail")
CHANGE = frozenset({"before", "after", "private"})
CHANNELS = ("web", "api", "cli", "job", "demo")


@require_safe
@needs("access.read_audit")
def city_audit(request: HttpRequest, city: str) -> HttpResponseBase:
    """What was done in the city."""
    return _audit(request, within=request.city.region_code)  # type: ignore[attr-defined]


@require_safe
@login_required
def whole_audit(request: HttpRequest) -> HttpResponseBase:
    """What was done anywhere, for who may read it for the whole installation."""
    if not request.user.has_perm("access.read_audit", None):
        raise PermissionDenied
    return require_mfa(_audit)(request, within="")


def changes_of(entry: AuditEntry) -> list[dict[str, Any]]:
    """The fields of a change, each as it was and as it is; private ones without either."""
    before, after = entry.detail.get("before") or {}, entry.detail.get("after") or {}
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    shown = [{"field": name, "before": _text(before.get(name)), "after": _text(after.get(name))}
             for name in sorted({*before, *after})]  # fmt: skip
    hidden = entry.detail.get("private") or []
    return shown + [{"field": name, "private": True} for name in hidden]


def rest_of(entry: AuditEntry) -> list[tuple[str, str]]:
    """What else the entry tells."""
    told = {
        name: value
        for name, value in entry.detail.items()
        if name not in CHANGE and value not in (None, "", [], {})
    }
    return [(name, _text(value)) for name, value in sorted(told.items())]


def _audit(request: HttpRequest, within: str) -> HttpResponseBase:
    asked = request.GET
    search = queries.AuditSearch(
        actor=asked.get("actor", "").strip(), subject=asked.get("subject", "").strip(),
        action=asked.get("action", ""), channel=asked.get("channel", ""),
        start=day_of(request, "start"), end=day_of(request, "end"), within=within,
    )  # fmt: skip
    rows = queries.search_audit(search)
    if wants_csv(request):
        record("access.audit-exported", origin_of(request), region=within,
               search={name: value for name, value in asked.items() if value})  # fmt: skip
        return as_csv("audit", HEADER, list(rows[:100_000]), _cells)
    page = page_of(request, rows)
    shown = [{"entry": each, "title": title_of(each.action), "changes": changes_of(each),
              "rest": rest_of(each)} for each in page]  # fmt: skip
    return render(request, "access/audit.html", {
        "page": page, "shown": shown, "search": search, "actions": all_actions(),
        "channels": CHANNELS, "csv": csv_url(request),
        "filtered": any(asked.get(name) for name in ("actor", "subject", "action", "channel",
                                                     "start", "end")),
    })  # fmt: skip


def _cells(entry: AuditEntry) -> tuple[Any, ...]:
    return (entry.at.isoformat(), entry.actor, entry.action, entry.subject, entry.region_code,
            entry.channel, entry.address, json.dumps(entry.detail, ensure_ascii=False))  # fmt: skip


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
