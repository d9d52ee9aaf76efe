"""What a page answers when a query refuses: not found, or a bad request with the reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponseBase

from balai.kernel.problems import MissingError, ProblemError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def refusing(view: View[P]) -> View[P]:
    """A view whose MissingError is a 404 and whose other ProblemErrors are a 400."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except MissingError as error:
            raise Http404(error.detail) from error
        except ProblemError as error:
            raise BadRequest("; ".join(error.lines())) from error

    return run
