"""The words of settlement's codes, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
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


def penalty_measure(code: str, figures: Mapping[str, Any]) -> str:
    """How a breach is found, with the figures that it is measured by (`missed_below` and
    `headway_share` as shares, `headway_s` in seconds).
    """
    minutes = Decimal(figures["headway_s"]) / 60
    counted = {
        "missed_run": _("A run of which less than %(share)s of the kilometres was verified"),
        "headway": _("A departure that follows more than %(minutes)s min, or more than %(over)s, "
                     "beyond the timetable's headway, whichever is more"),
    }.get(code)  # fmt: skip
    if counted is not None:
        return counted % {"share": _percent(figures["missed_below"]), "minutes": _short(minutes),
                          "over": _percent(figures["headway_share"])}  # fmt: skip
    return {
        "waiting": _("An inspector saw a vehicle stand and wait for passengers"),
        "smoking": _("An inspector saw somebody of the crew smoke"),
        "uniform": _("An inspector saw somebody of the crew without uniform"),
        "cleanliness": _("An inspector saw a vehicle that was not clean"),
    }.get(code, _("An inspector records it"))


def penalty_price(rule: Mapping[str, Any]) -> str:
    """What each breach of a rule costs: rupiah, kilometres at the contract's rate, or a share."""
    value = Decimal(str(rule["value"]))
    if rule["basis"] == "amount":
        return f"Rp{_short(value)}"
    if rule["basis"] == "kilometres":
        return _("%(km)s km at the contract's rate") % {"km": _short(value)}
    return share_of_pay(value)


def penalty_free(free: int) -> str:
    """How many breaches of a day cost nothing."""
    return _("not counted each day: the first %(free)s") % {"free": free} if free else ""


def share_of_pay(share: Any) -> str:
    """A share as percent of a day's pay."""
    return _("%(share)s of the day's pay") % {"share": _percent(share)}


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


def _percent(share: Any) -> str:
    return f"{_short(Decimal(str(share)) * 100)}%"


def _short(value: Decimal) -> str:
    """A figure without needless noughts, with the reader's marks."""
    whole = value.normalize()
    places = max(0, -int(whole.as_tuple().exponent))
    return number_format(whole, places, use_l10n=True, force_grouping=True)
