"""Voiding a document, and issuing another in its place. Numbers are never given again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.kernel.access.origin import Origin
from balai.kernel.documents import sealing
from balai.kernel.documents.actions.issuing import issue
from balai.kernel.documents.actions.signing import signatory_for
from balai.kernel.documents.actions.telling import tell
from balai.kernel.documents.events import DECLINED, REPLACED, VOIDED
from balai.kernel.documents.models import Document, PublicRecord, State
from balai.kernel.events.kinds import EventKind
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError

LONGEST_REASON = 500


@transaction.atomic
def void(document: UUID, *, reason: str, by: Origin) -> Document:
    """Make a document void: it keeps its number, and the page of verification says so.

    ProblemError without a reason; ConflictError where it ended before.
    """
    found = _standing(document)
    _end(found, State.VOID, reason, by, VOIDED)
    return found


@transaction.atomic
def decline(document: UUID, *, user: Any, reason: str, by: Origin) -> Document:
    """Refuse to sign, by the one whose turn it is: the document ends as void, with the reason, and
    nobody else is asked.

    ConflictError where it waits for nobody; ProblemError 403 where it is another's turn.
    """
    found = _standing(document)
    turn = found.signatures.filter(signed_at=None).order_by("order").first()
    if turn is None or found.state != State.WAITING:
        raise ConflictError(_("The document does not wait for a signature"),
                            detail=f"{found.number}: {found.get_state_display()}.")  # fmt: skip
    signatory = signatory_for(turn, user)
    _end(found, State.VOID, reason, by, DECLINED, step=turn.order, told=signatory.title)
    return found


@transaction.atomic
def reissue(
    document: UUID,
    *,
    reason: str,
    by: Origin,
    key: str,
    changes: Mapping[str, Any] | None = None,
) -> Document:
    """Issue another document in the place of this one, with its data but for the changes.

    The new one has a number of its own; the old one says that it was replaced, and by which.
    """
    known = Document.objects.filter(request_key=key).select_related("replaces").first()
    if known is not None and known.replaces is not None and known.replaces.id == document:
        return known
    found = _standing(document)
    data = {**sealing.open_data(bytes(found.sealed), found.id), **(changes or {})}
    made = issue(
        found.kind, office=found.office.code, city=found.city, data=data, about=found.person_id,
        by=by, key=key, region_code=found.region_code, replaces=found, generated=found.generated,
    )  # fmt: skip
    _end(found, State.REPLACED, reason, by, REPLACED)
    PublicRecord.objects.filter(pk=found.code).update(replaced_by=made.code)
    return made


def _standing(document: UUID) -> Document:
    found = (
        Document.objects.select_for_update(of=("self",))
        .select_related("office")
        .filter(pk=document)
        .first()
    )
    if found is None:
        raise MissingError("There is no such document", detail=f"No document {document} is here.")
    if found.state in {State.VOID, State.REPLACED}:
        raise ConflictError(_("The document ended before"),
                            detail=f"{found.number}: {found.get_state_display()}.")  # fmt: skip
    return found


def _end(
    found: Document, state: State, reason: str, by: Origin, event: EventKind, *, step: int = 0,
    told: str = "",
) -> None:  # fmt: skip
    reason = reason.strip()
    if not 3 <= len(reason) <= LONGEST_REASON:
        raise ProblemError(
            _("The reason is missing"),
            faults=(Fault(field="reason", problem=f"is not of 3 to {LONGEST_REASON} letters",
                          remedy=_("Say in a sentence why")),),
        )  # fmt: skip
    found.state, found.ended_reason = state, f"{told}: {reason}" if told else reason
    found.ended_at, found.ended_by = timezone.now(), by.actor or "system"
    found.save(update_fields=["state", "ended_reason", "ended_at", "ended_by"])
    PublicRecord.objects.filter(pk=found.code).update(state=state, ended_on=found.ended_at.date())
    tell(event, found, by, step=step)
