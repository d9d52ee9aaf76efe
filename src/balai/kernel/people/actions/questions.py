"""A person's question about a look, and the answer of the data protection officer."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from balai.kernel.access.actions import record
from balai.kernel.access.origin import Origin
from balai.kernel.people.actions.person import subject_of
from balai.kernel.people.models import AccessEntry, AccessQuestion
from balai.kernel.people.queries.accesses import question as find_question
from balai.kernel.people.queries.rights import due
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError

FINDINGS = {
    "lawful": {"id": "Sesuai tugas", "en": "In the course of duty"},
    "unclear": {"id": "Alasan kurang jelas", "en": "The reason was unclear"},
    "unlawful": {"id": "Tidak sah", "en": "Without lawful reason"},
}
"""What the data protection officer finds about a look."""
LONGEST = 2_000


@transaction.atomic
def ask_about(entry_id: UUID, text: str, *, person: UUID, origin: Origin) -> UUID:
    """Ask why somebody looked at the own record; answered within the hours that the rules set."""
    entry = AccessEntry.objects.filter(pk=entry_id, person_id=person).first()
    if entry is None:
        raise MissingError("No such look", detail="This look is not at your record.")
    words = checked_words("question", text)
    try:
        with transaction.atomic():
            row = AccessQuestion.objects.create(
                entry=entry, person_id=person, region_code=entry.region_code, question=words,
                due_at=due("question", timezone.now()),
            )  # fmt: skip
    except IntegrityError as error:
        raise ConflictError("This look was asked about already") from error
    record("people.look-questioned", origin, subject=subject_of(person), region=row.region_code,
           question=str(row.pk))  # fmt: skip
    return row.pk


@transaction.atomic
def answer_question(question_id: UUID, *, finding: str, answer: str, origin: Origin) -> None:
    """Answer a question with a finding; once."""
    row = AccessQuestion.objects.select_for_update().get(pk=find_question(question_id).pk)
    if row.answered_at is not None:
        raise ConflictError("This question was answered already")
    if finding not in FINDINGS:
        raise ProblemError(
            "The answer cannot be given",
            faults=(Fault(field="finding", value=finding[:30], problem="is not a known finding",
                          remedy=f"Use {', '.join(FINDINGS)}"),),
        )  # fmt: skip
    if row.entry.actor == origin.actor:
        raise ConflictError(
            "Nobody judges the own look", detail="Another data protection officer must answer."
        )
    row.finding, row.answer = finding, checked_words("answer", answer)
    row.answered_by, row.answered_at = origin.actor, timezone.now()
    row.save(update_fields=["finding", "answer", "answered_by", "answered_at"])
    record("people.look-answered", origin, subject=subject_of(row.person_id), finding=finding,
           region=row.region_code, question=str(row.pk))  # fmt: skip


def checked_words(field: str, text: str) -> str:
    """Words of a person or officer; ProblemError where there are none, or too many."""
    words = text.replace("\r\n", "\n").strip()
    if not words or len(words) > LONGEST or "\x00" in words:
        raise ProblemError(
            "Something is missing",
            faults=(Fault(field=field, problem="is empty or too long",
                          remedy=f"Write up to {LONGEST} letters"),),
        )  # fmt: skip
    return words
