"""Why a leg costs what it does, and what was done with a card, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from balai.transit.card_forms import localised
from balai.transit.engine.fares.taps import Reason
from balai.transit.engine.fares.tariff import (
    CappedWindow,
    DistanceIntegrated,
    PerBoarding,
    PeriodCap,
    Tariff,
)
from balai.transit.models import Dispute
from balai.transit.queries.rides import Ride, RideLeg
from balai.transit.queries.tariffs import tariff_on
from balai.transit.views.bill import reason_words

CAPPED = (Reason.TOPPED_UP_TO_CAP, Reason.CAP_REACHED)
JOINED = (Reason.INTEGRATED, Reason.INTEGRATED_CAP)
ACTS = {
    "issued": gettext_lazy("Card issued"),
    "bound": gettext_lazy("Card added to its holder"),
    "blocked": gettext_lazy("Blocked"),
    "unblocked": gettext_lazy("Unblocked"),
    "reset": gettext_lazy("Opened again after a missing tap-out"),
    "lost": gettext_lazy("Reported lost"),
    "replaced": gettext_lazy("Replaced by a new card"),
    "carried": gettext_lazy("Balance moved to the new card"),
    "expired": gettext_lazy("Expired"),
    "pass-bought": gettext_lazy("Pass bought"),
    "concession-granted": gettext_lazy("Concession granted"),
    "concession-refused": gettext_lazy("Concession refused"),
    "concession-withdrawn": gettext_lazy("Application for a concession withdrawn"),
    "concession-revoked": gettext_lazy("Concession revoked"),
}
MOVES = {
    "load": gettext_lazy("Load"),
    "load-back": gettext_lazy("Load taken back"),
    "fare": gettext_lazy("Fare"),
    "refund": pgettext_lazy("money given back", "Refund"),
    "pass": gettext_lazy("Pass"),
    "replacement": gettext_lazy("Balance of a replaced card"),
}
PERIODS = {
    "day": gettext_lazy("the most a day costs"),
    "week": gettext_lazy("the most a week costs"),
    "month": gettext_lazy("the most a month costs"),
}
TAGS = {
    "active": "ok", "blocked": "late", "lost": "late", "replaced": "mute", "expired": "mute",
    "open": "wait", "applied": "wait", "refunded": "ok", "granted": "ok", "refused": "mute",
    "withdrawn": "mute", "revoked": "late",
}  # fmt: skip


def told_rides(
    found: list[Ride], *, disputes: Mapping[int, Dispute] | None = None, since: date | None = None
) -> list[dict[str, Any]]:
    """Each ride with its legs' reasons in words; with `since`, the first day whose charges may be
    disputed, also what may be and what is disputed.
    """
    disputed = disputes or {}
    tariffs: dict[tuple[str, Any], Tariff] = {}
    told = []
    for ride in found:
        key = (ride.tariff, ride.tariff_day)
        if key not in tariffs:
            tariffs[key] = tariff_on(*key)
        legs = [
            {
                "leg": leg, "why": why(leg, ride, tariffs[key]),
                "relief": relief_title(leg, tariffs[key]),
                "dispute": disputed.get(leg.boarding) if since else None,
                "may_dispute": since is not None and leg.charge > 0 and ride.day >= since,
            }
            for leg in ride.legs
        ]  # fmt: skip
        told.append({"ride": ride, "legs": legs, "saved": max(0, ride.full_price - ride.charge)})
    return told


def why(leg: RideLeg, ride: Ride, tariff: Tariff) -> str:
    """Why the leg is charged what it is; where a window decides, when that opened."""
    reason = Reason[leg.reason.upper()]
    form = "%H:%M" if get_language() == "en" else "%H.%M"
    opened = timezone.localtime(ride.first_at).strftime(form)
    rule = tariff.rule
    if reason in CAPPED and isinstance(rule, CappedWindow):
        return _("capped: %(hours)s h window opened %(clock)s") % {
            "hours": f"{rule.window_seconds / 3600:g}", "clock": opened,
        }  # fmt: skip
    if reason in JOINED and isinstance(rule, DistanceIntegrated):
        words = reason_words(reason)
        minutes = rule.validity_seconds // 60
        return _("%(reason)s: one package of %(minutes)s minutes, opened %(clock)s") % {
            "reason": words, "minutes": minutes, "clock": opened,
        }  # fmt: skip
    if reason is Reason.TICKET_OPEN and isinstance(rule, PerBoarding):
        return _("free: the ticket holds %(minutes)s minutes") % {
            "minutes": rule.transfer_seconds // 60
        }
    return reason_words(reason)


def relief_title(leg: RideLeg, tariff: Tariff) -> str:
    """What took off the charge, by its title; a period's cap by its period."""
    taken = {each.code: each for each in tariff.reliefs()}.get(leg.relief_reason)
    if taken is None:
        return leg.relief_reason
    if isinstance(taken, PeriodCap):
        return str(PERIODS[taken.period])
    return localised(taken.title)
