"""The forms of the account and of who grants roles."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from balai.kernel.access import queries
from balai.kernel.access.models import RoleGrant, User
from balai.kernel.access.queries import Held
from balai.kernel.access.roles import Role, all_roles
from balai.kernel.access.scopes import all_scopes
from balai.kernel.problems import MissingError, ProblemError
from balai.kernel.regions import queries as regions

DAYS = ((30, _("30 days")), (90, _("90 days")), (365, _("One year")))


class TokenForm(forms.Form):
    """Name, scopes, region and life of a token, of what the user may do."""

    name: ClassVar[Any] = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Which program will use it?")
    )
    scopes: ClassVar[Any] = forms.MultipleChoiceField(
        label=_("What it may do"), widget=forms.CheckboxSelectMultiple
    )
    place: ClassVar[Any] = forms.ChoiceField(label=_("Where"), required=False)
    days: ClassVar[Any] = forms.TypedChoiceField(
        label=_("How long it holds"), choices=DAYS, coerce=int, initial=90
    )
    request_key: ClassVar[Any] = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = (get_language() or "id").split("-")[0]
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]
            (each.name, each.title.get(language, each.title["en"]))
            for each in queries.scopes_open_to(user)
        ]
        self.fields["place"].choices = _places(user)  # type: ignore[attr-defined]


def _places(user: User) -> list[tuple[str, Any]]:
    held = {each.region_code: each.region_name for each in queries.roles_of(user)}
    if user.is_superuser:
        held.setdefault("", "")
    return [(code, name or _("The whole installation")) for code, name in sorted(held.items())]


class _Faulted(forms.Form):
    """A form that takes the faults of an action to its fields."""

    def take(self, problem: ProblemError) -> None:
        """Put each fault at its field, or over the form where it has none."""
        for fault in problem.faults:
            self.add_error(fault.field if fault.field in self.fields else None, str(fault))
        if not problem.faults:
            self.add_error(None, problem.detail or problem.title)


class ServiceTokenForm(TokenForm, _Faulted):
    """A token of a service account, perhaps from some addresses only."""

    networks: ClassVar[Any] = forms.CharField(
        label=_("From which addresses"), required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One network a line (203.0.113.0/24); empty for everywhere"),
    )  # fmt: skip

    def clean_networks(self) -> list[str]:
        """The lines that hold something."""
        return [line.strip() for line in self.cleaned_data["networks"].splitlines() if line.strip()]


class _Whom(_Faulted):
    """An account by its user name, a region, a span of days and why."""

    to: ClassVar[Any] = forms.CharField(
        label=_("To whom"), max_length=150, help_text=_("The person's user name")
    )
    place: ClassVar[Any] = forms.CharField(
        label=_("Where"), required=False, max_length=20,
        help_text=_("The code of a district or village (31.71.01); empty for the whole region"),
    )  # fmt: skip
    first_day: ClassVar[Any] = forms.DateField(
        label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: at once"),
    )  # fmt: skip
    last_day: ClassVar[Any] = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason: ClassVar[Any] = forms.CharField(
        label=_("Why"), max_length=300, required=False,
        help_text=_("For example the number of the decree, or leave"),
    )  # fmt: skip

    @property
    def start(self) -> datetime | None:
        """The first moment, on the page\'s clock; None for at once."""
        day = self.cleaned_data.get("first_day")
        return _midnight(day) if day and day > timezone.localdate() else None

    @property
    def end(self) -> datetime | None:
        """The first moment after the last day; None without one."""
        day = self.cleaned_data.get("last_day")
        return _midnight(day + timedelta(days=1)) if day else None

    def clean_to(self) -> User:
        """The account of that name."""
        try:
            return queries.find_user(self.cleaned_data["to"].strip())
        except MissingError as error:
            raise forms.ValidationError(gettext("No account has this user name.")) from error

    def clean_place(self) -> str:
        """A region that there is."""
        code = str(self.cleaned_data["place"]).strip()
        if not code:
            return ""
        try:
            return str(regions.place(code).code)
        except (ProblemError, LookupError) as error:
            raise forms.ValidationError(gettext("No region has this code.")) from error


