"""Figures of settlement as people write them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format

from balai.transit.queries.settlement.refusals import said

register = template.Library()


@register.filter
def km(metres: Any) -> str:
    """Metres as kilometres with two decimals; empty for nothing."""
    if metres is None or metres == "":
        return ""
    return number_format(int(metres) / 1000, 2, use_l10n=True, force_grouping=True)


@register.filter
def clock_of_day(seconds: Any) -> str:
    """Seconds of a service day as a time, which may pass 24:00."""
    whole = int(seconds)
    return f"{whole // 3600:02}.{whole % 3600 // 60:02}"


@register.filter
def figures(text: Any) -> str:
    """A rate as it was kept, with the reader's marks in its figures: `3459.36`, `18 x 2 km`."""

    def marked(found: re.Match[str]) -> str:
        number = Decimal(found.group())
        places = max(0, -int(number.as_tuple().exponent))
        return number_format(number, places, use_l10n=True, force_grouping=True)

    return re.sub(r"[0-9]+(\.[0-9]+)?", marked, str(text)).replace(" x ", " × ").replace(" %", "%")


@register.filter
def state_status(state: str) -> str:
    """How a statement's state looks as a tag."""
    return {"draft": "wait", "approved": "info", "paid": "ok"}.get(state, "mute")


register.filter("said", said)
