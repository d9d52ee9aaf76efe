"""What officers and operators fill in about settlement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from balai.transit.engine.settlement.terms import CITY_WIDE, TERMS
from balai.transit.models import Contract, Operator
from balai.transit.queries.settlement.words import penalty_title

DATE = forms.DateInput({"type": "date"}, "%Y-%m-%d")


def localised(titles: Mapping[str, str]) -> str:
    """A title in the language of the page."""
    return titles.get((get_language() or "id")[:2]) or titles["en"]


class DayForm(forms.Form):
    """A service day."""

    day = forms.DateField(label=_("Service day"), widget=DATE)


class OperatorForm(forms.Form):
    """A new operator."""

    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.SlugField(
        label=_("Short name"), max_length=31,
        help_text=_("Small letters, digits and -; it never changes."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=Operator.Kind.choices)
    joined_on = forms.DateField(label=_("Joined on"), widget=DATE)


class AccountForm(forms.Form):
    """Where an operator is paid."""

    bank = forms.CharField(label=_("Bank (BIC)"), max_length=11,
                           help_text=_("8 or 11 characters, such as BDINIDJA."))  # fmt: skip
    account = forms.CharField(label=_("Account number"), max_length=40,
                              widget=forms.TextInput({"autocomplete": "off"}))  # fmt: skip
    holder = forms.CharField(label=_("In whose name"), max_length=140)


class ApproveAccountForm(forms.Form):
    """The account's number, typed anew by who approves it."""

    account = forms.CharField(
        label=_("Account number"), max_length=40,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("Type it anew from the operator's letter: it must be what was entered."),
    )  # fmt: skip


class ContractForm(forms.Form):
    """A contract and the figure it cannot do without."""

    number = forms.CharField(label=_("Contract number"), max_length=80)
    model = forms.ChoiceField(label=_("How it pays"), choices=Contract.Model.choices)
    start = forms.DateField(label=_("First day"), widget=DATE)
    end = forms.DateField(label=_("Last day"), widget=DATE, required=False)
    rate_per_km = forms.CharField(label=_("Rupiah per km"), max_length=20, required=False)
    article = forms.CharField(label=_("Article of the contract"), max_length=200, required=False)


class TermForm(forms.Form):
    """A figure of a contract from a day on."""

    contract = forms.ChoiceField(label=_("Contract"))
    name = forms.ChoiceField(label=_("Figure"))
    value = forms.CharField(label=_("Value"), max_length=20)
    start = forms.DateField(label=_("From day"), widget=DATE)
    article = forms.CharField(label=_("Article of the contract"), max_length=200)

    def __init__(self, *args: Any, contracts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contract"].choices = [(each.pk, each.number) for each in contracts]  # type: ignore[attr-defined]
        self.fields["name"].choices = [  # type: ignore[attr-defined]
            (name, localised(term.title)) for name, term in TERMS.items()
            if name not in CITY_WIDE and term.kind != "schedule"
        ]  # fmt: skip


class RouteForm(forms.Form):
    """A route given to a contract from a day on."""

    contract = forms.ChoiceField(label=_("Contract"))
    route = forms.ChoiceField(label=_("Route"))
    start = forms.DateField(label=_("From day"), widget=DATE)

    def __init__(self, *args: Any, contracts: Any, routes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contract"].choices = [(each.pk, each.number) for each in contracts]  # type: ignore[attr-defined]
        self.fields["route"].choices = routes  # type: ignore[attr-defined]


class VehicleForm(forms.Form):
    """A vehicle under contract."""

    code = forms.CharField(label=_("Vehicle"), max_length=40)
    start = forms.DateField(label=_("From day"), widget=DATE)


class InspectionForm(forms.Form):
    """A breach that an inspector saw."""

    kind = forms.ChoiceField(label=_("What was seen"))
    day = forms.DateField(label=_("Day"), widget=DATE)
    vehicle = forms.CharField(label=_("Vehicle"), max_length=40, required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, kinds: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, penalty_title(kind)) for kind in kinds]  # type: ignore[attr-defined]


class LogForm(forms.Form):
    """Positions of vehicles, as an operator hands them in."""

    file = forms.FileField(label=_("Positions (CSV)"))


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 3}))


class ObjectionForm(forms.Form):
    """What an operator disputes."""

    reason = forms.CharField(label=_("What is wrong, and how do you know?"), max_length=2000,
                             widget=forms.Textarea({"rows": 4}))  # fmt: skip


class AnswerForm(forms.Form):
    """The answer to an objection."""

    upheld = forms.ChoiceField(
        label=_("Is the operator right?"), widget=forms.RadioSelect,
        choices=(("yes", _("Yes: the day is settled again")), ("no", _("No"))),
    )  # fmt: skip
    reason = forms.CharField(label=_("Answer"), max_length=2000, widget=forms.Textarea({"rows": 4}))


class BatchForm(forms.Form):
    """A bank file: from which account, on which day."""

    execution = forms.DateField(label=_("To be paid on"), widget=DATE)
    bank = forms.CharField(label=_("The city's bank (BIC)"), max_length=11)
    account = forms.CharField(label=_("The city's account number"), max_length=40,
                              widget=forms.TextInput({"autocomplete": "off"}))  # fmt: skip
    without = forms.BooleanField(
        label=_("Leave operators without an approved bank account for another file"),
        required=False,
    )


class BankStatementForm(forms.Form):
    """What the bank says it paid."""

    file = forms.FileField(label=_("Bank statement (camt.053)"))


class BackForm(forms.Form):
    """Money that came back, or never went."""

    on = forms.DateField(label=_("Came back on"), widget=DATE)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 3}))


class BookedForm(forms.Form):
    """What the bank says of what it booked."""

    on = forms.DateField(label=_("Booked on"), widget=DATE)
    bank_reference = forms.CharField(label=_("The bank's reference"), max_length=140)
