"""The forms of documents, made from their kinds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from balai.kernel.documents.actions.ending import LONGEST_REASON
from balai.kernel.documents.fields import Field
from balai.kernel.documents.kinds import Kind
from balai.kernel.documents.models import Method, Office
from balai.kernel.documents.signers.base import Passphrase


class KindForm(forms.Form):
    """The fields of a kind, in the visitor's language."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for each in kind.fields:
            self.fields[each.name] = _form_field(each)

    def values(self) -> dict[str, str]:
        """What was typed, for the kind to check."""
        given = {each.name: self.cleaned_data.get(each.name) for each in self.kind.fields}
        return {name: "" if value is None else str(value) for name, value in given.items()}


class IssueForm(KindForm):
    """A new document: its office and its fields."""

    def __init__(self, kind: Kind, offices: Sequence[Office], *args: Any, **kwargs: Any) -> None:
        super().__init__(kind, *args, **kwargs)
        chosen = forms.ChoiceField(
            label=_("Issuing office"), choices=[(each.code, each.name) for each in offices]
        )
        self.fields = {"office": chosen, **self.fields}


class ReplaceForm(KindForm):
    """The mended fields of a document, and why it is issued anew."""

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(kind, *args, **kwargs)
        self.fields["reason"] = _reason()


class ReasonForm(forms.Form):
    """Why a document is made void."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = _reason()


class SignForm(forms.Form):
    """Which documents are signed, and one secret for each way of signing that they need; a secret
    is never shown again.

    `methods`: every way of the signer's posts, each with the question it asks. `needed`: those of
    the chosen documents.
    """

    def __init__(
        self,
        *args: Any,
        methods: Mapping[str, str],
        needed: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.needed = set(needed)
        for method, question in methods.items():
            self.fields[method] = forms.CharField(
                label=question, max_length=200, strip=False,
                required=method in self.needed or len(methods) == 1,
                help_text=_("Asked for each time and kept nowhere."),
                widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """At least one document."""
        if not self.needed:
            raise forms.ValidationError(_("Choose at least one document."))
        return self.cleaned_data

    def secret(self, method: str) -> Passphrase:
        """What was typed for a way of signing."""
        return Passphrase(self.cleaned_data.get(method) or "")


class MethodForm(forms.Form):
    """With what somebody signs."""

    method = forms.ChoiceField(
        label=gettext_lazy("I sign with"), choices=Method.choices, widget=forms.RadioSelect
    )
    nik = forms.CharField(
        label=gettext_lazy("NIK at BSrE"), required=False, max_length=16,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    certificate = forms.FileField(
        label=gettext_lazy("Certificate file (.p12, .pfx)"), required=False
    )
    secret = forms.CharField(
        label=gettext_lazy("Passphrase of the certificate, to see that it opens"), required=False,
        strip=False, widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
    )  # fmt: skip


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, min_length=3,
        help_text=_("It stays in the document's history as it is written: name no person."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


def _form_field(each: Field) -> forms.Field:
    language = (get_language() or "id").split("-")[0]
    common: dict[str, Any] = {
        "label": each.title.get(language, each.name), "required": each.required,
        "help_text": (each.hint or {}).get(language, ""),
    }  # fmt: skip
    if each.type == "choice":
        return forms.ChoiceField(choices=[(name, name) for name in each.choices], **common)
    if each.type == "date":
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    if each.type in {"integer", "money"}:
        return forms.IntegerField(min_value=0, **common)
    widget = forms.Textarea(attrs={"rows": 5}) if each.type == "lines" else forms.TextInput()
    return forms.CharField(max_length=each.longest, widget=widget, **common)
