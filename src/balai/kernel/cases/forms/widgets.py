"""How each kind of question is asked on a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from balai.kernel.cases.engine import Field
from balai.kernel.cases.words import titled

FEW = 8
"""Up to so many choices all stand on the page."""
SHORT = {"integer": "s", "money": "m", "date": "m", "phone": "m", "person": "m"}
"""Widths by kind: what is short is asked for in a short field."""
INPUTS: dict[str, dict[str, str]] = {
    "text": {},
    "integer": {"inputmode": "numeric"},
    "money": {"inputmode": "numeric"},
    "person": {"inputmode": "numeric", "autocomplete": "off"},
    "phone": {"type": "tel", "autocomplete": "tel"},
    "email": {"type": "email", "autocomplete": "email"},
}


def widget_of(each: Field, places: Sequence[Any], today: date) -> forms.Widget:
    """The widget of a question; `places` are choices of villages by district."""
    made: dict[str, Callable[[], forms.Widget]] = {
        "long_text": lambda: forms.Textarea(attrs={"rows": 4}),
        "yes_no": lambda: forms.RadioSelect(choices=[("yes", _("Yes")), ("no", _("No"))]),
        "choice": lambda: _choices(each),
        "choices": lambda: _choices(each),
        "region": lambda: forms.Select(choices=[("", _("Choose a village")), *places]),
        "date": lambda: forms.TextInput(attrs={"type": "date", **_days(each, today)}),
        "file": lambda: forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    }
    if each.kind in made:
        return made[each.kind]()
    return forms.TextInput(attrs=dict(INPUTS[each.kind]))


def _choices(each: Field) -> forms.Widget:
    options = [(option.value, titled(option.title)) for option in each.options]
    if each.kind == "choices":
        return forms.CheckboxSelectMultiple(choices=options)
    if len(options) <= FEW:
        return forms.RadioSelect(choices=options)
    return forms.Select(choices=[("", _("Choose one")), *options])


def _days(each: Field, today: date) -> dict[str, str]:
    found = {"min": each.limits.low, "max": each.limits.high}
    return {name: today.isoformat() if value == "today" else str(value)
            for name, value in found.items() if value is not None}  # fmt: skip
