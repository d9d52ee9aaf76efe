"""Checking a resident's answers against the questions of a service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from balai.kernel.cases.engine.definition import Field, Service
from balai.kernel.cases.engine.values import AnswerError, read_value
from balai.kernel.cases.engine.words import said
from balai.kernel.problems import Fault


def check_answers(
    service: Service, answers: Mapping[str, Any], *, today: date, language: str = "en"
) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The answers in their kept form (JSON values), and a fault for each that cannot be taken.

    Good answers are kept beside bad ones. Answers to questions that are not asked (`shown_if`) are
    dropped; names that are no field are faults. Files are not answers: a field of kind `file` keeps
    the digest the store gave it.
    """
    clean: dict[str, Any] = {}
    faults = [_unknown(name, language) for name in answers if service.field_named(name) is None]
    for field in service.fields:
        if not is_asked(field, clean):
            continue
        try:
            value = read_value(field, answers.get(field.name), today=today)
        except AnswerError as error:
            faults.append(_fault(field, answers.get(field.name), error, language))
            continue
        if value is not None:
            clean[field.name] = value
    return clean, tuple(faults)


def is_asked(field: Field, answers: Mapping[str, Any]) -> bool:
    """Whether the earlier answers bring the question up."""
    if field.shown_if is None:
        return True
    name, wanted = field.shown_if
    given = answers.get(name)
    if isinstance(given, list):
        return wanted in given
    return name in answers and bool(given == wanted)


def split_personal(
    service: Service, clean: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answers that may stand in the open, and those to be kept sealed."""
    sealed = {field.name for field in service.fields if field.personal}
    plain = {name: value for name, value in clean.items() if name not in sealed}
    return plain, {name: value for name, value in clean.items() if name in sealed}


def _unknown(name: str, language: str) -> Fault:
    problem, remedy = said("unknown_field", language)
    return Fault(field=name[:60], problem=problem, remedy=remedy)


def _fault(field: Field, value: Any, error: AnswerError, language: str) -> Fault:
    problem, remedy = said(error.code, language, **error.details)
    shown = "" if field.personal or value is None else str(value)[:60]
    return Fault(field=field.name, value=shown, problem=problem, remedy=remedy)
