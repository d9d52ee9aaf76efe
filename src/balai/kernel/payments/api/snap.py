"""The addresses that banks call by SNAP BI, answered in the standard's own shape."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router, Schema
from ninja.security import APIKeyHeader

from balai.kernel.payments.engine.snap import messages as snap
from balai.kernel.payments.snap_server import Call, answer

router = Router(tags=["SNAP BI"])
HEADERS = ("X-TIMESTAMP", "X-SIGNATURE", "X-CLIENT-KEY", "X-PARTNER-ID", "X-EXTERNAL-ID",
           "CHANNEL-ID", "Authorization")  # fmt: skip


class SnapAnswer(Schema):
    """responseCode: HTTP status, service code, case; the service's own members follow."""

    responseCode: str  # noqa: N815 - the standard's spelling
    responseMessage: str  # noqa: N815


class SnapSignature(APIKeyHeader):
    """X-SIGNATURE, judged with the body by the service itself: it refuses in SNAP's shape."""

    param_name = "X-SIGNATURE"

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """Every call goes on to be judged."""
        return "to be judged"


ANSWERS = dict.fromkeys((200, 400, 401, 404, 409), SnapAnswer)
BODY = {
    "requestBody": {
        "required": True, "content": {"application/json": {"schema": {"type": "object"}}},
    },
    "parameters": [
        {"in": "header", "name": name, "required": False, "schema": {"type": "string"}}
        for name in HEADERS
        if name not in ("Authorization", "X-SIGNATURE")
    ],
}  # fmt: skip


@router.post(f"/snap{snap.PATHS[snap.TOKEN]}", auth=SnapSignature(), response=ANSWERS,
             openapi_extra=BODY, summary="SNAP: access token")  # fmt: skip
def access_token(request: HttpRequest) -> HttpResponse:
    """A bank asks for an access token, signed by its key over clientKey|timestamp (service 73)."""
    return _answer(request, snap.TOKEN)


@router.post(f"/snap{snap.PATHS[snap.VA_INQUIRY]}", auth=SnapSignature(), response=ANSWERS,
             openapi_extra=BODY, summary="SNAP: virtual account inquiry")  # fmt: skip
def va_inquiry(request: HttpRequest) -> HttpResponse:
    """A bank asks what a virtual account owes (service 24)."""
    return _answer(request, snap.VA_INQUIRY)


@router.post(f"/snap{snap.PATHS[snap.VA_PAYMENT]}", auth=SnapSignature(), response=ANSWERS,
             openapi_extra=BODY, summary="SNAP: virtual account payment")  # fmt: skip
def va_payment(request: HttpRequest) -> HttpResponse:
    """A bank tells of a payment to a virtual account (service 25)."""
    return _answer(request, snap.VA_PAYMENT)


@router.post(f"/snap{snap.PATHS[snap.QR_NOTIFY]}", auth=SnapSignature(), response=ANSWERS,
             openapi_extra=BODY, summary="SNAP: QRIS payment notification")  # fmt: skip
def qr_notify(request: HttpRequest) -> HttpResponse:
    """A bank tells of a payment of a QRIS code (service 52)."""
    return _answer(request, snap.QR_NOTIFY)


def _answer(request: HttpRequest, service: str) -> HttpResponse:
    headers = {name.lower(): request.headers.get(name, "") for name in HEADERS}
    call = Call(service, str(request.method), request.get_full_path(), headers, request.body)
    reply = answer(call)
    # In order, so that an answer given again is the same to the byte.
    told = JsonResponse(reply.body, status=reply.status, json_dumps_params={"sort_keys": True})
    told.keeps_its_shape = True  # type: ignore[attr-defined]
    return told
