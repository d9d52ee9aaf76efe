"""Refusing a file that lacks a column before any row of it is read."""

from __future__ import annotations

from balai.kernel.people.intake.engine import Columns, FileRefusedError
from balai.kernel.people.intake.engine.columns import heading_of
from balai.kernel.people.intake.engine.reading import _

NO_COLUMN = (
    _("The header lacks what every row needs: {value}"),
    _("Add these columns, or give the ones that hold it these names"),
)
NO_PLACE = (
    _("The header lacks what every row needs: {value}"),
    _("Add these columns, or name the village that all rows belong to"),
)


def refuse_missing(columns: Columns, *, has_village: bool) -> None:
    """Raise FileRefusedError that names every required column the header lacks."""
    missing = columns.missing(has_village=has_village)
    if not missing:
        return
    names = ", ".join(heading_of(field) for field in missing)
    if "region" in missing:
        raise FileRefusedError(NO_PLACE[0], NO_PLACE[1], names)
    raise FileRefusedError(NO_COLUMN[0], NO_COLUMN[1], names)
