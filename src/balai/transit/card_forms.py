"""What riders and officers fill in about cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from balai.transit.actions.cards.life import ISSUERS
from balai.transit.models import Dispute

AMOUNTS = (20_000, 50_000, 100_000, 200_000)
DATE = forms.DateInput({"type": "date"}, "%Y-%m-%d")


class ClaimForm(forms.Form):
    """A card that its rider has in hand."""

    number = forms.CharField(
        label=_("Card number"), max_length=40, help_text=_("Printed on the front or back."),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "text"}),
    )  # fmt: skip
    issuer = forms.ChoiceField(label=_("Kind of card"), choices=[(one, one) for one in ISSUERS])
    proof = forms.CharField(
        label=_("Code on the card, or amount of its last load"), max_length=40,
        help_text=_("So that nobody adds a card that is not theirs."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip

    def clean_number(self) -> str:
        """The number without the blanks it is printed with."""
        return str(self.cleaned_data["number"]).replace(" ", "")


class LoadForm(forms.Form):
    """How much to put on a card."""

    amount = forms.IntegerField(label=_("Amount in rupiah"), min_value=1, max_value=10**9)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea({"rows": 3}))


class LostForm(forms.Form):
    """Since when a card is missing."""

    lost_on = forms.DateField(label=_("Since which day?"), widget=DATE)


class ConcessionForm(forms.Form):
    """Under which concession to ride, and the paper that shows it."""

    group = forms.ChoiceField(label=_("Group"))
    paper = forms.CharField(
        label=_("Number of the paper that shows it"), max_length=200, required=False,
        help_text=_("For example of the KJP card or the disability card. Not needed where your age"
                    " or address decides."),
    )  # fmt: skip

    def __init__(self, groups: Mapping[str, Mapping[str, Any]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["group"].choices = [  # type: ignore[attr-defined]
            (code, title_of(rule)) for code, rule in groups.items()
        ]


class DisputeForm(forms.Form):
    """What is wrong with a charge."""

    why = forms.ChoiceField(
        label=_("What is wrong?"), choices=Dispute.Why.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("Tell what happened"), max_length=1000, required=False,
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """An officer's answer to a dispute."""

    decision = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect,
        choices=[("refund", _("Give money back")), ("refuse", _("The charge is right"))],
    )  # fmt: skip
    amount = forms.IntegerField(label=_("Amount given back in rupiah"), min_value=1, required=False)
    answer = forms.CharField(
        label=_("Answer to the rider"), max_length=1000, widget=forms.Textarea({"rows": 4})
    )

    def clean(self) -> dict[str, Any]:
        """An amount is needed where money is given back."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("decision") == "refund" and not data.get("amount"):
            self.add_error("amount", _("Say how much is given back."))
        return data


class DecisionForm(forms.Form):
    """An officer's decision about a concession."""

    decision = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect,
        choices=[("grant", _("Grant")), ("refuse", _("Refuse"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason, with the paper that was seen"), max_length=500,
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip
    since = forms.DateField(
        label=_("Holds from the day"), widget=DATE, required=False,
        help_text=_("Leave it empty for now. From the day of the application at the earliest; rides"
                    " since then are charged anew."),
    )  # fmt: skip


class HolderForm(forms.Form):
    """Whose a card is: the number of an identity card, and why it is looked up."""

    nik = forms.CharField(
        label=_("NIK of the holder"), max_length=30,
        help_text=_("16 digits. It is sent hidden and stands in no address and no log."),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why you look them up"), max_length=200,
        help_text=_("The resident will read this."),
    )  # fmt: skip


class IssueForm(HolderForm):
    """A new card at the desk; with a NIK it is that resident's at once."""

    number = forms.CharField(label=_("Card number"), max_length=40)
    issuer = forms.ChoiceField(label=_("Kind of card"), choices=[(one, one) for one in ISSUERS])
    code = forms.CharField(
        label=_("Code printed on the card"), max_length=40, required=False,
        help_text=_("With it the rider adds the card to their account."),
    )  # fmt: skip
    field_order = ("number", "issuer", "code", "nik", "reason")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["nik"].required = self.fields["reason"].required = False
        self.fields["nik"].label = _("NIK of the holder, if the card is to be theirs at once")

    def clean(self) -> dict[str, Any]:
        """A look has a reason."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("nik") and not data.get("reason"):
            self.add_error("reason", _("Say why you look them up."))
        return data

    def clean_number(self) -> str:
        """The number without the blanks it is printed with."""
        return str(self.cleaned_data["number"]).replace(" ", "")


class ReplaceForm(forms.Form):
    """The card that replaces another."""

    number = forms.CharField(label=_("Number of the new card"), max_length=40)
    code = forms.CharField(label=_("Code printed on the card"), max_length=40, required=False)

    def clean_number(self) -> str:
        """The number without the blanks it is printed with."""
        return str(self.cleaned_data["number"]).replace(" ", "")


class PassForm(forms.Form):
    """Which pass, and from which day."""

    code = forms.ChoiceField(label=_("Pass"), widget=forms.RadioSelect)
    first = forms.DateField(label=_("First day"), widget=DATE)

    def __init__(self, offered: Sequence[Any], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["code"].choices = [  # type: ignore[attr-defined]
            (each.code, f"{localised(each.title)}, Rp{each.price}") for each in offered
        ]


def title_of(rule: Mapping[str, Any]) -> str:
    """A group's title in the language at hand."""
    return localised(rule["title"])


def localised(titles: Mapping[str, str]) -> str:
    """A title in the language at hand."""
    return str(titles.get((get_language() or "id").split("-")[0]) or titles["id"])
