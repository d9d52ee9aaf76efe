"""Turning a problem of an action into a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest

from balai.kernel.problems import MissingError, ProblemError

View = Callable[..., Any]


def refusing(view: View) -> View:
    """A missing thing answers 404, a forbidden act 403, any other problem 400."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return view(request, *args, **kwargs)
        except MissingError as error:
            raise Http404(error.detail) from error
        except ProblemError as error:
            if error.status == 403:
                raise PermissionDenied(error.detail) from error
            raise BadRequest("; ".join(error.lines())) from error

    return run


def put_on(form: Form, error: ProblemError) -> None:
    """The problem beside the fields it names; what names none above the form."""
    for fault in error.faults:
        message = f"{fault.problem}. {fault.remedy}" if fault.remedy else fault.problem
        form.add_error(fault.field if fault.field in form.fields else None, message)
    if not error.faults:
        form.add_error(None, f"{error.title}. {error.detail}".strip())
