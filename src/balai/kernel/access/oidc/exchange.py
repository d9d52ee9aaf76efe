"""The authorization code flow with PKCE, a nonce and a state (OpenID Connect Core 1.0, 3.1;
RFC 7636; RFC 9207): the request, the exchange of the code, and the checks of the ID token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import requests

from balai.kernel.access.oidc.claims import IdentityClaims
from balai.kernel.access.oidc.provider import TIMEOUT, Provider, ProviderError, configuration, fetch

ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA")
PATIENCE_SECONDS = 600
LEEWAY_SECONDS = 60
SUBJECT_CHARACTERS = 255


class RefusedError(Exception):
    """The answer is not one to this browser's request, or does not prove what it says.

    `reason` is a short name for the audit.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Begun(NamedTuple):
    """A request under way: where the browser is sent, and what its session keeps until then."""

    address: str
    kept: dict[str, Any]


def begin(found: Provider, redirect_uri: str, after: str) -> Begun:
    """A new request for an identity; `after` is where the person wanted to go."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    asked = {
        "response_type": "code", "client_id": found.client_id, "redirect_uri": redirect_uri,
        "scope": found.scopes, "state": state, "nonce": nonce,
        "code_challenge": challenge_of(verifier), "code_challenge_method": "S256",
    }  # fmt: skip
    kept = {"state": state, "nonce": nonce, "verifier": verifier, "at": time.time(),
            "redirect_uri": redirect_uri, "after": after, "issuer": found.issuer}  # fmt: skip
    address = configuration(found)["authorization_endpoint"]
    return Begun(f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", kept)


def finish(
    found: Provider, answer: Mapping[str, str], kept: Mapping[str, Any] | None
) -> IdentityClaims:
    """The claims of the identity; RefusedError where a check fails, ProviderError where the issuer
    does not answer. `kept` must have been taken out of the session: an answer counts once.
    """
    if not kept or time.time() - kept["at"] > PATIENCE_SECONDS:
        raise RefusedError("no-request")
    if not hmac.compare_digest(answer.get("state", "").encode(), kept["state"].encode()):
        raise RefusedError("state")
    if kept["issuer"] != found.issuer or answer.get("iss", found.issuer) != found.issuer:
        raise RefusedError("issuer")
    if answer.get("error"):
        raise RefusedError("declined")
    token = _exchanged(found, answer.get("code", ""), kept)
    return _claims(found, _verified(found, token, kept["nonce"]))


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _exchanged(found: Provider, code: str, kept: Mapping[str, Any]) -> str:
    body = {"grant_type": "authorization_code", "code": code,
            "redirect_uri": kept["redirect_uri"], "code_verifier": kept["verifier"]}  # fmt: skip
    try:
        answer = requests.post(
            configuration(found)["token_endpoint"], data=body, timeout=TIMEOUT,
            auth=(found.client_id, found.client_secret), allow_redirects=False,
        )  # fmt: skip
        document = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise ProviderError("no answer from the token endpoint") from error
    if answer.status_code != 200 or not isinstance(document, dict):
        raise RefusedError("code")
    return str(document.get("id_token", ""))


def _verified(found: Provider, token: str, nonce: str) -> dict[str, Any]:
    import jwt

    try:
        key = _key(found, jwt.get_unverified_header(token))
        told: dict[str, Any] = jwt.decode(
            token, key, algorithms=list(ALGORITHMS), audience=found.client_id,
            issuer=found.issuer, leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
        )  # fmt: skip
    except jwt.InvalidIssuerError as error:
        raise RefusedError("issuer") from error
    except jwt.InvalidAudienceError as error:
        raise RefusedError("audience") from error
    except jwt.ExpiredSignatureError as error:
        raise RefusedError("expired") from error
    except jwt.PyJWTError as error:
        raise RefusedError("token") from error
    if not hmac.compare_digest(str(told["nonce"]).encode(), nonce.encode()):
        raise RefusedError("nonce")
    several = isinstance(told["aud"], list) and len(told["aud"]) > 1
    if (several or "azp" in told) and told.get("azp") != found.client_id:
        raise RefusedError("audience")
    return told


def _key(found: Provider, header: Mapping[str, Any]) -> Any:
    import jwt

    address = configuration(found)["jwks_uri"]
    for fresh in (False, True):  # once anew, for the issuer may have changed its keys
        for each in fetch(address, fresh=fresh).get("keys", []):
            same = each.get("kid") == header.get("kid")
            if same and each.get("alg", header.get("alg")) == header.get("alg"):
                return jwt.PyJWK(each, algorithm=str(header.get("alg")))
    raise RefusedError("key")


def _claims(found: Provider, told: Mapping[str, Any]) -> IdentityClaims:
    subject = str(told["sub"])
    if not 0 < len(subject) <= SUBJECT_CHARACTERS:
        raise RefusedError("subject")
    vouched = told.get(f"{found.nik_claim}_verified", False) is True
    nik = str(told.get(found.nik_claim, "")) if vouched else ""
    usable = nik if len(nik) == 16 and nik.isascii() and nik.isdigit() else ""
    return IdentityClaims(found.issuer, subject, str(told.get("name", ""))[:120], usable)
