"""Requests about one's data under UU 27/2022: received, checked, done in part or whole, refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from balai.kernel.access.actions import record
from balai.kernel.access.origin import Origin
from balai.kernel.people import facts
from balai.kernel.people.actions.person import FIELDS, change_person, subject_of
from balai.kernel.people.actions.questions import checked_words
from balai.kernel.people.erasure import erase
from balai.kernel.people.models import RightsEntry, RightsRequest
from balai.kernel.people.queries.record import person_at
from balai.kernel.people.queries.rights import (
    KINDS,
    due,
    rights_request,
    what_law_keeps,
    what_may_go,
)
from balai.kernel.people.telling import tell_person
from balai.kernel.problems import ConflictError, Fault, ProblemError

OPEN = ("received", "checked")
CLOSED = ("done", "done-partly", "refused", "withdrawn")


@transaction.atomic
def make_request(
    person_id: UUID,
    kind: str,
    *,
    text: str,
    origin: Origin,
    parts: Iterable[str] = (),
    proposal: Mapping[str, Any] | None = None,
) -> UUID:
    """Ask for the own record to be rectified or erased; the clock runs from now.

    `parts` of the record to be erased; `proposal` the fields as they should read. ConflictError
    while a request of the kind is open.
    """
    person = person_at(person_id)
    _check_request(kind, tuple(parts), proposal or {})
    if RightsRequest.objects.filter(person=person, kind=kind, closed_at=None).exists():
        raise ConflictError(
            "A request of this kind is open", detail="Wait for its answer, or withdraw it first."
        )
    received = timezone.now()
    row = RightsRequest.objects.create(
        person=person, region_code=person.region_code, kind=kind, parts=list(parts),
        text=checked_words("text", text), proposal=dict(proposal or {}), received_at=received,
        due_at=due(kind, received),
    )  # fmt: skip
    _step(row, "received", "", origin)
    return row.pk


@transaction.atomic
def check_request(request_id: UUID, *, origin: Origin, note: str = "") -> list[dict[str, str]]:
    """Say for each part asked about whether the law requires it to be kept, and by which article.

    The result is kept with the request, for the officer who closes it and the person who reads it.
    """
    row = _locked(request_id)
    if row.status != "received":
        raise ConflictError("This request was checked already")
    row.outcome = judge(row.parts) if row.kind == "erasure" else []
    row.status = "checked"
    row.save(update_fields=["outcome", "status"])
    _step(row, "checked", note, origin)
    return list(row.outcome)


@transaction.atomic
def close_request(
    request_id: UUID,
    status: str,
    *,
    reason: str,
    origin: Origin,
    legal_basis: str = "",
    accepted: Collection[str] | None = None,
) -> None:
    """Close a checked request: `done`, `done-partly` or `refused` (with reason and legal basis).

    An erasure destroys what may go; a rectification changes the fields as proposed, or those of
    them that are `accepted`. `withdrawn` is the person's own word, and may come before the check.
    """
    row = _locked(request_id)
    if accepted is not None:
        _check_accepted(row, status, accepted, reason)
    _check_closing(row, status, reason, legal_basis)
    if status in ("done", "done-partly"):
        _carry_out(row, set(row.proposal if accepted is None else accepted), origin)
        left = {"kept", "declined"}.intersection(each["state"] for each in row.outcome)
        if row.kind == "erasure" or row.proposal:
            status = "done-partly" if left else "done"
    row.status, row.reason, row.legal_basis = status, reason.strip(), legal_basis.strip()
    row.closed_at = timezone.now()
    row.save(update_fields=["status", "reason", "legal_basis", "closed_at", "outcome"])
    _step(row, status, reason, origin)
    if status != "withdrawn":
        tell_person(row.person_id, "people.request-answered", page=f"requests/{row.pk}/",
                    key=f"people.request-answered/{row.pk}")  # fmt: skip


def judge(parts: Iterable[str]) -> list[dict[str, str]]:
    """For each part: `kept` with the article that requires it, or `may-go` with the right's."""
    today = timezone.localdate()
    keeps, goes = what_law_keeps(today), what_may_go(today)
    return [
        {"part": part, "state": "kept" if part in keeps else "may-go",
         "article": keeps[part].article if part in keeps else goes.article}
        for part in parts
    ]  # fmt: skip


