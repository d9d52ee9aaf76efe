"""The forms of requests about one's data: a correction proposed field by field, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from balai.kernel.people import facts
from balai.kernel.people.actions.person import FIELDS
from balai.kernel.people.actions.questions import LONGEST
from balai.kernel.people.forms import PersonForm, own_words
from balai.kernel.people.words import PARTS


class CorrectionForm(PersonForm):
    """The own record as it should read, and what proves it."""

    text: ClassVar[Any] = forms.CharField(
        label=_("What is wrong, and what proves it?"), max_length=LONGEST, widget=forms.Textarea,
        help_text=_("For example the number of the birth certificate. Bring it to the office."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Where somebody lives changes by moving, not by correcting.
        del self.fields["region_code"]

    @property
    def proposal(self) -> dict[str, Any]:
        """The fields that should read otherwise, as JSON can hold them."""
        given = self.cleaned_data
        changed = {
            name: given[name] for name in FIELDS if given.get(name) != self.initial.get(name)
        }
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in changed.items()
        }

    def clean(self) -> dict[str, Any]:
        """Something must differ."""
        found = super().clean() or {}
        if not self.errors and not self.proposal:
            self.add_error(None, _("Change at least one field"))
        return found


class ClosingForm(forms.Form):
    """How a request ends."""

    status: ClassVar[Any] = forms.ChoiceField(
        label=_("How it ends"), widget=forms.RadioSelect,
        choices=[
            ("done", _("Carry it out, as far as the law allows")), ("refused", _("Refuse it")),
        ],
    )  # fmt: skip
    reason: ClassVar[Any] = forms.CharField(
        label=_("What the resident will read"), max_length=LONGEST, widget=forms.Textarea
    )
    legal_basis: ClassVar[Any] = forms.CharField(
        label=_("Legal basis"), max_length=300, required=False,
        help_text=_("Law and article; needed for a refusal."),
    )  # fmt: skip

    def __init__(self, *args: Any, changes: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not changes:
            return
        self.fields["accept"] = forms.MultipleChoiceField(
            label=_("What is changed"), required=False, widget=forms.CheckboxSelectMultiple,
            initial=list(changes), choices=list(changes.items()),
            help_text=_("Take away what is not proved, and say why below."),
        )  # fmt: skip
        self.order_fields(["status", "accept", "reason", "legal_basis"])

    def clean(self) -> dict[str, Any]:
        """A refusal names its law."""
        found = super().clean() or {}
        if found.get("status") == "refused" and not found.get("legal_basis"):
            self.add_error("legal_basis", _("Name the law and article of the refusal"))
        return found


def changes_of(before: Any, after: Mapping[str, Any]) -> dict[str, str]:
    """Each proposed field with its words: what stands there now, and what should."""
    return {
        name: f"{PARTS.get(name, name)}: {_said(name, getattr(before, name))} → "
              f"{_said(name, value)}"
        for name, value in after.items()
    }  # fmt: skip


def _said(name: str, value: Any) -> str:
    if value in (None, ""):
        return "–"
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return own_words(facts.title_of(name, value)) if name in (*facts.CODED, "sex") else str(value)
