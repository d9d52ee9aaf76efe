"""What an officer fills in: the queue's filter, and what comes with each act on a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.kernel.access.roles import find_role
from balai.kernel.cases.engine import CaseState
from balai.kernel.cases.engine.payloads import LONGEST_REASON, earlier_steps
from balai.kernel.cases.queries import CaseView
from balai.kernel.cases.queries.colleagues import colleagues
from balai.kernel.cases.words import titled
from balai.kernel.problems import MissingError

REASON = forms.Textarea(attrs={"rows": 4})
MEND = "mend_"
"""Beginning of the names of the fields that say what is to be mended of each answer and paper."""


class ActForm(forms.Form):
    """An act on a case: which state of the case it answers to, and a key of its own."""

    expected: ClassVar[Any] = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    key: ClassVar[Any] = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: CaseView, city: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.city = case, city
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the case."""

    def payload(self) -> dict[str, Any]:
        """What goes with the act."""
        given = self.cleaned_data
        return {name: given[name] for name in given
                if name not in ("expected", "key") and given[name] not in (None, "")}  # fmt: skip


class TextForm(ActForm):
    """An act that may have a word with it."""

    text: ClassVar[Any] = forms.CharField(
        label=gettext_lazy("A word for the file"), max_length=LONGEST_REASON, required=False,
        widget=REASON, help_text=gettext_lazy("The resident can read it."),
    )  # fmt: skip


class NoteForm(ActForm):
    """A note."""

    text: ClassVar[Any] = forms.CharField(
        label=gettext_lazy("Note"), max_length=LONGEST_REASON, widget=REASON,
        help_text=gettext_lazy("The resident can read it."),
    )  # fmt: skip


class ReasonForm(ActForm):
    """An act that needs a reason."""

    reason: ClassVar[Any] = forms.CharField(
        label=gettext_lazy("Reason"), max_length=LONGEST_REASON, widget=REASON,
        help_text=gettext_lazy("The resident reads it. Plain words, no blame."),
    )  # fmt: skip


class SignForm(TextForm):
    """A signature: what proves the signer."""

    secret: ClassVar[Any] = forms.CharField(
        label=gettext_lazy("Your password, authenticator code or certificate passphrase"),
        max_length=200, strip=False, required=False,
        help_text=gettext_lazy(
            "What your way of signing asks for. Asked for each time and kept nowhere. After "
            "signing in with a passkey in the last minutes, leave it empty."
        ),
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
    )  # fmt: skip
    field_order = ("secret", "text")


