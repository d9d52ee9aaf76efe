"""What a resident writes on a request of their own besides its answers."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from balai.kernel.cases.engine.payloads import LONGEST_REASON


class NoteForm(forms.Form):
    """A question or a message to the office."""

    text: ClassVar[Any] = forms.CharField(
        label=_("Your message to the office"), max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write your message")},
    )  # fmt: skip


class WithdrawForm(forms.Form):
    """Why a request is withdrawn, if one wants to say."""

    reason: ClassVar[Any] = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You need not say why."),
    )  # fmt: skip


class AppealForm(forms.Form):
    """Why a refusal is not right."""

    reason: ClassVar[Any] = forms.CharField(
        label=_("Why the refusal is not right"), max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Write in your own words what was overlooked or is wrong."),
        error_messages={"required": _("Write why the refusal is not right")},
    )  # fmt: skip
