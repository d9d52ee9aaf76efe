"""Second steps: what proves them is sealed in the database."""

from __future__ import annotations

import base64

from allauth.mfa.adapter import DefaultMFAAdapter

from balai.kernel import keys

PURPOSE, MARK = "access.second-step", "sealed:"


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seals the secrets of authenticator apps and of recovery codes: a copy of the database gives
    nobody a second step.
    """

    def encrypt(self, text: str) -> str:
        """The secret, sealed."""
        return MARK + base64.b64encode(keys.seal(PURPOSE, text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; one from before they were sealed as it stands."""
        if not encrypted_text.startswith(MARK):
            return encrypted_text
        return keys.open_sealed(PURPOSE, base64.b64decode(encrypted_text.removeprefix(MARK)))
