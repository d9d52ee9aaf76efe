"""One effect for one key: a request that comes again gets the answer of the first.

    @router.post("/payments", auth=token_or_session("payments:request"), response=PaymentOut)
    @once_per_key("payments.request")
    def request_payment(request, body: PaymentIn): ...

The client sends `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header). The answer is kept
in the transaction of the effect: there is never one without the other. Only answers that had an
effect (below 400) are kept; after a refusal the mended request may use the key again.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar
from uuid import uuid4

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.utils import contribute_operation_callback

from balai.kernel import keys
from balai.kernel.access.models import KeptAnswer
from balai.kernel.problems import ConflictError, Fault, ProblemError

Operation = TypeVar("Operation", bound=Callable[..., Any])

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
FORM = re.compile(r"[\x21-\x7e]{1,200}")
KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Link", "Content-Language")
KEPT_DAYS = 7
WAIT_SECONDS = 30
PURPOSE, DIGESTS = "access.kept-answer", "access.request-digest"
PENDING = "_idempotency_pending"
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": True,
    "description": "Any text that names this request and no other, a UUID for example. The same"
    " key and body again get the same answer and have no second effect.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"},
}


def once_per_key(scope: str) -> Callable[[Operation], Operation]:
    """Let an operation of the API take effect once for each caller, `scope` and key.

    It stands below the router's decorator. The operation runs in one transaction, which an answer
    of 400 or above undoes. Requests of one key wait for each other (WAIT_SECONDS at most, then
    409 `idempotency-in-progress`). 400 `idempotency-key` without a usable key, 409
    `idempotency-conflict` where the key came with another request before.
    """

    def mark(operation: Operation) -> Operation:
        contribute_operation_callback(operation, lambda made: _guard(made, scope))
        return operation

    return mark


def forget_answers(now: datetime | None = None) -> int:
    """Delete the answers whose time is over; returns how many."""
    return KeptAnswer.objects.filter(expires_at__lte=now or timezone.now()).delete()[0]


def _guard(operation: Any, scope: str) -> None:
    # After the operation was built, so that its signature is read from the function itself.
    operation.view_func = _once(operation.view_func, scope)
    operation.run = _keeping(operation.run)
    if not hasattr(operation, "_run_decorators"):
        operation._run_decorators = []
    operation._run_decorators.append(_keeping)
    extra = operation.openapi_extra or {}
    parameters = [*extra.get("parameters", []), PARAMETER]
    operation.openapi_extra = {**extra, "parameters": parameters}


def _once(view: Callable[..., Any], scope: str) -> Callable[..., Any]:
    """The view, run only where no answer is kept."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        lookup = _lookup(request, scope, _key_of(request))
        asks = _digest_of(request)
        _wait_for_turn(lookup)
        kept = KeptAnswer.objects.filter(lookup=lookup).first()
        if kept is not None and kept.expires_at <= timezone.now():
            kept.delete()
            kept = None
        if kept is None:
            setattr(request, PENDING, (lookup, scope, asks))
            return view(request, *args, **kwargs)
        if bytes(kept.request) != asks:
            raise ConflictError(
                "The key came with another request before",
                detail=f"Send the same request again, or a new {HEADER}.",
                kind="idempotency-conflict",
            )
        return _opened(kept)

    return asked


def _keeping(run: Callable[..., Any]) -> Callable[..., Any]:
    """The operation's run, in a transaction in which its answer is kept."""

    @wraps(run)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            answer = run(request, *args, **kwargs)
            pending = request.__dict__.pop(PENDING, None)
            if answer.status_code >= 400:
                transaction.set_rollback(True)
            elif pending is not None:
                _keep(answer, *pending)
        return answer

    return kept


def _keep(answer: HttpResponse, lookup: bytes, scope: str, asks: bytes) -> None:
    if answer.streaming:
        raise RuntimeError("a streamed answer cannot be kept for its idempotency key")
    number = uuid4()
    plain = json.dumps(
        {
            "status": answer.status_code,
            "headers": {name: answer[name] for name in KEPT_HEADERS if name in answer},
            "body": base64.b64encode(answer.content).decode(),
        }
    )
    days = getattr(settings, "ACCESS_IDEMPOTENCY_DAYS", KEPT_DAYS)
    KeptAnswer.objects.create(
        id=number, lookup=lookup, scope=scope, request=asks,
        answer=keys.seal(PURPOSE, plain, about=str(number)),
        expires_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip


def _opened(kept: KeptAnswer) -> HttpResponse:
    plain = json.loads(keys.open_sealed(PURPOSE, bytes(kept.answer), about=str(kept.id)))
    answer = HttpResponse(base64.b64decode(plain["body"]), status=plain["status"])
    for name, value in plain["headers"].items():
        answer[name] = value
    answer[REPLAYED] = "true"
    return answer


def _key_of(request: HttpRequest) -> str:
    key = request.headers.get(HEADER, "")
    if FORM.fullmatch(key):
        return key
    problem = "is missing" if not key else "is not 1 to 200 visible ASCII characters"
    raise ProblemError(
        f"The request needs a usable {HEADER}",
        detail=f"{HEADER} {problem}.",
        kind="idempotency-key",
        status=400,
        faults=(Fault(field=HEADER, problem=problem,
                      remedy="Send a new UUID with each new request, and the same one again"
                      " where an answer did not arrive"),),
    )  # fmt: skip


def _lookup(request: HttpRequest, scope: str, key: str) -> bytes:
    return sha256("\0".join((_principal(request), scope, key)).encode()).digest()


def _principal(request: HttpRequest) -> str:
    """Whose key it is: the account's, within the region its token is limited to; tokens of one
    account share their keys, so that one renewed in between gets the same answer.
    """
    principal = getattr(request, "auth", None)
    user = getattr(principal, "user", None)
    if user is None:
        return ""
    token = getattr(principal, "token", None)
    return f"{user.pk}/{token.region_code if token else '*'}"


def _digest_of(request: HttpRequest) -> bytes:
    """HMAC-SHA256 of the method, the address and the body; JSON regardless of blanks and of order.

    Keyed, for a body of few unknown digits (a NIK of a known birthday) could be guessed from a
    plain digest.
    """
    told = hmac.new(keys.data_key(DIGESTS), digestmod=sha256)
    told.update(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        for name, value in sorted(request.POST.lists()):
            told.update(json.dumps([name, value]).encode())
        for name, uploads in sorted(request.FILES.lists(), key=lambda each: each[0]):
            for upload in uploads:
                _tell_upload(told, name, upload)
        return told.digest()
    told.update(_canonical(request.body))
    return told.digest()


def _tell_upload(told: Any, name: str, upload: Any) -> None:
    told.update(json.dumps([name, upload.name, upload.size]).encode())
    for chunk in upload.chunks():
        told.update(chunk)
    upload.seek(0)


def _canonical(body: bytes) -> bytes:
    try:
        plain = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()


def _wait_for_turn(lookup: bytes) -> None:
    """Hold the key until the transaction ends; 409 where another request holds it too long."""
    number = int.from_bytes(lookup[:8], "big", signed=True)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            before = cursor.fetchone()[0]
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_SECONDS}s"])
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])
    except OperationalError as error:
        raise ConflictError(
            "The first request with this key is still being worked on",
            detail="Send it again in a minute to get its answer.",
            kind="idempotency-in-progress",
        ) from error