class ReturnForm(ReasonForm):
    """What the resident is to mend: a sentence at each answer and paper, and a word on top."""

    def prepare(self) -> None:
        """A line for each question and paper."""
        self.fields["reason"].required = False
        self.fields["reason"].label = _("In general")
        service = self.case.service
        places = [(each.name, each.title) for each in service.fields]
        places += [(each.code, each.title) for each in service.papers]
        for name, title in places:
            self.fields[MEND + name] = forms.CharField(
                label=titled(title), max_length=300, required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Something must be said."""
        given = super().clean() or {}
        if not given.get("reason") and not any(
            value for name, value in given.items() if name.startswith(MEND)
        ):
            raise forms.ValidationError(_("Say at least at one place what is to be mended."))
        return given

    def payload(self) -> dict[str, Any]:
        """One reason of all sentences, each after the title of its place."""
        given = self.cleaned_data
        asked = {name: given[name] for name in self.fields
                 if name.startswith(MEND) and given.get(name)}  # fmt: skip
        said = [given["reason"]] if given.get("reason") else []
        said += [f"{self.fields[name].label}: {words}" for name, words in asked.items()]
        return {"reason": "\n".join(said), "asks": [name[len(MEND) :] for name in asked]}


class SendBackForm(ReasonForm):
    """To which earlier step."""

    step: ClassVar[Any] = forms.ChoiceField(label=gettext_lazy("Back to"))
    field_order = ("step", "reason")

    def prepare(self) -> None:
        """The steps it can go back to, the latest first."""
        state: CaseState = self.case.state
        service = self.case.service
        _choose(self, "step", [
            (code, titled(service.step(code).title))
            for code in reversed(earlier_steps(service, state))
        ])  # fmt: skip


class RefuseForm(ReasonForm):
    """On which ground, and why."""

    ground: ClassVar[Any] = forms.ChoiceField(
        label=gettext_lazy("Legal ground"), widget=forms.RadioSelect
    )
    field_order = ("ground", "reason")

    def prepare(self) -> None:
        """The grounds of the service with their articles."""
        _choose(self, "ground", [
            (each.code, f"{titled(each.text)} ({each.article})")
            for each in self.case.service.grounds
        ])  # fmt: skip


class HandOverForm(ReasonForm):
    """To which office."""

    region: ClassVar[Any] = forms.ChoiceField(label=gettext_lazy("To the office of"))
    field_order = ("region", "reason")

    def prepare(self) -> None:
        """The places of the city whose level has a step of the service."""
        from balai.kernel.regions.queries import descendants

        levels = self.case.service.levels
        places = sorted(descendants(self.city.region_code), key=lambda each: each.path)
        _choose(self, "region", [
            (each.code, each.name if each.level == "district" else f"– {each.name}")
            for each in places
            if each.level in levels and each.code != self.case.region_code
        ])  # fmt: skip


class AssignForm(ActForm):
    """To whom."""

    to: ClassVar[Any] = forms.ChoiceField(label=gettext_lazy("Assign to"))
    reason: ClassVar[Any] = forms.CharField(
        label=gettext_lazy("Reason"), max_length=LONGEST_REASON, required=False, widget=REASON
    )

    def prepare(self) -> None:
        """Who holds the step's role at the office that has the case."""
        case = self.case
        _choose(self, "to", [
            (each.username, each.name)
            for each in colleagues(case.role, case.region_code) if each.username != case.holder
        ])  # fmt: skip


class AttachForm(ActForm):
    """A paper that came to the counter."""

    code: ClassVar[Any] = forms.ChoiceField(label=gettext_lazy("Which paper"))
    file: ClassVar[Any] = forms.FileField(
        label=gettext_lazy("File"), allow_empty_file=True,
        help_text=gettext_lazy("PDF, JPEG or PNG, of at most the size the service sets."),
    )  # fmt: skip

    def prepare(self) -> None:
        """The papers of the service, and its questions that are answered by a file."""
        service = self.case.service
        _choose(self, "code", [
            *((each.code, titled(each.title)) for each in service.papers),
            *((each.name, titled(each.title)) for each in service.fields if each.kind == "file"),
        ])  # fmt: skip


class MigrateForm(ActForm):
    """To which version, and where it goes on."""

    version: ClassVar[Any] = forms.TypedChoiceField(
        label=gettext_lazy("To version"), coerce=int, empty_value=None
    )
    step: ClassVar[Any] = forms.ChoiceField(
        label=gettext_lazy("It goes on at"), required=False,
        help_text=gettext_lazy("Where the version has the case's step, leave it as it is."),
    )  # fmt: skip

    def prepare(self) -> None:
        """The other versions, the newest first, and the steps of the newest."""
        from balai.kernel.cases.queries import service, versions

        here = self.case.service
        _choose(self, "version", [
            (each.version, str(each.version))
            for each in versions(here.code) if each.version != here.version
        ])  # fmt: skip
        newest = service(here.code)
        _choose(self, "step", [
            ("", _("the same step")),
            *((each.code, titled(each.title)) for each in newest.steps),
        ])  # fmt: skip


FORMS: dict[str, Callable[..., ActForm]] = {
    "check": TextForm, "approve": TextForm, "sign": SignForm, "return": ReturnForm,
    "send_back": SendBackForm, "refuse": RefuseForm, "pause": ReasonForm, "resume": ActForm,
    "hand_over": HandOverForm, "assign": AssignForm, "claim": ActForm, "release": ActForm,
    "note": NoteForm, "attach": AttachForm, "withdraw": ReasonForm, "resubmit": TextForm,
    "appeal": ReasonForm, "migrate": MigrateForm,
}  # fmt: skip
"""The form of each act that a page offers."""


class DefinitionForm(forms.Form):
    """A definition, pasted or as a file."""

    text: ClassVar[Any] = forms.CharField(
        label=gettext_lazy("Definition (YAML)"), required=False, max_length=200_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "mono"}),
    )  # fmt: skip
    file: ClassVar[Any] = forms.FileField(
        label=gettext_lazy("Or a file"), required=False,
        help_text=gettext_lazy("It takes the place of what is pasted."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Exactly one text, readable."""
        given = super().clean() or {}
        upload = given.get("file")
        if upload is not None:
            try:
                given["text"] = upload.read(200_001).decode()
            except UnicodeDecodeError as error:
                raise forms.ValidationError(_("The file is not text in UTF-8.")) from error
        if not (given.get("text") or "").strip():
            raise forms.ValidationError(_("Paste a definition, or choose a file."))
        return given


def role_title(name: str) -> str:
    """What a role is called; its name where nobody registered it."""
    try:
        return titled(find_role(name).title)
    except MissingError:
        return name


def _choose(form: forms.Form, field: str, known: list[tuple[Any, Any]]) -> None:
    form.fields[field].choices = known  # type: ignore[attr-defined]
