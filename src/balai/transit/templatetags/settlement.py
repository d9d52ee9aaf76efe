"""Figures of settlement as people write them."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format

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
