"""Numbers, money, time and distance as people write them, in Indonesian and English.

Indonesian: 1.284 m, 38,4%, 14.00, Rp348.602. English: 1,284 m, 38.4%, 2 pm, Rp348,602.
Every function takes the language's code, or uses the one in force.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_AP, WEEKDAYS
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

Number = int | float | Decimal | Fraction

MINUS = "\u2212"
NARROW = "\u00a0"
SYMBOLS = {"IDR": "Rp", "PHP": "₱", "SGD": "S$", "MYR": "RM", "THB": "฿", "VND": "₫", "USD": "US$"}
NO_MINOR_UNITS = frozenset({"IDR", "VND"})


def number(value: Number, decimals: int | None = None, *, language: str | None = None) -> str:
    """A number with grouped thousands; whole numbers have no decimals, others one by default.

    Halves round away from zero, as people do, not to even as binary floats would.
    """
    if decimals is None:
        decimals = 0 if isinstance(value, int) else 1
    rounded = _exact(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(rounded):,f}"
    if _is_indonesian(language):
        text = text.translate(str.maketrans(",.", ".,"))
    return f"{MINUS if rounded < 0 else ''}{text}"


def percent(share: Number, decimals: int = 1, *, language: str | None = None) -> str:
    """A share (0.384) as a percentage (38,4%)."""
    return f"{number(_exact(share) * 100, decimals, language=language)}%"


def rupiah(amount: int, *, language: str | None = None) -> str:
    """Whole rupiah: Rp348.602."""
    return money(amount, "IDR", language=language)


def money(minor: int, currency: str, *, language: str | None = None) -> str:
    """An amount in minor units of a currency (rupiah and dong have none)."""
    sign = MINUS if minor < 0 else ""
    symbol = SYMBOLS.get(currency, f"{currency}{NARROW}")
    if currency in NO_MINOR_UNITS:
        return f"{sign}{symbol}{number(abs(minor), language=language)}"
    return f"{sign}{symbol}{number(Decimal(abs(minor)) / 100, 2, language=language)}"


def clock(value: dt.datetime | dt.time, *, language: str | None = None) -> str:
    """The time of day: 14.05, or 2.05 pm; aware moments are told in the zone in force."""
    time = value
    if isinstance(time, dt.datetime):
        time = _local(time).time()
    if _is_indonesian(language):
        return f"{time:%H.%M}"
    hour = time.hour % 12 or 12
    half = "am" if time.hour < 12 else "pm"
    return f"{hour}.{time:%M}{NARROW}{half}" if time.minute else f"{hour}{NARROW}{half}"


def day(value: dt.date, form: str = "full", *, language: str | None = None) -> str:
    """A date. `full`: Senin 23 November 2026; `plain`: without the weekday; `short`:
    23 Nov 2026; `weekday`: Senin 23 November; `month`: November 2026.
    """
    date = _local(value).date() if isinstance(value, dt.datetime) else value
    with override(language or get_language() or "id"):
        weekday, month = str(WEEKDAYS[date.weekday()]), str(MONTHS[date.month])
        if form == "short":
            return f"{date.day} {_short_month(date.month)} {date.year}"
        if form == "month":
            return f"{month} {date.year}"
        plain = f"{date.day} {month}"
        return {
            "weekday": f"{weekday} {plain}",
            "plain": f"{plain} {date.year}",
            "full": f"{weekday} {plain} {date.year}",
        }[form]


def moment(value: dt.datetime, form: str = "full", *, language: str | None = None) -> str:
    """A date and time with its zone: Senin 23 November 2026, 14.00 WIB."""
    zone = _local(value).tzname() if timezone.is_aware(value) else ""
    named = f" {zone}" if zone and zone[0].isalpha() else ""
    return f"{day(value, form, language=language)}, {clock(value, language=language)}{named}"


def distance(metres: Number, *, language: str | None = None) -> str:
    """A distance: 520 m below a kilometre, then 13,0 km."""
    whole = int(_exact(metres).quantize(Decimal(1), ROUND_HALF_UP))
    if whole < 1000:
        return f"{whole}{NARROW}m"
    return f"{number(_exact(metres) / 1000, 1, language=language)}{NARROW}km"


def duration(seconds: Number, *, language: str | None = None) -> str:
    """A length of time in hours and whole minutes, rounded up as waiting people count."""
    minutes = -(-int(_exact(seconds)) // 60)
    hours, rest = divmod(minutes, 60)
    with override(language or get_language() or "id"):
        parts = []
        if hours:
            parts.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
        if rest or not hours:
            parts.append(ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest})
        return " ".join(parts)


def listed(items: list[str], *, language: str | None = None) -> str:
    """Words in a row: a, b and c."""
    with override(language or get_language() or "id"):
        if len(items) < 2:
            return "".join(items)
        return _("%(first)s and %(last)s") % {"first": ", ".join(items[:-1]), "last": items[-1]}


def _exact(value: Number) -> Decimal:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    # str() of a float is the number its writer meant; Decimal(float) is its binary neighbour.
    return Decimal(str(value)) if isinstance(value, float) else Decimal(value)


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _short_month(month: int) -> str:
    return str(MONTHS_AP[month]).rstrip(".") if get_language() == "en" else str(MONTHS[month])[:3]


def _is_indonesian(language: str | None) -> bool:
    return (language or get_language() or "id").startswith("id")
