"""What the pages of settlement share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest

from balai.kernel.problems import MissingError, ProblemError
from balai.transit.queries.settlement.refusals import said


def found_or_404(find: Callable[..., Any], *args: Any) -> Any:
    """What a query finds; a missing page where it finds nothing."""
    try:
        return find(*args)
    except MissingError as error:
        raise Http404(str(error)) from error


def tried(form: forms.Form, act: Callable[[], Any]) -> Any:
    """What an act returns; None where it is refused, with its faults on the form."""
    try:
        return act()
    except ProblemError as refused:
        for fault in refused.faults:
            field = fault.field if fault.field in form.fields else None
            words = (fault.value if field is None else "", said(fault.problem))
            told = " ".join(filter(None, words))
            form.add_error(field, ". ".join(filter(None, (told, said(fault.remedy)))))
        if not refused.faults:
            told = (said(refused.title), said(refused.detail or ""))
            form.add_error(None, ". ".join(filter(None, told)))
        return None


def may(request: HttpRequest, permission: str) -> bool:
    """Whether the visitor holds a permission in the page's city."""
    return bool(request.user.has_perm(permission, request.city))  # type: ignore[attr-defined]