class DelegationForm(_Whom):
    """What of a role is passed on, to whom, where, until when, why."""

    chosen: ClassVar[Any] = forms.MultipleChoiceField(
        label=_("What they may do"), widget=forms.CheckboxSelectMultiple
    )
    field_order = ("to", "chosen", "place", "first_day", "last_day", "reason")

    def __init__(self, *args: Any, held: Held, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = held
        every = sorted(held.role.permissions)
        self.fields["chosen"].choices = [(each, permission_title(each)) for each in every]  # type: ignore[attr-defined]
        self.fields["chosen"].initial = every
        self.fields["reason"].required = True

    @property
    def permissions(self) -> list[str] | None:
        """The chosen permissions; None where they are the whole role."""
        chosen = set(self.cleaned_data["chosen"])
        return None if chosen == self.held.role.permissions else sorted(chosen)


class GrantForm(_Whom):
    """A role for somebody, in their own right or in a head\'s stead."""

    role: ClassVar[Any] = forms.ChoiceField(label=_("Role"))
    capacity: ClassVar[Any] = forms.ChoiceField(label=_("As what"), required=False)
    field_order = ("to", "role", "capacity", "place", "first_day", "last_day", "reason")

    def __init__(self, *args: Any, within: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.within = within
        self.fields["role"].choices = _role_choices(all_roles())  # type: ignore[attr-defined]
        capacities = RoleGrant.Capacity
        self.fields["capacity"].choices = [  # type: ignore[attr-defined]
            (each.value, each.label) for each in (capacities.OWN, capacities.PLH, capacities.PLT)
        ]
        self.fields["last_day"].required = False
        self.fields["last_day"].help_text = _("Empty: until it is taken back")

    def clean_place(self) -> str:
        """A region of the city."""
        code = super().clean_place()
        if code and not f"{code}.".startswith(f"{self.within}."):
            raise forms.ValidationError(gettext("This region lies outside the city."))
        return code


class ServiceForm(_Faulted):
    """A service account: its name, what it is for, the role that bounds it."""

    username: ClassVar[Any] = forms.CharField(
        label=_("Account name"), max_length=150, help_text=_("For example rain-gauges")
    )
    display_name: ClassVar[Any] = forms.CharField(label=_("What it is for"), max_length=120)
    role: ClassVar[Any] = forms.ChoiceField(
        label=_("Role"), help_text=_("Its tokens never do more than this role may")
    )
    place: ClassVar[Any] = forms.CharField(
        label=_("Where"), required=False, max_length=20,
        help_text=_("The code of a district or village; empty for the whole city"),
    )  # fmt: skip

    def __init__(self, *args: Any, within: str, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.within = within
        scoped = {each.permission for each in all_scopes()}
        useful = [each for each in all_roles() if each.permissions & scoped]
        self.fields["role"].choices = _role_choices(useful)  # type: ignore[attr-defined]

    def clean_place(self) -> str:
        """A region of the city."""
        code = str(self.cleaned_data["place"]).strip()
        if code and not f"{code}.".startswith(f"{self.within}."):
            raise forms.ValidationError(gettext("This region lies outside the city."))
        return code


def permission_title(permission: str) -> str:
    """A permission for people: the title of a scope that stands for it, else its own words."""
    language = (get_language() or "id").split("-")[0]
    for scope in all_scopes():
        if scope.permission == permission:
            return scope.title.get(language, scope.title["en"])
    return permission


def _role_choices(roles: Any) -> list[tuple[str, str]]:
    language = (get_language() or "id").split("-")[0]
    found: list[Role] = list(roles)
    return [(each.name, f"{each.title.get(language, each.title['en'])} ({each.name})")
            for each in found]  # fmt: skip


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
