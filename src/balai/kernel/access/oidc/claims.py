"""What an identity tells of a person, and who in the registry listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from balai.kernel.access.origin import Origin


@dataclass(frozen=True, slots=True)
class IdentityClaims:
    """What a verified ID token says. `nik` is empty unless the issuer vouches for it; it is not
    shown in `repr`, so that no log holds it.
    """

    issuer: str
    subject: str
    name: str = ""
    nik: str = field(default="", repr=False)


Handler = Callable[[Any, IdentityClaims, Origin], None]
_handlers: list[Handler] = []


def register_identity_claims(handle: Handler) -> None:
    """Hear of each sign-in with an identity, in its transaction: (account, claims, origin).

    The registry of residents stands above this room; it links the account to the resident with
    this NIK. A `ProblemError` refuses the sign-in and undoes what it made.
    """
    if handle not in _handlers:
        _handlers.append(handle)


def tell(user: Any, claims: IdentityClaims, origin: Origin) -> None:
    """Tell everybody who listens."""
    for handle in _handlers:
        handle(user, claims, origin)
