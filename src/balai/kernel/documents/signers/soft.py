"""Signers whose key is a file: the trial authority's, and a person's own PKCS #12."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from balai.kernel.documents import authority
from balai.kernel.documents.signers.base import (
    Asked,
    Passphrase,
    Picture,
    Secret,
    Signed,
    SignerError,
)
from balai.kernel.documents.signers.pades import sign_pdf, subject_of

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner


NOT_OPENED = gettext_noop("The passphrase is wrong, or the file is no PKCS #12.")


class LocalSigner:
    """Signs with a certificate of the city's trial authority; the account's proof is asked for."""

    method = "local"
    needs: Secret = "account"
    draws: Picture = "pdf"

    def __init__(self, path: Path) -> None:
        self.path = path

    def sign(self, pdf: bytes, asked: Asked, secret: Passphrase) -> Signed:
        """The signed PDF. That the person is who they say was proved before."""
        return sign_pdf(pdf, asked, _kept(self.path, self.path.stat().st_mtime_ns))


class Pkcs12Signer:
    """Signs with the key in a PKCS #12 file, which a passphrase opens for this signature only."""

    method = "pkcs12"
    needs: Secret = "passphrase"
    draws: Picture = "pdf"

    def __init__(self, content: bytes) -> None:
        self.content = content

    def sign(self, pdf: bytes, asked: Asked, secret: Passphrase) -> Signed:
        """The signed PDF; SignerError where the passphrase does not open the file."""
        if not secret:
            raise SignerError(_("The passphrase of the certificate is missing"))
        signer = _loaded(self.content, secret.value.encode())
        if signer is None:
            raise SignerError(_("The certificate did not open"),
                              detail=_(NOT_OPENED))  # fmt: skip
        return sign_pdf(pdf, asked, signer)


def check_pkcs12(content: bytes, secret: Passphrase) -> str:
    """The subject of the certificate in a file; SignerError where it does not open."""
    signer = _loaded(content, secret.value.encode())
    if signer is None:
        raise SignerError(_("The certificate did not open"),
                          detail=_(NOT_OPENED))  # fmt: skip
    return subject_of(signer)


@lru_cache(maxsize=256)
def _kept(path: Path, changed: int) -> SimpleSigner:
    # The trial authority's keys are this installation's own: they may stay loaded.
    signer = _loaded(path.read_bytes(), authority.passphrase())
    if signer is None:
        raise SignerError("The trial certificate does not open",
                          detail="The master key is not the one it was made under.")  # fmt: skip
    return signer


def _loaded(content: bytes, passphrase: bytes) -> SimpleSigner | None:
    from pyhanko.sign.signers import SimpleSigner

    try:
        found = SimpleSigner.load_pkcs12_data(content, other_certs=[], passphrase=passphrase)
    except ValueError:
        return None
    return found if isinstance(found, SimpleSigner) else None
