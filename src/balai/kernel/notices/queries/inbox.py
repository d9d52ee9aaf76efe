"""A reader's own notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet

from balai.kernel.access.models import User
from balai.kernel.access.rows import rows_open_to
from balai.kernel.notices import sealed
from balai.kernel.notices.models import Notice
from balai.kernel.problems import MissingError
from balai.kernel.row_security import rows_of

Which = Literal["", "unread", "read"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as its reader sees it."""

    id: UUID
    kind: str
    city: str
    legal: bool
    subject: str
    text: str
    link: str
    language: str
    created_at: datetime
    read_at: datetime | None


def reader_of(user: User) -> UUID:
    """The number under which a user's notices are kept: their person's, or their account's."""
    return rows_open_to(user).person or sealed.reader_of_account(user.pk)


def letters(
    reader: UUID, *, which: Which = "", city: str | None = None, offset: int = 0, limit: int = 20
) -> tuple[int, list[Letter]]:
    """How many of the reader's notices fit, and a page of them, the newest first."""
    with rows_of(person=reader):
        rows = _chosen(reader, which, city)
        return rows.count(), [_letter(each) for each in rows[offset : offset + limit]]


def letter(reader: UUID, notice: UUID) -> Letter:
    """One of the reader's notices; MissingError where there is none of that number."""
    with rows_of(person=reader):
        found = Notice.objects.filter(reader=reader, pk=notice).first()
        if found is None:
            raise MissingError("No such notice", detail="You have no notice of that number.")
        return _letter(found)


def unread(reader: UUID, *, city: str | None = None) -> int:
    """How many of the reader's notices are not read."""
    with rows_of(person=reader):
        return _chosen(reader, "unread", city).count()


def _chosen(reader: UUID, which: Which, city: str | None) -> QuerySet[Notice]:
    rows = Notice.objects.filter(reader=reader).order_by("-created_at", "-id")
    if city is not None:
        rows = rows.filter(city__in=[city, ""])
    return rows.filter(read_at__isnull=which == "unread") if which else rows


def _letter(row: Notice) -> Letter:
    told = sealed.opened(sealed.CONTENT, row.sealed_content, row.pk)
    return Letter(
        row.pk, row.kind, row.city, row.legal, told["subject"], told["text"], told["link"],
        row.language, row.created_at, row.read_at,
    )  # fmt: skip
