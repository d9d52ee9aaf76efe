"""What was made for one person is kept by no cache: not a proxy's, not a shared computer's."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

NOT_KEPT = "private, no-store"


class PrivateAnswersMiddleware:
    """Forbids caches to keep the answer to somebody signed in, or to a call with a token, unless
    the view has said itself what may be kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with `Cache-Control: private, no-store` where it is somebody's own."""
        answer = self.get_response(request)
        if "Cache-Control" not in answer and _is_somebody_s(request):
            answer["Cache-Control"] = NOT_KEPT
        return answer


def _is_somebody_s(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return "Authorization" in request.headers or bool(user is not None and user.is_authenticated)
