"""Names of the room's codes in the visitor's language."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.translation import ngettext

from balai.kernel.payments import words

register = template.Library()


@register.filter
def place_name(code: str) -> Any:
    """What a place is called."""
    return words.PLACES.get(code, code)


@register.filter
def outcome_name(code: str) -> Any:
    """What an outcome or act is called."""
    return words.OUTCOMES.get(code, code)


@register.filter
def kind_name(code: str) -> Any:
    """What a difference is called."""
    return words.KINDS[code][0] if code in words.KINDS else code


@register.filter
def kind_reason(code: str) -> Any:
    """Why a difference is listed."""
    return words.KINDS[code][1] if code in words.KINDS else ""


@register.filter
def method_name(code: str) -> Any:
    """What a way to pay is called."""
    return words.METHODS.get(code, code)


@register.filter
def state_tag(code: str) -> str:
    """The tag's colour for a state."""
    return words.STATES.get(code, "mute")


@register.filter
def spaced(number: str) -> str:
    """A long number in groups of four, to be read aloud and typed."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


@register.filter
def days_since(day: date, today: date) -> str:
    """How many days ago a day was."""
    days = max(0, (today - day).days)
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
