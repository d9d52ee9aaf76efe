"""The words of settlement's codes, in the reader's language."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from balai.transit.models import StatementLine


def penalty_title(code: str) -> str:
    """A breach of the service standard by name."""
    return {
        "missed_run": _("Runs missed"),
        "headway": _("Headways not kept"),
        "waiting": _("Waiting for passengers"),
        "smoking": _("Smoking in the vehicle"),
        "uniform": _("No uniform"),
        "cleanliness": _("Vehicle not clean"),
    }.get(code, code)


def line_title(line: StatementLine) -> str:
    """A statement's line by name."""
    if line.kind == "penalty":
        return _("Penalty: %(breach)s") % {"breach": penalty_title(line.code).lower()}
    if line.kind == "adjustment":
        day = date_format(date.fromisoformat(line.code), "j F Y")
        return _("Adjustment of fares of %(day)s") % {"day": day}
    return {
        "kilometres": _("Verified kilometres"),
        "beyond_target": _("Kilometres beyond the target"),
        "guarantee": _("Guaranteed pay"),
        "fares": _("Share of fares"),
    }.get(line.kind, line.kind)
