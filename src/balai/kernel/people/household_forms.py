"""The forms by which officers keep households: one day each, from which the change holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from balai.kernel.people import facts
from balai.kernel.people.forms import HUSH, DayForm, choices, own_words, region_choices
from balai.kernel.people.models.household import HEAD
from balai.kernel.people.queries.record import Housemate


def _digits(label: Any) -> Any:
    return forms.CharField(
        label=label, max_length=30, widget=forms.TextInput(attrs={**HUSH, "inputmode": "numeric"})
    )


class FoundForm(DayForm):
    """A household that begins with its head."""

    kk: ClassVar[Any] = _digits(_("KK number"))
    region_code: ClassVar[Any] = forms.ChoiceField(label=_("Village"))
    field_order = ("kk", "region_code", "on")

    def __init__(self, *args: Any, city: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self, "region_code", region_choices(city))


class JoinForm(DayForm):
    """Another household that somebody moves into; found by its card's number."""

    kk: ClassVar[Any] = _digits(_("KK number of the other household"))
    relation: ClassVar[Any] = forms.TypedChoiceField(label=_("Relation to the head"), coerce=int)
    field_order = ("kk", "relation", "on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self, "relation", _relations(but_head=True))


class MemberForm(JoinForm):
    """Somebody who joins this household; found by NIK."""

    kk: ClassVar[Any] = None
    nik: ClassVar[Any] = _digits(_("NIK of who joins"))
    field_order = ("nik", "relation", "on")


class RelationsForm(DayForm):
    """The relation of each member to the head, from a day on."""

    one_head = _("Name exactly one head of the family")

    def __init__(self, *args: Any, members: Iterable[Housemate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._members = {f"member-{each.person_id}": each for each in members}
        for name, each in self._members.items():
            self.fields[name] = forms.TypedChoiceField(
                label=each.name or _("outside your region"), coerce=int, empty_value=None,
                choices=self.offered(), initial=self.initial_of(each), required=self.is_asked,
            )  # fmt: skip

    is_asked = True

    def offered(self) -> list[tuple[Any, Any]]:
        """What each member may become."""
        return _relations()

    def initial_of(self, member: Housemate) -> Any:
        """What stands there first: what the member is now."""
        return member.relation

    @property
    def relations(self) -> dict[UUID, int]:
        """The chosen relation by person."""
        given = self.cleaned_data
        return {
            each.person_id: given[name]
            for name, each in self._members.items()
            if given.get(name) is not None
        }

    def clean(self) -> dict[str, Any]:
        """One head, and no other."""
        found = super().clean() or {}
        if not self.errors and list(self.relations.values()).count(HEAD) != 1:
            self.add_error(None, self.one_head)
        return found


class SplitForm(RelationsForm):
    """Who leaves for a household of their own, and its card's number."""

    kk: ClassVar[Any] = _digits(_("KK number of the new household"))
    one_head = _("Choose who leaves, and make exactly one of them the head of the new family")
    is_asked = False
    field_order = ("kk", "on")

    def offered(self) -> list[tuple[Any, Any]]:
        """To stay, or what to become in the new household."""
        return [("", _("stays")), *_relations()]

    def initial_of(self, member: Housemate) -> Any:
        """Everybody stays."""
        return ""


def _relations(*, but_head: bool = False) -> list[tuple[Any, Any]]:
    return [
        (code, own_words(title))
        for code, title in facts.codes("relation").items()
        if not (but_head and code == HEAD)
    ]
