"""What gateways tell about messages they took: signed, in their own forms."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TOLERANCE_S = 300
STATES = {
    "delivered": "delivered", "read": "delivered", "failed": "failed", "undelivered": "failed",
    "rejected": "failed", "expired": "failed", "sent": "sent", "accepted": "sent",
    "queued": "sent",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a message: `reference` is the gateway's number or our own."""

    reference: str
    state: str
    problem: str = ""


def signature(secret: str, body: bytes, at: int) -> str:
    """The value of the header Balai-Signature for a body sent at this second."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
    return f"t={at},v1={digest}"


def is_signed(secret: str, body: bytes, header: str, *, now: int) -> bool:
    """Whether the header holds our signature of the body, made at most five minutes away."""
    found = re.fullmatch(r"t=(\d{1,12}),v1=([0-9a-f]{64})", header)
    if not secret or not found or abs(now - int(found[1])) > TOLERANCE_S:
        return False
    return hmac.compare_digest(signature(secret, body, int(found[1])), header)


def is_hub_signed(secret: str, body: bytes, header: str) -> bool:
    """Whether X-Hub-Signature-256 holds the body's signature (WhatsApp's form: it has no time)."""
    wanted = "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()
    return bool(secret) and hmac.compare_digest(wanted.encode(), header.encode())


def read(body: bytes) -> list[Told]:
    """The receipts in a body: ours, `{"receipts": [{"id", "state", "problem"}]}`, or WhatsApp's.

    ValueError where it is neither; states nobody knows are left out.
    """
    try:
        document = json.loads(body)
    except ValueError as error:
        raise ValueError("the body is not JSON") from error
    if not isinstance(document, dict):
        raise ValueError("the body is no object")
    if isinstance(document.get("receipts"), list):
        rows = document["receipts"]
    elif isinstance(document.get("entry"), list):
        rows = _whatsapp(document)
    else:
        raise ValueError("the body has neither 'receipts' nor 'entry'")
    return [told for row in rows if (told := _told(row))]


def _told(row: Any) -> Told | None:
    if not isinstance(row, Mapping):
        return None
    state = STATES.get(str(row.get("state") or row.get("status") or "").lower())
    reference = row.get("id")
    if state is None or not isinstance(reference, str) or not 0 < len(reference) <= 200:
        return None
    return Told(reference, state, _problem(row))


def _problem(row: Mapping[str, Any]) -> str:
    problem = row.get("problem")
    errors = row.get("errors")
    if not problem and isinstance(errors, list) and errors and isinstance(errors[0], Mapping):
        problem = errors[0].get("title")
    return str(problem)[:200] if isinstance(problem, str) else ""


def _whatsapp(document: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = []
    for entry in document["entry"]:
        changes = entry.get("changes") if isinstance(entry, Mapping) else None
        for change in changes if isinstance(changes, list) else []:
            value = change.get("value") if isinstance(change, Mapping) else None
            statuses = value.get("statuses") if isinstance(value, Mapping) else None
            found += statuses if isinstance(statuses, list) else []
    return found
