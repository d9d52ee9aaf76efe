"""Escalation: what an office leaves lying is opened to the one above it, by the clock."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from balai.kernel.access.origin import Origin
from balai.kernel.cases.actions.acting import applied
from balai.kernel.cases.actions.following import follow
from balai.kernel.cases.actions.keeping import keep
from balai.kernel.cases.engine import SYSTEM, Act, RefusedAct
from balai.kernel.cases.models import Case
from balai.kernel.cases.queries.case import state_of
from balai.kernel.cases.queries.services import service
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import EVERYWHERE, rows_of

log = logging.getLogger(__name__)
BATCH = 500
ORIGIN = Origin(actor="", channel="job")


def escalate_overdue(now: datetime, *, quiet: bool = False) -> int:
    """Escalate every case whose moment has come, each in a transaction of its own; returns how
    many were. A case that somebody is acting on is left for the next round.
    """
    with rows_of(EVERYWHERE):
        due = list(Case.objects.filter(escalates_at__lte=now, clock="running")
                   .order_by("escalates_at").values_list("pk", flat=True)[:BATCH])  # fmt: skip
    return sum(_escalate(each, now, quiet=quiet) for each in due)


def _escalate(case_id: UUID, now: datetime, *, quiet: bool) -> bool:
    with transaction.atomic(), rows_of(EVERYWHERE):
        rows = Case.objects.select_for_update(of=("self",), skip_locked=True)
        row = rows.filter(pk=case_id, escalates_at__lte=now, clock="running").first()
        if row is None:
            return False
        city = city_by_slug(row.city)
        asked = Act(kind="escalate", at=now, actor="", role=SYSTEM)
        try:
            made = applied(service(row.service_code, row.service_version), state_of(row), asked,
                           city)  # fmt: skip
        except RefusedAct as refused:
            log.warning("case %s is not escalated: %s", row.id, refused.problem)
            return False
        keep(row, made, by=None, origin=ORIGIN, city=city)
        follow(row, made, by=None, origin=ORIGIN, city=city, secret="", quiet=quiet)
    return True
