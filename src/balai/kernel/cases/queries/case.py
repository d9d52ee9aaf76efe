"""A case as it is read: its facts, history, papers, and what may be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.utils import timezone
from pydantic import TypeAdapter

from balai.kernel.access.actions import record as audit
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.access.reading import Reading, note_reading
from balai.kernel.cases import sealing
from balai.kernel.cases.engine import CaseState, Service
from balai.kernel.cases.models import Case, CaseEvent, CaseFile
from balai.kernel.cases.queries import services
from balai.kernel.cases.queries.people import acts_of
from balai.kernel.people.looks import log_look
from balai.kernel.people.queries import Look, PersonCard, cards
from balai.kernel.problems import MissingError


@dataclass(frozen=True, slots=True)
class EventView:
    """Something that happened: `words` are what the person who did it wrote, if anything."""

    sequence: int
    kind: str
    at: datetime
    actor: str
    actor_name: str
    role: str
    words: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FileView:
    """A paper: its place in the definition, name, and what the bytes are."""

    id: UUID
    code: str
    name: str
    media_type: str
    size: int
    digest: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case. `answers` hold the personal ones only where they were opened (`opened`); `remaining`
    is in whole minutes of working time while the clock stands.
    """

    id: UUID
    number: str
    city: str
    service: Service
    newest_version: int
    region_code: str
    home_region: str
    person_id: UUID | None
    person: PersonCard | None
    applicant: str
    status: str
    step: str
    role: str
    office_level: str
    holder: str | None
    holder_name: str
    clock: str
    remaining: int | None
    opened_at: datetime
    submitted_at: datetime | None
    due_at: datetime | None
    step_due_at: datetime | None
    closed_at: datetime | None
    on_time: bool | None
    late: bool
    sequence: int
    answers: Mapping[str, Any]
    opened: bool
    events: tuple[EventView, ...]
    files: tuple[FileView, ...]
    document_id: UUID | None
    generated: bool
    state: CaseState
    acts: frozenset[str] = field(default=frozenset())


def case(
    case_id: UUID, *, look: Look | None = None, user: Any = None, own: bool = False
) -> CaseView:
    """A case whose row is open. With a `look` the personal answers are opened and the look is
    written to the log of the person; with `own` they are the reader's own. `user` fills `acts`.
    MissingError where it is not open.
    """
    return view_of(find_case(case_id), look=look, user=user, own=own)


def find_case(case_id: UUID, *, lock: bool = False) -> Case:
    """The row; MissingError where there is none, or it is not open to who asks."""
    rows = Case.objects.select_for_update(of=("self",)) if lock else Case.objects
    found = rows.filter(pk=case_id).first()
    if found is None:
        raise MissingError("There is no such case", detail=f"No case {case_id} is open here.")
    return found


def view_of(
    row: Case, *, look: Look | None = None, user: Any = None, own: bool = False
) -> CaseView:
    """The case in whole; see `case`."""
    state, definition, now = state_of(row), _definition(row), timezone.now()
    people = cards([row.person_id]) if row.person_id else {}
    events = tuple(map(_event, CaseEvent.objects.filter(case=row).order_by("sequence")))
    return CaseView(
        id=row.id, number=row.number, city=row.city, service=definition,
        newest_version=services.newest(row.service_code), region_code=row.region_code,
        home_region=row.home_region, person_id=row.person_id,
        person=people.get(row.person_id) if row.person_id else None,
        applicant=row.applicant.get_username() if row.applicant else "", status=row.status,
        step=row.step, role=row.role, office_level=row.office_level, holder=row.holder,
        holder_name=names_of([row.holder] if row.holder else []).get(row.holder or "", ""),
        clock=row.clock, remaining=state.remaining, opened_at=row.opened_at,
        submitted_at=row.submitted_at, due_at=row.due_at, step_due_at=row.step_due_at,
        closed_at=row.closed_at, on_time=row.on_time, late=state.late(now),
        sequence=row.sequence, answers=_answers(row, look, own), opened=own or look is not None,
        events=events, files=files_of(row), document_id=row.document_id, generated=row.generated,
        state=state, acts=acts_of(definition, state, row, user, now=now) if user else frozenset(),
    )  # fmt: skip


def possible_acts(case_id: UUID, user: Any) -> frozenset[str]:
    """The acts that the user may do on the case now."""
    row = find_case(case_id)
    return acts_of(_definition(row), state_of(row), row, user, now=timezone.now())


def files_of(row: Case) -> tuple[FileView, ...]:
    """The papers that count: the latest of each code, by code."""
    found = CaseFile.objects.filter(case=row).defer("content_sealed")
    latest = found.order_by("code", "-at", "-id").distinct("code")
    return tuple(
        FileView(
            id=each.id, code=each.code, media_type=each.media_type, size=each.size,
            name=str(sealing.opened(sealing.NAMES, each.name_sealed, each.id).get("name", "")),
            digest=each.digest, at=each.at, by=each.by,
        )
        for each in latest
    )  # fmt: skip


def file_content(case_id: UUID, file_id: UUID, *, origin: Origin, own: bool = False) -> bytes:
    """The bytes of a paper; the reading of somebody's paper is written to the audit."""
    found = CaseFile.objects.filter(pk=file_id, case_id=case_id).select_related("case").first()
    if found is None:
        raise MissingError("There is no such paper", detail="No such paper is open here.")
    if not own:
        audit("cases.file-opened", origin, subject=f"case:{case_id}", region=found.case.region_code,
              code=found.code)  # fmt: skip
        if found.case.person_id is not None:
            note_reading(
                Reading(person=found.case.person_id, region_code=found.case.home_region,
                        part="case-file", purpose="case-paper",
                        reason=f"{found.case.number} {found.code}"),
                by=origin,
            )  # fmt: skip
    return sealing.open_file(found.content_sealed, found.id)


def state_of(row: Case) -> CaseState:
    """The engine's state of the row."""
    return _states().validate_python(row.state)


def state_data(state: CaseState) -> dict[str, Any]:
    """The state as JSON can hold it."""
    return dict(_states().dump_python(state, mode="json"))


def all_answers(row: Case) -> dict[str, Any]:
    """Every answer, the sealed ones too: for acts that follow from them, never shown."""
    return {**row.answers, **sealing.opened(sealing.ANSWERS, row.answers_sealed, row.id)}


def names_of(usernames: Iterable[str]) -> dict[str, str]:
    """What people are called, by account."""
    found = User.objects.filter(username__in=set(usernames))
    return {each.get_username(): each.get_full_name() or each.get_username() for each in found}


def _answers(row: Case, look: Look | None, own: bool) -> dict[str, Any]:
    if not own and look is None:
        return dict(row.answers)
    if look is not None and not own:
        if row.person_id is not None:
            log_look(look, person=row.person_id, region_code=row.home_region, parts=["case"])
        audit("cases.answers-opened", look.origin, subject=f"case:{row.id}",
              region=row.region_code, purpose=look.purpose.name)  # fmt: skip
    return all_answers(row)


def _event(row: CaseEvent) -> EventView:
    words = sealing.opened(sealing.WORDS, row.sealed_payload, f"{row.case_id}/{row.sequence}")
    return EventView(
        sequence=row.sequence, kind=row.kind, at=row.at, actor=row.actor,
        actor_name=row.actor_name or row.actor, role=row.role,
        payload=row.payload.get("payload", {}),
        words=" ".join(str(each) for each in words.values() if each),
    )  # fmt: skip


def _definition(row: Case) -> Service:
    return services.service(row.service_code, row.service_version)


@cache
def _states() -> TypeAdapter[CaseState]:
    return TypeAdapter(CaseState)
