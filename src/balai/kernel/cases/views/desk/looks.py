"""Opening the personal answers of a case: behind a purpose, which holds for a while."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import override

from balai.kernel.cases.models import Case
from balai.kernel.people.forms import PurposeForm
from balai.kernel.people.looks import Purpose
from balai.kernel.people.purposes import (
    Standing,
    drop_purpose,
    keep_purpose,
    look_of,
    standing_purpose,
)

__all__ = ["Standing", "look_form", "look_here", "open_answers", "shut_answers", "standing"]


def standing(request: HttpRequest, row: Case) -> Standing | None:
    """The purpose said for this case, if it still holds."""
    return standing_purpose(request, row.id)


def look_here(request: HttpRequest, row: Case) -> Any:
    """The look that opens the answers now, or None where no purpose was said."""
    said = standing(request, row)
    return look_of(request, said.purpose) if said else None


def open_answers(request: HttpRequest, case: UUID, given: dict[str, Any]) -> None:
    """Remember why the answers of this case are opened."""
    keep_purpose(request, case, Purpose(given["purpose"], given["reason"]))


def shut_answers(request: HttpRequest, case: UUID) -> None:
    """Close them: the next look needs a purpose again."""
    drop_purpose(request, case)


def look_form(data: Any, row: Case) -> PurposeForm:
    """The form that asks why; it begins with the number of the request."""
    with override("id"):  # the log's readers are residents, whatever the officer's language is
        reason = _("Working on request %(number)s") % {"number": row.number}
    return PurposeForm(data, initial={"purpose": "service", "reason": reason})
