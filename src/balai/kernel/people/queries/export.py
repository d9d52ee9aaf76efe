"""Everything the register keeps about one person, for that person (UU 27/2022 arts. 7 and 13)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from balai.kernel.people import facts
from balai.kernel.people.looks import Look
from balai.kernel.people.queries.accesses import accesses_of, questions_of
from balai.kernel.people.queries.record import open_person
from balai.kernel.people.queries.rights import consent_history, requests_of

FORMAT = "balai/people-export/1"


def everything_of(person: UUID, *, look: Look) -> dict[str, Any]:
    """The record, who looked, consents and requests, as plain JSON values; logged as a look.

    Codes of the family card come with their titles; times are UTC.
    """
    record = open_person(person, look=look, parts=("export",), own=True)
    return {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "record": _plain(asdict(record)),
        "titles": {name: dict(record.title_of(name)) for name in facts.CODED},
        "looks": _rows(accesses_of(person), (
            "at", "actor", "actor_name", "office", "purpose", "reason", "channel", "address",
            "parts",
        )),
        "questions": _rows(questions_of(person), (
            "asked_at", "question", "finding", "answer", "answered_by", "answered_at",
        )),
        "consents": _rows(consent_history(person), (
            "at", "purpose", "text_version", "granted", "channel",
        )),
        "requests": _rows(requests_of(person), (
            "received_at", "kind", "text", "parts", "status", "due_at", "closed_at", "reason",
            "legal_basis", "outcome",
        )),
    }  # fmt: skip


def _rows(rows: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [_plain({name: getattr(row, name) for name in names}) for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
