"""Who makes a signature: one interface, three ways."""

from balai.kernel.documents.signers.base import Asked, Signed, Signer, SignerError
from balai.kernel.documents.signers.bsre import BsreSigner
from balai.kernel.documents.signers.soft import LocalSigner, Pkcs12Signer

__all__ = [
    "Asked", "BsreSigner", "LocalSigner", "Pkcs12Signer", "Signed", "Signer", "SignerError",
]  # fmt: skip
