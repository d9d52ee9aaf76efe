"""The forms of officers, residents and the data protection desk."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from balai.kernel.people import facts
from balai.kernel.people.actions.accounts import METHODS
from balai.kernel.people.actions.numbers import SCHEMES
from balai.kernel.people.actions.questions import FINDINGS, LONGEST
from balai.kernel.people.looks import LONGEST_REASON, SHORTEST_REASON
from balai.kernel.people.models import Sex
from balai.kernel.people.words import PARTS, REQUESTS
from balai.kernel.people.words import SCHEMES as SCHEME_TITLES
from balai.kernel.regions import queries as regions

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HUSH = {"autocomplete": "off", "spellcheck": "false"}


def own_words(title: Any) -> str:
    """A title by language in the visitor's."""
    language = (get_language() or "id").split("-")[0]
    return str(title.get(language) or title["en"])


class PurposeForm(forms.Form):
    """Why a record is opened."""

    purpose: ClassVar[Any] = forms.ChoiceField(
        label=_("Why do you open this record?"), widget=forms.RadioSelect
    )
    reason: ClassVar[Any] = forms.CharField(
        label=_("In your own words"), min_length=SHORTEST_REASON, max_length=LONGEST_REASON,
        help_text=_("The resident will read this. Name the request or the case."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self, "purpose", [
            (name, own_words(each.title))
            for name, each in facts.purposes().items() if not each.kept
        ])  # fmt: skip

    def clean_reason(self) -> str:
        """Words that can be shown again as they were written."""
        reason: str = self.cleaned_data["reason"]
        if not reason.isprintable():
            raise forms.ValidationError(_("Use letters, digits and marks only"))
        return reason


class LookUpForm(PurposeForm):
    """A number to look up, with the purpose."""

    scheme: ClassVar[Any] = forms.ChoiceField(
        label=_("Which number"), choices=[("nik", "NIK"), ("kk", "KK")], initial="nik"
    )
    number: ClassVar[Any] = forms.CharField(
        label=_("Number"), max_length=30,
        widget=forms.TextInput(attrs={**HUSH, "inputmode": "numeric"}),
        help_text=_("16 digits. It is sent hidden and stands in no address and no log."),
    )  # fmt: skip
    field_order = ("scheme", "number", "purpose", "reason")

    def clean_number(self) -> str:
        """The sixteen digits; spaces, dots and dashes do no harm."""
        from balai.kernel.people.engine.nik import digits_of

        digits = digits_of(self.cleaned_data["number"])
        if not (digits.isascii() and digits.isdigit() and len(digits) == 16):
            raise forms.ValidationError(
                _("Write 16 digits; this has %(count)s"), params={"count": len(digits)}
            )
        return digits


class SearchForm(forms.Form):
    """What the list of residents is narrowed by."""

    name: ClassVar[Any] = forms.CharField(label=_("Name"), max_length=200, required=False)
    under: ClassVar[Any] = forms.ChoiceField(label=_("Area"), required=False)
    status: ClassVar[Any] = forms.ChoiceField(label=_("Status"), required=False)
    birth_date: ClassVar[Any] = forms.DateField(label=_("Birth date"), required=False, widget=DAY)

    def __init__(self, *args: Any, city: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from balai.kernel.people.words import LIFE

        choices(self, "under", [("", _("all areas")), *region_choices(city)])
        choices(self, "status", [("", _("all")), *((k, v[1]) for k, v in LIFE.items())])


class PersonForm(forms.Form):
    """What a family card says of somebody."""

    name: ClassVar[Any] = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("As on the card, in one field.")
    )
    sex: ClassVar[Any] = forms.ChoiceField(
        label=_("Sex"), choices=[("", _("not known")), *Sex.choices], required=False
    )
    birth_date: ClassVar[Any] = forms.DateField(label=_("Birth date"), required=False, widget=DAY)
    birth_place: ClassVar[Any] = forms.CharField(
        label=_("Birth place"), max_length=200, required=False
    )
    region_code: ClassVar[Any] = forms.ChoiceField(label=_("Village"))
    citizenship: ClassVar[Any] = forms.RegexField(
        r"^[A-Z]{2}$", label=_("Citizenship"), initial="ID",
        help_text=_("Two letters: ID for Indonesia."),
        error_messages={"invalid": _("Write two capital letters, as ID")},
    )  # fmt: skip
    religion: ClassVar[Any] = forms.TypedChoiceField(label=_("Religion"), required=False)
    marital_status: ClassVar[Any] = forms.TypedChoiceField(
        label=_("Marital status"), required=False
    )
    education: ClassVar[Any] = forms.TypedChoiceField(label=_("Education"), required=False)
    occupation: ClassVar[Any] = forms.TypedChoiceField(label=_("Occupation"), required=False)
    blood_type: ClassVar[Any] = forms.TypedChoiceField(label=_("Blood type"), required=False)
    father_name: ClassVar[Any] = forms.CharField(
        label=_("Father's name"), max_length=200, required=False
    )
    mother_name: ClassVar[Any] = forms.CharField(
        label=_("Mother's name"), max_length=200, required=False
    )

    def __init__(self, *args: Any, city: Any, region_code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = region_choices(city)
        if region_code and region_code not in dict(known):
            known.insert(0, (region_code, region_code))
        choices(self, "region_code", known)
        for name in facts.CODED:
            choices(self, name, code_choices(name))
            coded: Any = self.fields[name]
            coded.coerce, coded.empty_value = int, None


class ChangeForm(PersonForm):
    """The record as it should read, and why."""

    reason: ClassVar[Any] = forms.CharField(
        label=_("Why it is changed"), min_length=SHORTEST_REASON, max_length=LONGEST_REASON,
        help_text=_("For example the deed or letter that proves it."),
    )  # fmt: skip


class RegisterForm(PersonForm):
    """A resident to be entered."""

    nik: ClassVar[Any] = forms.CharField(
        label="NIK", max_length=30, required=False,
        widget=forms.TextInput(attrs={**HUSH, "inputmode": "numeric"}),
    )  # fmt: skip
    born: ClassVar[Any] = forms.BooleanField(
        label=_("This is a birth that is recorded now"), required=False
    )
    field_order = ("nik", "name")


class DayForm(forms.Form):
    """A day on which something happened."""

    on: ClassVar[Any] = forms.DateField(label=_("On which day"), widget=DAY)

    def clean_on(self) -> date:
        """A day that has come."""
        found: date = self.cleaned_data["on"]
        if found > timezone.localdate():
            raise forms.ValidationError(_("The day lies in the future"))
        return found


class DepartureForm(DayForm):
    """A departure: when and where to."""

    to: ClassVar[Any] = forms.CharField(
        label=_("Where to"), max_length=200,
        help_text=_("The code of the village or city, as 35.10.19.2004, or a place abroad."),
    )  # fmt: skip


class ArrivalForm(DayForm):
    """Somebody who moved here."""

    nik: ClassVar[Any] = forms.CharField(
        label="NIK", max_length=30,
        widget=forms.TextInput(attrs={**HUSH, "inputmode": "numeric"}),
    )  # fmt: skip
    region_code: ClassVar[Any] = forms.ChoiceField(label=_("Village"))
    field_order = ("nik", "region_code", "on")

    def __init__(self, *args: Any, city: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self, "region_code", region_choices(city))


class NumberForm(forms.Form):
    """Another number somebody bears."""

    scheme: ClassVar[Any] = forms.ChoiceField(label=_("Kind of number"))
    number: ClassVar[Any] = forms.CharField(
        label=_("Number"), max_length=30, widget=forms.TextInput(attrs=HUSH)
    )
    valid_from: ClassVar[Any] = forms.DateField(label=_("Since"), required=False, widget=DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self, "scheme", [(name, SCHEME_TITLES[name]) for name in SCHEMES])


class CardNumberForm(DayForm):
    """A new number of a family card."""

    kk: ClassVar[Any] = forms.CharField(
        label=_("New KK number"), max_length=30,
        widget=forms.TextInput(attrs={**HUSH, "inputmode": "numeric"}),
    )  # fmt: skip
    field_order = ("kk", "on")


class AddressForm(DayForm):
    """An address from a day on."""

    street: ClassVar[Any] = forms.CharField(label=_("Street and number"), max_length=200)
    rt: ClassVar[Any] = forms.RegexField(r"^\d{1,3}$", label="RT", required=False)
    rw: ClassVar[Any] = forms.RegexField(r"^\d{1,3}$", label="RW", required=False)
    region_code: ClassVar[Any] = forms.ChoiceField(label=_("Village"))
    postal_code: ClassVar[Any] = forms.RegexField(
        r"^\d{5}$", label=_("Postal code"), required=False
    )
    field_order = ("street", "rt", "rw", "region_code", "postal_code", "on")

    def __init__(self, *args: Any, city: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self, "region_code", region_choices(city))


class ContactForm(forms.Form):
    """A phone number or mail address."""

    phone: ClassVar[Any] = forms.CharField(
        label=_("Mobile phone"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    email: ClassVar[Any] = forms.CharField(
        label=_("E-mail"), max_length=254, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )  # fmt: skip


class CodeForm(forms.Form):
    """The code that was sent to a contact."""

    code: ClassVar[Any] = forms.RegexField(
        r"^\s*\d{3}\s?\d{3}\s*$", label=_("Code"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text=_("Six digits."), error_messages={"invalid": _("Write the six digits")},
    )  # fmt: skip


class LinkForm(forms.Form):
    """An account to be joined to a record."""

    username: ClassVar[Any] = forms.CharField(label=_("User name of the account"), max_length=150)
    method: ClassVar[Any] = forms.ChoiceField(label=_("How it was verified"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self, "method", [
            (name, own_words(title)) for name, title in METHODS.items() if name == "identity-card"
        ])  # fmt: skip


class QuestionForm(forms.Form):
    """A person's question about a look."""

    question: ClassVar[Any] = forms.CharField(
        label=_("What do you want to know?"), max_length=LONGEST, widget=forms.Textarea
    )


class AnswerForm(forms.Form):
    """The data protection officer's answer."""

    finding: ClassVar[Any] = forms.ChoiceField(label=_("What you found"), widget=forms.RadioSelect)
    answer: ClassVar[Any] = forms.CharField(
        label=_("Answer to the resident"), max_length=LONGEST, widget=forms.Textarea
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self, "finding", [(name, own_words(title)) for name, title in FINDINGS.items()])


class RequestForm(forms.Form):
    """A request about one's own data."""

    kind: ClassVar[Any] = forms.ChoiceField(
        label=_("What do you ask for?"), widget=forms.RadioSelect, choices=list(REQUESTS.items())
    )
    parts: ClassVar[Any] = forms.MultipleChoiceField(
        label=_("What should be erased"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Only for an erasure."),
    )  # fmt: skip
    text: ClassVar[Any] = forms.CharField(
        label=_("In your own words"), max_length=LONGEST, widget=forms.Textarea,
        help_text=_("For a correction: what stands there, and what should stand there."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from balai.kernel.people.actions.requests import known_parts

        choices(self, "parts", [(name, PARTS[name]) for name in known_parts()])

    def clean(self) -> dict[str, Any]:
        """An erasure names what should go."""
        found = super().clean() or {}
        if found.get("kind") == "erasure" and not found.get("parts"):
            self.add_error("parts", _("Choose at least one thing to erase"))
        return found


def region_choices(city: Any) -> list[tuple[str, Any]]:
    """The city's districts and, under each, its villages."""
    rows = regions.descendants(city.region_code)
    return [
        (each.code, f"– {each.name}" if each.level == "village" else each.name)
        for each in sorted(rows, key=lambda each: each.path)
        if each.level in ("district", "village")
    ]


def code_choices(field: str) -> list[tuple[Any, Any]]:
    """The codes of a field of the family card."""
    return [("", _("not known")), *(
        (code, own_words(title)) for code, title in facts.codes(field).items()
    )]  # fmt: skip


def choices(form: forms.Form, field: str, known: list[tuple[Any, Any]]) -> None:
    """Give a field its choices."""
    form.fields[field].choices = known  # type: ignore[attr-defined]
