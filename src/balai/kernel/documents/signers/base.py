"""The interface of a signer: a PDF in, the PDF with one signature more out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from balai.kernel.documents.rendering import Box
from balai.kernel.problems import ProblemError

Picture = Literal["pdf", "png"]
Secret = Literal["", "account", "passphrase"]
"""What a signer asks its person for: nothing, the account's own proof, or a passphrase."""


class SignerError(ProblemError):
    """A signature that could not be made, in words for who asked for it.

    `again` tells that trying later may help (a service that does not answer).
    """

    def __init__(self, title: str, *, detail: str = "", again: bool = False) -> None:
        super().__init__(title, detail=detail, kind="signature-not-made",
                         status=503 if again else 422)  # fmt: skip
        self.again = again


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A signature that is wanted: the field's name, every field still to be made in the document,
    where it shows and what (a page in the signer's form; None for an invisible one), what it says.
    """

    field: str
    fields: tuple[tuple[str, Box | None], ...]
    box: Box | None
    appearance: bytes | None
    name: str
    reason: str
    place: str
    at: datetime
    first: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """The signed PDF, and the subject of the certificate as far as it is known."""

    pdf: bytes
    subject: str = ""
    timestamped: bool = False


class Signer(Protocol):
    """Makes signatures for one person."""

    method: str
    needs: Secret
    draws: Picture

    def sign(self, pdf: bytes, asked: Asked, secret: Passphrase) -> Signed:
        """The PDF with the signature; SignerError tells why there is none."""


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A secret that does not show in logs, error pages or reports."""

    value: str = field(default="", repr=False)

    def __str__(self) -> str:
        return "(secret)"

    def __bool__(self) -> bool:
        return bool(self.value)
