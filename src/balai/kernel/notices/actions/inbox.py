"""What a reader does with their own notices."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models.functions import Now

from balai.kernel.notices.models import Notice
from balai.kernel.row_security import rows_of


def mark_read(reader: UUID, ids: Iterable[UUID] | None = None) -> int:
    """Mark notices of the reader as read (all without numbers); returns how many changed."""
    with rows_of(person=reader):
        rows = Notice.objects.filter(reader=reader, read_at=None)
        if ids is not None:
            rows = rows.filter(pk__in=list(ids))
        return rows.update(read_at=Now())


def mark_unread(reader: UUID, notice: UUID) -> int:
    """Mark one as unread again; returns how many changed."""
    with rows_of(person=reader):
        rows = Notice.objects.filter(reader=reader, pk=notice, read_at__isnull=False)
        return rows.update(read_at=None)
