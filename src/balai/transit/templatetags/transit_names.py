"""Names in place of the codes that rows keep: regions, tariffs, modes, and clocks' errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

from django import template
from django.utils.translation import gettext, ngettext

from balai.kernel.problems import MissingError
from balai.kernel.regions.queries import place
from balai.transit.queries.tariffs import tariff_law
from balai.transit.views.running import mode_title

register = template.Library()
DAY, HOUR, MINUTE = 86_400, 3600, 60


@register.simple_tag(takes_context=True)
def region_name(context: template.Context, code: str) -> str:
    """What people call the region with this code; the code itself where none has it."""
    return _kept(context, "regions", code, lambda: place(code).name)


@register.simple_tag(takes_context=True)
def tariff_title(context: template.Context, name: str) -> dict[str, str] | str:
    """The title of a tariff by its short name, by language; the name where it is gone."""
    return _kept(context, "tariffs", name, lambda: dict(tariff_law(name).title))


@register.filter
def feed_words(text: str) -> str:
    """What a feed's publisher wrote, sentence by sentence in the reader's language where the
    catalogue has it.
    """
    return ". ".join(gettext(each) if each else "" for each in str(text).split(". "))


register.filter("mode_title", mode_title)


@register.filter
def clock_error(seconds: int) -> str:
    """How far a clock is off in the largest fitting unit: `−25 menit`, `1 hari`."""
    size, sign = abs(seconds), "\u2212" if seconds < 0 else ""
    if size >= DAY:
        told = ngettext("%(n)d day", "%(n)d days", round(size / DAY)) % {"n": round(size / DAY)}
    elif size >= HOUR:
        hours = round(size / HOUR)
        told = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    elif size >= 2 * MINUTE:
        minutes = round(size / MINUTE)
        told = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    else:
        told = ngettext("%(n)d second", "%(n)d seconds", size) % {"n": size}
    return sign + told


@register.filter
def clock_time(text: str) -> time:
    """A time of day kept as `07:10`, for the reader's clock; ValueError where it is none."""
    return time.fromisoformat(text)


def _kept(context: template.Context, kind: str, key: str, find: Callable[[], Any]) -> Any:
    """What was found for the key, looked for once a page."""
    kept = context.render_context.setdefault(f"balai-{kind}", {})
    if key not in kept:
        try:
            kept[key] = find()
        except MissingError:
            kept[key] = key
    return kept[key]
