"""Whose identities are taken: from the environment, or the local issuer of a demonstration.

BALAI_OIDC_ISSUER, BALAI_OIDC_CLIENT_ID, BALAI_OIDC_CLIENT_SECRET, BALAI_OIDC_TITLE (what the
button says), BALAI_OIDC_SCOPES, BALAI_OIDC_NIK_CLAIM (the claim with the verified number).
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import Any

import requests
from django.conf import settings

from balai.kernel import keys

LOCAL_PATH = "/identity"
LOCAL_CLIENT = "balai"
TIMEOUT = (3.05, 10)
REMEMBERED_SECONDS = 600
LARGEST_BYTES = 200_000
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderError(Exception):
    """The issuer cannot be reached, or says what it must not."""


@dataclass(frozen=True, slots=True)
class Provider:
    """An issuer of identities and how Balai is known to it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    title: str = ""
    scopes: str = "openid profile nik"
    nik_claim: str = "nik"


_remembered: dict[str, tuple[float, dict[str, Any]]] = {}


def provider() -> Provider | None:
    """The issuer of this installation; None where there is none."""
    if issuer := os.environ.get("BALAI_OIDC_ISSUER"):
        return Provider(
            issuer=issuer.rstrip("/"),
            client_id=os.environ.get("BALAI_OIDC_CLIENT_ID", ""),
            client_secret=os.environ.get("BALAI_OIDC_CLIENT_SECRET", ""),
            title=os.environ.get("BALAI_OIDC_TITLE", ""),
            scopes=os.environ.get("BALAI_OIDC_SCOPES", "openid profile nik"),
            nik_claim=os.environ.get("BALAI_OIDC_NIK_CLAIM", "nik"),
        )
    if settings.DEMONSTRATION:
        return Provider(settings.PUBLIC_URL + LOCAL_PATH, LOCAL_CLIENT, local_secret())
    return None


def local_secret() -> str:
    """The secret that Balai shares with its own issuer of the demonstration."""
    return keys.data_key("access.identity-client").hex()


def configuration(found: Provider) -> dict[str, Any]:
    """The issuer's own description (OpenID Connect Discovery 1.0), remembered for ten minutes.

    ProviderError where it is not this issuer's, or an address in it is not protected.
    """
    document = fetch(f"{found.issuer}/.well-known/openid-configuration")
    if document.get("issuer") != found.issuer:
        raise ProviderError("the description is of another issuer")
    for name in ENDPOINTS:
        address = str(document.get(name, ""))
        if not address.startswith(("https://", settings.PUBLIC_URL + "/")):
            raise ProviderError(f"{name} is no https address")
    return document


def fetch(address: str, *, fresh: bool = False) -> dict[str, Any]:
    """A JSON document, perhaps a remembered one; ProviderError where there is none."""
    held = _remembered.get(address)
    if held and not fresh and time.monotonic() - held[0] < REMEMBERED_SECONDS:
        return held[1]
    try:
        answer = requests.get(address, timeout=TIMEOUT, allow_redirects=False)
        answer.raise_for_status()
        document = answer.json() if len(answer.content) <= LARGEST_BYTES else None
    except (requests.RequestException, ValueError) as error:
        raise ProviderError(f"no answer from {address}") from error
    if answer.status_code != 200 or not isinstance(document, dict):
        raise ProviderError(f"{address} holds no document")
    _remembered[address] = (time.monotonic(), document)
    return document
