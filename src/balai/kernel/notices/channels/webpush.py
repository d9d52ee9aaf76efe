"""Web push: encrypted for the browser (RFC 8291), signed with our key (RFC 8292, VAPID)."""

from __future__ import annotations

import base64
import json
import time
from typing import ClassVar
from urllib.parse import urlsplit

from balai.kernel.jobs import TransientError
from balai.kernel.keys import CityKey, city_key
from balai.kernel.notices.channels import http
from balai.kernel.notices.channels.base import (
    Accepted,
    Channel,
    Parcel,
    PermanentError,
    Subscribed,
    option,
)

OWNER = "installation"
"""A browser subscribes to a site, not to a city: one key for all."""
TTL_S = 3 * 24 * 3600
TOKEN_S = 12 * 3600
LARGEST = 3800
"""Octets of text: with the header and padding they fit the 4096 that services must take."""


class WebPush(Channel):
    """A message that the browser shows, also while no page is open."""

    name = "webpush"
    title: ClassVar = {"id": "Pemberitahuan peramban", "en": "Browser notification"}

    def is_set_up(self) -> bool:
        """Whether BALAI_WEB_PUSH is on: messages then go to the browsers' makers' services."""
        return bool(option("WEB_PUSH"))

    def normalised(self, address: str, *, country: str) -> str:
        """Subscriptions are found by the reader; there is no address."""
        raise ValueError("web push goes to browsers that subscribed, not to an address")

    def hand_over(self, parcel: Parcel) -> Accepted:
        """Post to each of the reader's browsers; one that takes it is enough."""
        gone, later, refused, taken = [], [], 0, 0
        for each in parcel.subscriptions:
            try:
                _post(each, parcel)
                taken += 1
            except PermanentError as error:
                refused += 1
                if "404" in str(error) or "410" in str(error):
                    gone.append(each.id)
            except TransientError as error:
                later.append(error)
        if taken:
            return Accepted(gone=tuple(gone))
        if later:
            raise later[0]
        raise PermanentError(f"No browser takes it ({refused})", gone=tuple(gone))


def public_key() -> str:
    """Our key as a browser wants it to subscribe: the uncompressed point in base64url."""
    return _point(city_key(OWNER, "webpush"))


def endpoint_fault(endpoint: str) -> str:
    """What is wrong with a subscription's address: empty, or words.

    It comes from a browser and we shall post to it: only HTTPS to a named host beyond this network.
    """
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    allowed = option("PUSH_HOSTS").split(",") if option("PUSH_HOSTS") else []
    if allowed:
        return "" if parts.netloc in allowed else "is not a push service of this installation"
    named = "." in host and not host.replace(".", "").isdigit() and ":" not in host
    inside = host.endswith((".local", ".internal", ".localhost", ".lan", ".home.arpa"))
    if parts.scheme != "https" or not named or inside or parts.username or len(endpoint) > 1000:
        return "is not the address of a push service"
    return ""


def encrypted(subscription: Subscribed, data: bytes) -> bytes:
    """The message for this browser alone (aes128gcm, RFC 8188 and 8291)."""
    from pywebpush import WebPusher  # type: ignore[import-untyped]

    info = {
        "endpoint": subscription.endpoint,
        "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth},
    }
    body: bytes = WebPusher(info).encode(data, content_encoding="aes128gcm")["body"]
    return body


def authorization(endpoint: str, *, contact: str, now: int, key: CityKey | None = None) -> str:
    """The header by which the push service knows us: a token of twelve hours for its origin."""
    key = key or city_key(OWNER, "webpush")
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now + TOKEN_S, "sub": contact}
    token = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    return f"vapid t={token}.{b64(key.sign(token.encode()))}, k={_point(key)}"


def b64(data: bytes) -> str:
    """Base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _post(subscription: Subscribed, parcel: Parcel) -> None:
    if fault := endpoint_fault(subscription.endpoint):
        raise PermanentError(f"The subscription {fault}")
    told = {"title": parcel.subject, "body": parcel.short, "url": parcel.link or "/",
            "tag": str(parcel.id), "lang": parcel.language}  # fmt: skip
    while len(data := json.dumps(told, ensure_ascii=False).encode()) > LARGEST:
        told["body"] = told["body"][: len(told["body"]) * 3 // 4]
    try:
        body = encrypted(subscription, data)
    except Exception:  # noqa: BLE001 - keys that are no keys: the browser sent them
        raise PermanentError("The subscription's keys do not work") from None
    headers = {
        "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream",
        "TTL": str(TTL_S), "Urgency": "normal", "Topic": parcel.id.hex,
        "Authorization": authorization(
            subscription.endpoint, contact=_contact(), now=int(time.time())
        ),
    }  # fmt: skip
    http.post(subscription.endpoint, headers=headers, content=body)


def _contact() -> str:
    given = option("CONTACT") or "balai@localhost"
    return given if given.startswith(("mailto:", "https://")) else f"mailto:{given}"


def _point(key: CityKey) -> str:
    x, y = key.public.point
    return b64(b"\x04" + x + y)


def _json(value: object) -> str:
    return b64(json.dumps(value, separators=(",", ":")).encode())
