"""Why a leg costs what it does, and what was done with a card, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from balai.transit.card_forms import localised
from balai.transit.engine.fares.explaining import Explanation, explain_boarding
from balai.transit.engine.fares.taps import UNKNOWN, Reason
from balai.transit.engine.fares.tariff import Tariff
from balai.transit.models import CardAccount, Dispute
from balai.transit.queries.rides import Ride, RideLeg
from balai.transit.queries.tariffs import tariff_on
from balai.transit.views.bill import reason_words

CAPPED = (Reason.TOPPED_UP_TO_CAP, Reason.CAP_REACHED)
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
                "relief": relief_title(leg, ride, tariffs[key]),
                "dispute": disputed.get(leg.boarding) if since else None,
                "may_dispute": since is not None and leg.charge > 0 and ride.day >= since,
            }
            for leg in ride.legs
        ]  # fmt: skip
        # What was given back after a dispute was no saving.
        refunded = sum(leg.refunded for leg in ride.legs)
        saved = max(0, ride.full_price - ride.charge - refunded)
        told.append({"ride": ride, "legs": legs, "saved": saved})
    return told


def why(leg: RideLeg, ride: Ride, tariff: Tariff) -> str:
    """Why the leg is charged what it is; where a window decides, when that opened."""
    rule = _explained(leg, ride, tariff)[0]
    assert rule.reason is not None
    words = reason_words(rule.reason)
    if rule.opened is None or rule.seconds is None:
        return words
    form = "%H:%M" if get_language() == "en" else "%H.%M"
    opened = timezone.localtime(datetime.fromtimestamp(rule.opened, UTC)).strftime(form)
    told = {"hours": f"{rule.seconds / 3600:g}", "minutes": rule.seconds // 60, "clock": opened}
    if rule.reason in CAPPED:
        return _("capped: %(hours)s h window opened %(clock)s") % told
    if rule.reason is Reason.TICKET_OPEN:
        return _("free: the ticket of %(clock)s holds %(minutes)s minutes") % told
    return _("%(reason)s: one package of %(minutes)s minutes, opened %(clock)s") % {
        "reason": words, **told,
    }  # fmt: skip


def act_reason(act: str, reason: str, titles: Mapping[str, Mapping[str, str]]) -> str:
    """Why something was done with a card, in words: kinds of block, groups and days have names."""
    if act == "blocked" and reason in CardAccount.Block.values:
        return str(CardAccount.Block(reason).label)
    if act.startswith("concession-") and reason in titles:
        return localised(titles[reason])
    if act == "lost":
        return date_format(date.fromisoformat(reason), "j F Y")
    return reason


def relief_title(leg: RideLeg, ride: Ride, tariff: Tariff) -> str:
    """What took most off the charge, by its title; a period's cap by its period; empty for none."""
    taken = _explained(leg, ride, tariff)[1:]
    if not taken:
        return ""
    if taken[0].kind == "cap":
        return str(PERIODS[taken[0].period])
    return localised(dict(taken[0].title)) if taken[0].title else taken[0].code


def _explained(leg: RideLeg, ride: Ride, tariff: Tariff) -> tuple[Explanation, ...]:
    # A journey's window opened at its first tap-in; what a leg pays already left reliefs out.
    return explain_boarding(
        tariff, Reason[leg.reason.upper()], leg.charge, opened=int(ride.first_at.timestamp()),
        metres=UNKNOWN if leg.metres is None else leg.metres, relief=leg.relief,
        relief_code=leg.relief_reason,
    )  # fmt: skip
