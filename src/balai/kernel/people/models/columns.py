"""Columns that many tables of the register share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models

from balai.kernel.identifiers import time_ordered_ids


def new_id() -> UUID:
    """An identifier known before the row is written: sealed values are bound to it."""
    return UUID(time_ordered_ids(1)[0])


def id_column() -> Any:
    """The primary key of a row, a UUID of version 7."""
    return models.UUIDField(primary_key=True, default=new_id, editable=False)


def region_column() -> Any:
    """The region's code that row-level security asks for: the deepest that is known."""
    return models.TextField()


def validity(name: str) -> models.CheckConstraint:
    """That a row's last day is not before its first."""
    return models.CheckConstraint(
        name=name,
        condition=models.Q(valid_to=None)
        | models.Q(valid_from=None)
        | models.Q(valid_from__lte=models.F("valid_to")),
    )


def filled(name: str, *columns: str) -> models.CheckConstraint:
    """That none of these text columns is empty."""
    condition = models.Q()
    for column in columns:
        condition &= ~models.Q(**{column: ""})
    return models.CheckConstraint(name=name, condition=condition)