def known_parts() -> tuple[str, ...]:
    """The parts of a record a request may name: those that may go first."""
    today = timezone.localdate()
    return (*what_may_go(today).value, *what_law_keeps(today))


def _check_accepted(
    row: RightsRequest, status: str, accepted: Collection[str], reason: str
) -> None:
    faults = [
        Fault(field="accept", value=name[:30], problem="was not proposed")
        for name in accepted if name not in row.proposal
    ]  # fmt: skip
    if status in ("done", "done-partly") and row.proposal and not accepted:
        faults.append(Fault(field="accept", problem="is empty",
                            remedy="Choose what is changed, or refuse the request"))  # fmt: skip
    if set(row.proposal) - set(accepted) and not reason.strip():
        faults.append(Fault(field="reason", problem="is missing",
                            remedy="Say why some of it is not changed"))  # fmt: skip
    if faults:
        raise ProblemError("The request cannot be closed so", faults=tuple(faults))


def _carry_out(row: RightsRequest, accepted: Collection[str], origin: Origin) -> None:
    if row.kind == "erasure":
        going = [each["part"] for each in row.outcome if each["state"] == "may-go"]
        erase(row.person_id, going, origin=origin)
        row.outcome = [
            {**each, "state": "erased"} if each["part"] in going else each for each in row.outcome
        ]
    elif row.kind == "rectification" and row.proposal:
        wanted = {name: value for name, value in row.proposal.items() if name in accepted}
        change_person(
            row.person_id, typed_proposal(wanted), reason=f"request {row.pk}", origin=origin
        )
        row.outcome = [
            {"part": name, "state": "changed" if name in wanted else "declined", "article": ""}
            for name in row.proposal
        ]


def typed_proposal(proposal: Mapping[str, Any]) -> dict[str, Any]:
    """A proposal as it is kept, with its days and codes as values of a record."""
    from datetime import date

    typed = dict(proposal)
    if typed.get("birth_date"):
        typed["birth_date"] = date.fromisoformat(typed["birth_date"])
    for name in facts.CODED:
        if typed.get(name) is not None and name in typed:
            typed[name] = int(typed[name])
    return typed


def _check_request(kind: str, parts: tuple[str, ...], proposal: Mapping[str, Any]) -> None:
    faults = []
    if kind not in KINDS:
        faults.append(Fault(field="kind", value=kind[:30], problem="is not a known kind",
                            remedy=f"Use {', '.join(KINDS)}"))  # fmt: skip
    unknown = [part for part in parts if part not in known_parts()]
    if kind == "erasure" and (unknown or not parts):
        faults.append(Fault(field="parts", value=", ".join(unknown)[:100],
                            problem="names no part of the record" if unknown else "is empty",
                            remedy=f"Name some of {', '.join(known_parts())}"))  # fmt: skip
    faults += [
        Fault(field=name, problem="is no field of a record")
        for name in proposal
        if name not in FIELDS
    ]
    if faults:
        raise ProblemError("The request cannot be made", faults=tuple(faults))


def _check_closing(row: RightsRequest, status: str, reason: str, legal_basis: str) -> None:
    if status not in CLOSED:
        raise ProblemError(
            "The request cannot be closed so",
            faults=(Fault(field="status", value=status[:30], problem="is no end of a request",
                          remedy=f"Use {', '.join(CLOSED)}"),),
        )  # fmt: skip
    if row.status != "checked" and status != "withdrawn":
        raise ConflictError("This request must be checked first")
    missing = [
        Fault(field=name, problem="is missing", remedy="A refusal says why, and by which article")
        for name, text in (("reason", reason), ("legal_basis", legal_basis))
        if status == "refused" and not text.strip()
    ]
    if missing:
        raise ProblemError("The request cannot be closed so", faults=tuple(missing))


def _locked(request_id: UUID) -> RightsRequest:
    row = RightsRequest.objects.select_for_update().get(pk=rights_request(request_id).pk)
    if row.closed_at is not None:
        raise ConflictError("This request is closed", detail="Make a new one.")
    return row


def _step(row: RightsRequest, status: str, note: str, origin: Origin) -> None:
    RightsEntry.objects.create(
        request=row, person_id=row.person_id, region_code=row.region_code, status=status,
        actor=origin.actor or origin.channel, note=note.strip(),
    )  # fmt: skip
    record(f"people.request-{status}", origin, subject=subject_of(row.person_id), kind=row.kind,
           region=row.region_code, request=str(row.pk))  # fmt: skip
