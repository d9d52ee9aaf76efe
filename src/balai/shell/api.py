"""The API: each programme's router under `/api/v1/<programme>/`, errors as RFC 9457 problems."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError

from balai import __version__
from balai.kernel import programmes
from balai.kernel.problems import ProblemError

PROBLEM = "application/problem+json"
PROBLEM_SCHEMA = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


def build() -> NinjaAPI:
    """The API with every installed programme's router."""
    api = BalaiAPI(
        title="Balai",
        version=__version__,
        description="The open city hall. Errors are RFC 9457 problem details.",
        urls_namespace="api",
        docs_url="/docs",
        openapi_url="/openapi.json",
    )
    for programme in programmes.known():
        if router := programme.load("api"):
            api.add_router(f"/{programme.name}/", router, tags=[programme.title["en"]])
    _handle_errors(api)
    return api


class BalaiAPI(NinjaAPI):
    """NinjaAPI whose OpenAPI document declares the problems every operation may answer."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        """The OpenAPI document, with a `default` problem answer on each operation."""
        document = super().get_openapi_schema(**kwargs)
        document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        answer = {
            "description": "A problem (RFC 9457).",
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for path in document["paths"].values():
            for operation in path.values():
                operation["responses"].setdefault("default", answer)
        return document


def problem(
    status: int, title: str, *, kind: str = "about:blank", detail: str = "", errors: Any = None
) -> JsonResponse:
    """An RFC 9457 answer; `errors` names rows, fields, values and mends."""
    body: dict[str, Any] = {"type": kind, "title": title, "status": status}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return JsonResponse(body, status=status, content_type=PROBLEM)


def missing(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """The answer for an address under /api/ that leads nowhere."""
    return problem(404, "Not found", detail="The OpenAPI document lists what exists.")


def _handle_errors(api: NinjaAPI) -> None:
    @api.exception_handler(ProblemError)
    def refused(request: HttpRequest, error: ProblemError) -> HttpResponse:
        faults = [fault.as_dict() for fault in error.faults]
        kind = f"/api/v1/problems/{error.kind}"
        answer = problem(error.status, error.title, kind=kind, detail=error.detail, errors=faults)
        if wait := getattr(error, "retry_after", None):
            answer["Retry-After"] = str(wait)
        return answer

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        faults = [
            {"field": ".".join(map(str, each["loc"])), "problem": each["msg"]}
            for each in error.errors
        ]
        return problem(422, "The request does not fit the schema", errors=faults)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        answer = problem(401, "Sign in or send a token", detail="Authorization: Bearer balai_...")
        answer["WWW-Authenticate"] = "Bearer"
        return answer

    @api.exception_handler(AuthorizationError)
    def forbidden(request: HttpRequest, error: AuthorizationError) -> HttpResponse:
        return problem(403, "Your role or token does not allow this")

    @api.exception_handler(HttpError)
    def plain(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, str(error))

    @api.exception_handler(Http404)
    def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404, "Not found")
