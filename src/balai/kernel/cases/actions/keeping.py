"""Writing what an act made of a case: row, event, the record of events and the audit together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.cases import sealing
from balai.kernel.cases.engine import FREE_TEXT, Transition
from balai.kernel.cases.events import KINDS, CaseActed
from balai.kernel.cases.models import Case, CaseEvent
from balai.kernel.cases.queries.case import state_data
from balai.kernel.events.actions import Happening, local_day, record
from balai.kernel.problems import Fault, ProblemError
from balai.kernel.regions.queries import City, lineage

NEXT_NUMBER = """
INSERT INTO cases_counter (city, year, last) VALUES (%s, %s, 1)
ON CONFLICT (city, year) DO UPDATE SET last = cases_counter.last + 1
RETURNING last
"""
MIRRORED = ("status", "step", "role", "served_region", "escalated", "office_level", "holder",
            "clock", "submitted_at", "due_at", "step_due_at", "escalates_at",
            "sequence")  # fmt: skip


def check_known(region: str, field: str) -> None:
    """ProblemError where no region has this code: roles hold in regions that are known, so nobody
    could act there.
    """
    if not lineage(region):
        fault = Fault(field=field, value=region[:20], problem=_("is no region known here"),
                      remedy=_("Choose a village of the list"))  # fmt: skip
        raise ProblemError(_("The place is not known"), faults=(fault,))


def keep(
    row: Case, made: Transition, *, by: Any, origin: Origin, city: City,
    key: str | None = None, digest: str = "", new: bool = False,
) -> CaseEvent:  # fmt: skip
    """Write the transition. The number is taken at the first submission, and with it or not at
    all.
    """
    mirror(row, made, city)
    if row.submitted_at is not None and not row.number:
        _number(row, city)
    row.save(force_insert=new)
    event = _event(row, made.event, by, origin, key, digest)
    _tell(row, event, origin, city)
    return event


def mirror(row: Case, made: Transition, city: City) -> None:
    """Bring the row's columns to the state."""
    state = made.state
    row.state = state_data(state)
    row.service_version = state.version
    row.region_code = state.office_region
    for name in MIRRORED:
        setattr(row, name, getattr(state, name))
    row.closed_at = state.ended_at
    row.closed_on = local_day(state.ended_at, city.zone) if state.ended_at else None
    decided = state.ended_at is not None and state.status != "withdrawn"
    row.on_time = not state.late(state.ended_at) if decided and state.ended_at else None


def lock_key(key: str) -> None:
    """Let those who come with the same key wait for each other until the transaction ends."""
    if not key or len(key) > 200 or "\x00" in key:
        fault = Fault(field="key", problem="is not of 1 to 200 letters")
        raise ProblemError("The request has no usable key", faults=(fault,))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [key])


def digest_of(*parts: Any) -> str:
    """What tells one request from another, and nothing of what it says: keyed by the content."""
    text = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(sealing.secret() + text.encode()).hexdigest()


def split_words(payload: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of an event may stand in the open, and the words that people wrote."""
    plain: dict[str, Any] = {}
    words: dict[str, Any] = {}
    for name, value in payload.items():
        if name in FREE_TEXT:
            words[name] = value
        elif isinstance(value, Mapping):
            plain[name], inner = split_words(value)
            words |= inner
        else:
            plain[name] = value
    return plain, words


def _number(row: Case, city: City) -> None:
    assert row.submitted_at is not None
    year = local_day(row.submitted_at, city.zone).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [row.city, year])
        (no,) = cursor.fetchone() or (0,)
    row.year, row.no, row.number = year, no, f"PM-{year}-{no:06}"


def _event(
    row: Case, event: Mapping[str, Any], by: Any, origin: Origin, key: str | None, digest: str
) -> CaseEvent:
    plain, words = split_words(event)
    place = f"{row.id}/{row.sequence}"
    return CaseEvent.objects.create(
        case=row, sequence=row.sequence, kind=event["kind"],
        at=datetime.fromisoformat(event["at"]),
        actor=event.get("actor") or origin.actor, role=event.get("role", ""), payload=plain,
        actor_name=by.get_full_name() if by is not None else "",
        sealed_payload=sealing.seal(sealing.WORDS, words, place) if words else None,
        key=key, request_digest=digest,
    )  # fmt: skip


def _tell(row: Case, event: CaseEvent, origin: Origin, city: City) -> None:
    at = event.at
    record(
        Happening(
            kind=KINDS[event.kind], at=at, day=local_day(at, city.zone), city=row.city,
            place=row.region_code, subject=f"case:{row.id}", actor=origin.actor,
            key=f"cases:{row.id}:{row.sequence}",
            data=CaseActed(case=str(row.id), service=row.service_code,
                           version=row.service_version, sequence=row.sequence, status=row.status,
                           step=row.step, generated=row.generated),
        )
    )  # fmt: skip
    audit(f"cases.{event.kind}", origin, subject=f"case:{row.id}", region=row.region_code,
          number=row.number, sequence=row.sequence, role=event.role)  # fmt: skip
