"""Columns that several tables share."""

from __future__ import annotations

from django.db import models
from django.db.models import Func


def identifier() -> models.UUIDField[object, object]:
    """A primary key whose values follow time (UUID version 7)."""
    return models.UUIDField(
        primary_key=True, editable=False,
        db_default=Func(function="uuidv7", output_field=models.UUIDField()),
    )  # fmt: skip
