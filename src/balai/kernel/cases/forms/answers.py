"""The form of a service, made from its definition: one field a question, one place a paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from balai.kernel.cases.engine import Field, Service, check_answers
from balai.kernel.cases.engine.answers import is_asked
from balai.kernel.cases.engine.values import AnswerError, read_value
from balai.kernel.cases.forms.widgets import SHORT, widget_of
from balai.kernel.cases.words import titled

PAPER = "paper_"
SHOWN = "shown"
MEGABYTE = 1024 * 1024


class Answer(forms.Field):
    """An answer as it was given: the engine judges it, so that every door judges alike."""

    def validate(self, value: Any) -> None:
        """Nothing: see `AnswersForm.clean`."""


class AnswersForm(forms.Form):
    """The questions and papers of a service, or those of `only`.

    `known` are the answers kept so far, `held` the papers attached (a digest and a name by code),
    `spare` the codes of papers that need not be brought again, `refused` what was wrong with the
    files of this round. A question that an answer has just brought up is no fault: it is `new`.
    """

    use_required_attribute = False

    def __init__(
        self, service: Service, data: Any = None, *, today: date, known: Mapping[str, Any],
        places: Sequence[Any] = (), only: Collection[str] | None = None,
        held: Mapping[str, Any] | None = None, spare: Collection[str] = (),
        refused: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=_initial(service, known))
        self.service, self.today, self.known = service, today, known
        self.held, self.spare, self.refused = held or {}, spare, refused or {}
        self.new: list[str] = []
        self.questions = [each for each in service.fields if wanted(service, each, only)]
        self.papers = [each for each in service.papers if only is None or each.code in only]
        self.given: dict[str, Any] = {}
        for each in self.questions:
            self.fields[each.name] = self._question(each, places)
        for paper in self.papers:
            self.fields[PAPER + paper.code] = self._paper(paper)

    def clean(self) -> dict[str, Any]:
        """Judge the answers; what was not shown yet is shown now, without blame."""
        shown = set(cast(QueryDict, self.data).getlist(SHOWN))
        self.given = {
            each.name: self._value(each) for each in self.questions
            if each.shown_if is None or each.name in shown
        }  # fmt: skip
        merged = {**self.known, **self.given}
        clean, faults = check_answers(self.service, merged, today=self.today,
                                      language=(get_language() or "id")[:2])  # fmt: skip
        for fault in faults:
            if fault.field in self.given:
                self._add(fault.field, f"{fault.problem}. {fault.remedy}.")
            elif fault.field in self.fields:
                self.new.append(fault.field)
        self.known = {**clean, **{name: each for name, each in self.given.items() if each}}
        for name, words in self.refused.items():
            if name in self.fields:
                self._add(name, words)
        return clean

    def missing_papers(self) -> bool:
        """Add an error for each required paper that is not there; whether any is missing."""
        lacking = [
            paper for paper in self.papers
            if paper.required and paper.code not in self.held and paper.code not in self.spare
            and PAPER + paper.code not in self.errors
        ]  # fmt: skip
        for paper in lacking:
            self._add(PAPER + paper.code, _("This paper is missing. Attach it."))
        return bool(lacking)

    def lines(self) -> list[dict[str, Any]]:
        """The questions as the page lays them out: each with what brings it up, if anything."""
        values = self._values()
        return [
            {
                "bound": self[each.name], "name": each.name, "new": each.name in self.new,
                "condition": each.shown_if[0] if each.shown_if else "",
                "wanted": _spoken(each.shown_if[1]) if each.shown_if else "",
                "asked": is_asked(each, values), "held": self.held.get(each.name),
                "short": SHORT.get(each.kind, ""),
            }
            for each in self.questions
        ]  # fmt: skip

    def paper_lines(self) -> list[dict[str, Any]]:
        """The papers as the page lays them out."""
        return [
            {"bound": self[PAPER + each.code], "held": self.held.get(each.code),
             "spare": each.code in self.spare and each.code not in self.held}
            for each in self.papers
        ]  # fmt: skip

    def summary(self) -> list[dict[str, Any]]:
        """The errors for the top of the page; of choices the link goes to the first."""
        lists = (forms.RadioSelect, forms.CheckboxSelectMultiple)
        found: list[dict[str, Any]] = [
            {"text": words, "href": "#questions"} for words in self.non_field_errors()
        ]
        for name in self.fields:
            first = "_0" if isinstance(self.fields[name].widget, lists) else ""
            href = f"#{self[name].auto_id}{first}"
            found += [{"text": words, "href": href} for words in self.errors.get(name, ())]
        return found

    def _value(self, each: Field) -> Any:
        if each.kind == "file":
            held = self.held.get(each.name)
            return held.digest if held else None
        value = self.cleaned_data.get(each.name)
        return value.replace("\x00", " ") if isinstance(value, str) else value

    def _values(self) -> dict[str, Any]:
        """What of the answers, as they stand in the form, can be read: they bring questions up."""
        found: dict[str, Any] = {}
        for each in self.service.fields:
            try:
                value = read_value(each, self.known.get(each.name), today=self.today)
            except AnswerError:
                continue
            if value is not None and is_asked(each, found):
                found[each.name] = value
        return found

    def _add(self, name: str, words: str) -> None:
        self.add_error(name, f"{self.fields[name].label}: {words[:1].lower()}{words[1:]}")

    def _question(self, each: Field, places: Sequence[Any]) -> Answer:
        return Answer(
            label=titled(each.title), help_text=hint_of(each), required=each.required,
            widget=widget_of(each, places, self.today),
        )  # fmt: skip

    def _paper(self, paper: Any) -> Answer:
        return Answer(
            label=titled(paper.title), help_text=taken(paper.types, paper.max_mb),
            required=paper.required,
            widget=forms.FileInput(attrs={"accept": ",".join(paper.types)}),
        )  # fmt: skip


def wanted(service: Service, each: Field, only: Collection[str] | None) -> bool:
    """Whether a question stands in the form: asked for, or brought up by one that is."""
    if only is None or each.name in only:
        return True
    above = service.field_named(each.shown_if[0]) if each.shown_if else None
    return above is not None and wanted(service, above, only)


def hint_of(each: Field) -> str:
    """The help of a question, and its limits in words."""
    parts = [titled(each.help)]
    if each.kind == "file":
        parts.append(taken(("application/pdf", "image/jpeg", "image/png"), 5))
    elif each.kind in ("text", "long_text") and each.limits.shortest > 1:
        parts.append(_("%(low)d to %(high)d letters.")
                     % {"low": each.limits.shortest, "high": each.limits.longest})  # fmt: skip
    elif each.kind in ("integer", "money"):
        parts.append(_bounds(each))
    elif each.kind == "choices":
        parts.append(_("You may choose more than one."))
    return " ".join(filter(None, parts))


def taken(types: Sequence[str], limit: int) -> str:
    """Which files are taken: kinds and size in words."""
    names = ", ".join(each.rpartition("/")[2].upper() for each in types)
    return _("%(names)s, at most %(limit)d MB.") % {"names": names, "limit": limit}


def _bounds(each: Field) -> str:
    low, high = each.limits.low, each.limits.high
    sign = "Rp" if each.kind == "money" else ""
    shown = {name: f"{sign}{int(value):,}".replace(",", ".") if value is not None else ""
             for name, value in (("low", low), ("high", high))}  # fmt: skip
    if shown["low"] and shown["high"]:
        return _("From %(low)s to %(high)s.") % shown
    if shown["low"]:
        return _("At least %(low)s.") % shown
    return _("At most %(high)s.") % shown if shown["high"] else ""


def _initial(service: Service, known: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {each.name: each.kind for each in service.fields}
    return {
        name: _spoken(value) if kinds.get(name) == "yes_no" else value
        for name, value in known.items() if kinds.get(name) != "file"
    }  # fmt: skip


def _spoken(value: Any) -> str:
    """An answer as a form's value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def asked_again(count: int) -> str:
    """That more questions follow from the answers."""
    said = ngettext(
        "One more question follows from your answers.",
        "%(n)d more questions follow from your answers.",
        count,
    )
    return said % {"n": count}
