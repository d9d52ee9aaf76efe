"""What was done, by whom, to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from balai.kernel.access.models import AuditEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSearch:
    """What of the audit is looked for. Empty fields ask nothing; days are of the page's clock."""

    actor: str = ""
    subject: str = ""
    action: str = ""
    channel: str = ""
    start: date | None = None
    end: date | None = None
    within: str = ""


def audit_of(*, actor: str = "", subject: str = "", limit: int = 100) -> Sequence[AuditEntry]:
    """The newest entries of the audit, by who acted or whom it concerned."""
    return list(search_audit(AuditSearch(actor=actor, subject=subject))[:limit])


def search_audit(search: AuditSearch) -> Any:
    """The entries that fit, newest first, as a query.

    An `action` that ends with a dot means all of that room. `within` is a region: only what was
    done in it and below it.
    """
    rows = AuditEntry.objects.order_by("-at", "-pk")
    plain = {name: value for name in ("actor", "subject", "channel")
             if (value := getattr(search, name))}  # fmt: skip
    rows = rows.filter(**plain)
    if search.action.endswith("."):
        rows = rows.filter(action__startswith=search.action)
    elif search.action:
        rows = rows.filter(action=search.action)
    if search.within:
        below = Q(region_code=search.within) | Q(region_code__startswith=f"{search.within}.")
        rows = rows.filter(below)
    if search.start:
        rows = rows.filter(at__gte=_midnight(search.start))
    if search.end:
        rows = rows.filter(at__lt=_midnight(search.end + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
