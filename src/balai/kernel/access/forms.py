"""The form that makes an API token."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from balai.kernel.access import queries
from balai.kernel.access.models import User

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
