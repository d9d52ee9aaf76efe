"""What the desk's pages say of states, choices, figures and days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_noop, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from balai.transit.engine.fares.modes import MODE_CODES
from balai.transit.views.running import mode_title

STATUS = {"draft": "info", "submitted": "wait", "published": "ok", "withdrawn": "mute"}
CHOICES = {
    "capped-window": _("cap within a window"),
    "per-boarding": _("each boarding pays"),
    "distance-integrated": _("by distance over several modes"),
    "tap-in-to-tap-in": _("from the first tap-in to the last tap-in"),
    "tap-in-to-tap-out": _("from the first tap-in to the last tap-out"),
    "restated": _("restated as the integrated fare stood after each"),
    "own-fare-stands": _("the operator's own fare stands"),
    "farthest-leg": _("as the farthest leg"),
    "base-price": _("at the base price"),
    "reported": _("it is reported and charged nothing"),
    "opens-journey": _("it opens a journey"),
    "same-mode": _("an open boarding of the same mode"),
    "card": _("any open boarding of the card"),
    "tap-out-first": _("the tap-out comes first"),
    "tap-in-first": _("the tap-in comes first"),
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
    "day": pgettext_lazy("period", "day"),
    "week": pgettext_lazy("period", "week"),
    "month": pgettext_lazy("period", "month"),
    "regular": _("regular"),
    "premium": _("premium"),
    "down": _("down"),
    "up": _("up"),
}
CELLS = {
    "modes": _("Modes"), "from": _("From"), "to": _("Until"), "to_inclusive": _("Its end included"),
    "price": _("Price (Rp)"), "base": _("Base (Rp)"), "included_km": _("Included km"),
    "step_km": _("Step km"), "step_price": _("Each step (Rp)"), "maximum": _("At most (Rp)"),
    "weekdays": _("Days (none: every day)"), "code": _("Code"),
    "title_id": _("Title in Indonesian"), "title_en": _("Title in English"),
    "first_day": _("First day"), "last_day": _("Last day"), "percent_off": _("Percent off"),
    "valid_days": _("Valid for days"), "period": _("Period"), "amount": _("At most (Rp)"),
    "week_starts": _("The week begins on"),
}  # fmt: skip


ORDER = {name: place for place, name in enumerate((*MODE_CODES, *CELLS))}
"""JSON keeps no order of names: modes as they are listed, cells as they are typed."""
CLOCKS = ("from", "to")
PROBLEMS = (
    gettext_noop("is missing"), gettext_noop("Fill it in"),
    gettext_noop("is not a whole number of at least 0"), gettext_noop("Write it as 3500"),
    gettext_noop("is not a number of at least 0"), gettext_noop("Write it as 1.3"),
    gettext_noop("is no time of day"), gettext_noop("Write it as 05:00"),
    gettext_noop("is no day"), gettext_noop("Write it as 2027-01-31"),
    gettext_noop("is not a day"), gettext_noop("names none"), gettext_noop("Choose at least one"),
    gettext_noop("is none of the choices"), gettext_noop("Say where the figure comes from"),
    gettext_noop("Correct the figure"), gettext_noop("is no ride"),
    gettext_noop("Write it as: brt 07:10 25 6.5"),
    gettext_noop("must be small letters and digits with single hyphens"),
    gettext_noop("Write it as ok-otrip-2027"), gettext_noop("is the name of a tariff of law"),
    gettext_noop("Give the version a name of its own"),
    gettext_noop("must be a title of 1 to 120 characters"),
    gettext_noop("Write what residents will read"),
    gettext_noop("must be a reason of 1 to 300 characters"),
    gettext_noop("Say why, for those who read it later"), gettext_noop("Say why"),
)  # fmt: skip
"""What the engine says of a field, for the catalogue."""


def figure_text(value: Any, unit: str = "") -> str:
    """A figure's value in words: each amount with its unit, rows a line each.

    `unit` is the parameter's: IDR, IDR/km, s or km; cells of a row name theirs in their labels.
    """
    if isinstance(value, Mapping):
        return _modes_text(value, unit) if set(value) <= set(MODE_CODES) else _row_text(value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Sequence) and not isinstance(value, str):
        apart = "\n" if any(isinstance(each, Mapping) for each in value) else ", "
        return apart.join(figure_text(each, unit) for each in value) or str(_("none"))
    if isinstance(value, str):
        return str(CHOICES.get(value) or mode_title(value))
    return _amount_text(value, unit)


def _amount_text(value: int | float, unit: str) -> str:
    """`Rp5.000`, `Rp250/km`, `3 jam`, `1,3 km` as the reader's language writes them."""
    if unit == "s" and isinstance(value, int):
        return _seconds_text(value)
    places = 0 if value == int(value) else max(1, len(str(value).partition(".")[2]))
    told = number_format(value, places, use_l10n=True, force_grouping=True)
    if unit.startswith("IDR"):
        return f"Rp{told}{unit.removeprefix('IDR')}"
    return f"{told} {unit}".rstrip()


def _seconds_text(seconds: int) -> str:
    """A length of time in the largest units that leave nothing over."""
    if seconds and seconds % 3600 == 0:
        hours = seconds // 3600
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    if seconds and seconds % 60 == 0:
        minutes = seconds // 60
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}


def _modes_text(by_mode: Mapping[str, Any], unit: str) -> str:
    """A line for each mode, in the order in which modes are listed."""
    if not by_mode:
        return str(_("none"))
    return "\n".join(
        f"{mode_title(mode)}: {figure_text(by_mode[mode], unit)}"
        for mode in MODE_CODES if mode in by_mode
    )  # fmt: skip


def _clock_text(text: str) -> str:
    """A time of day kept as `05:00`, as the reader's language writes it."""
    return text if (get_language() or "id").startswith("en") else text.replace(":", ".")


def _row_text(row: Mapping[str, Any]) -> str:
    """A row's cells under their labels, after its title in the reader's language if it has one."""
    language = (get_language() or "id")[:2]
    title = row.get(f"title_{language}") or row.get("title_id")
    parts = sorted(row.items(), key=lambda part: ORDER.get(part[0], len(ORDER)))
    hidden = ("title_id", "title_en", "code") if title else ()
    told = "; ".join(
        f"{CELLS.get(key, key)}: {_clock_text(each) if key in CLOCKS else figure_text(each)}"
        for key, each in parts if each is not None and key not in hidden
    )  # fmt: skip
    return f"{title}. {told}" if title else told
