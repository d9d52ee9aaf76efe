"""What people fill in here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from balai.kernel.payments.models import Bank, Bill, NumberRange
from balai.kernel.payments.simulator.bank import Fault

MOST_STATEMENT_BYTES = 50 * 2**20
FAULTS = {
    Fault.NONE: _("nothing: an honest bank"),
    Fault.REPEAT: _("says it twice"),
    Fault.WRONG_AMOUNT: _("credits another amount"),
    Fault.WRONG_SIGNATURE: _("signs its notice wrong"),
    Fault.NEVER_CREDITED: _("announces it and never credits it"),
    Fault.NO_NOTICE: _("credits it and does not tell"),
    Fault.REVERSED: _("takes it back the next day"),
    Fault.CONTRADICT: _("says it again with another amount"),
}


class MethodForm(forms.Form):
    """How to pay."""

    method = forms.ChoiceField(
        label=_("How do you want to pay?"), widget=forms.RadioSelect,
        choices=[
            ("qris", _("QRIS: scan a code with a bank or wallet app")),
            ("virtual_account", _("Virtual account: transfer to a number")),
            ("counter", _("At the counter: show the reference")),
        ],
    )  # fmt: skip


class PretendForm(forms.Form):
    """What the payer of a demonstration does, and what the bank makes of it."""

    amount = forms.IntegerField(label=_("Amount paid"), min_value=1, max_value=10**12)
    fault = forms.ChoiceField(label=_("What the bank does wrong"), choices=list(FAULTS.items()))


class StatementForm(forms.Form):
    """A statement to take in."""

    bank = forms.ModelChoiceField(label=_("Bank account"), queryset=Bank.objects.none())
    file = forms.FileField(label=_("Statement (camt.053, XML)"))

    def __init__(self, *args: Any, banks: Sequence[Bank], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["bank"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Bank.objects.filter(pk__in=[bank.pk for bank in banks])
        field.empty_label = None
        if len(banks) == 1:
            field.initial = banks[0]

    def clean_file(self) -> Any:
        """The file, unless it is larger than a statement may be."""
        file = self.cleaned_data["file"]
        if file.size > MOST_STATEMENT_BYTES:
            raise forms.ValidationError(_("Choose a file of at most 50 MB."))
        return file


class RangeForm(forms.Form):
    """A range of virtual account numbers that a bank gave."""

    title = forms.CharField(label=_("What it is for"), max_length=100)
    company_code = forms.RegexField(
        r"^[0-9]{1,8}$", label=_("Company code (partner service ID)"), max_length=8,
        error_messages={"invalid": _("Give 1 to 8 digits.")},
    )  # fmt: skip
    digits = forms.IntegerField(label=_("Digits after the code"), min_value=1, max_value=18)
    first = forms.IntegerField(label=_("First number"), min_value=0, max_value=10**18 - 1)
    last = forms.IntegerField(label=_("Last number"), min_value=0, max_value=10**18 - 1)
    kind = forms.ChoiceField(
        label=_("Amount"), choices=NumberRange.Kind.choices, widget=forms.RadioSelect
    )
    hours = forms.IntegerField(
        label=_("Hours a number may be paid"), min_value=1, max_value=8784, initial=24
    )


class MatchForm(forms.Form):
    """The bill that money in suspense belongs to."""

    reference = forms.CharField(label=_("Reference of the bill"), max_length=60)

    def __init__(self, *args: Any, city: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.city = city

    def clean_reference(self) -> Bill:
        """The bill of that reference."""
        given = self.cleaned_data["reference"].strip()
        found = list(Bill.objects.filter(city=self.city, reference=given)[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("No bill has this reference.") if not found
                else _("Several bills have this reference; match it from the bill's programme.")
            )  # fmt: skip
        return found[0]


class PaymentForm(forms.Form):
    """The payment that a reversal takes back."""

    payment = forms.UUIDField()


class NoteForm(forms.Form):
    """Why something is done."""

    note = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea({"rows": 3}))
