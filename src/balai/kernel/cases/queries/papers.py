"""Papers that a resident gave for an earlier request and need not bring again."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from balai.kernel.cases.engine import Service
from balai.kernel.cases.models import CaseFile


def papers_at_hand(
    service: Service, person_id: UUID | None, *, at: datetime, but: UUID | None = None
) -> frozenset[str]:
    """The codes of the service's papers that an earlier case of the person holds, recent enough
    to be taken over; `but` is the case that is being filled in.
    """
    lasting = [paper for paper in service.papers if paper.reuse_days]
    if person_id is None or not lasting:
        return frozenset()
    found = CaseFile.objects.filter(case__person_id=person_id, code__in=[p.code for p in lasting])
    others = found.exclude(case_id=but) if but else found
    given = list(others.values_list("code", "media_type", "at"))
    return frozenset(
        paper.code for paper in lasting
        if any(code == paper.code and media in paper.types
               and day >= at - timedelta(days=paper.reuse_days) for code, media, day in given)
    )  # fmt: skip
