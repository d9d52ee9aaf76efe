"""What the page of verification says in the browser, where no server is asked."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def offline_words() -> dict[str, str]:
    """The words of the script, in the visitor's language."""
    return {
        "language": get_language() or "id",
        "state": reverse("api:public_state", args=["CODE"]),
        "revoked": reverse("verify:revocations", args=["CITY"]),
        "not_listed": _("The city issued it, and had not ended it when its last list was made."),
        "list_of": _("List of WHEN."),
        "genuine": _("The city signed these words"),
        "genuine_text": _(
            "The signature in the QR code fits. Compare what stands here with the paper."
        ),
        "false": _("Not genuine"),
        "false_text": _(
            "The signature in the QR code does not fit what it says. Do not rely on the paper."
        ),
        "unknown": _("Signed by a key this page does not know"),
        "unknown_text": _("Open this page once with a network, then scan again."),
        "unreadable": _("This is no QR code of a document"),
        "unreadable_text": _("Scan the square on the letter, or type its code."),
        "expired": _("The time it was valid for has passed."),
        "issued_only": _(
            "Without a network this proves that the city issued it, not that it still stands."
        ),
        "asking": _("Asking whether it still stands…"),
        "valid": _("It still stands."),
        "waiting": _("It is not signed yet."),
        "void": _("It was declared void."),
        "replaced": _("It was replaced by another document."),
        "missing": _("The city's records do not know this code."),
        "no_camera": _("The camera cannot be used here. Choose a picture instead."),
        "no_code": _("No QR code was found in the picture."),
        "city": _("City"), "title": _("Document"), "number": _("Number"),
        "office": _("Issuing office"),
        "day": _("Date"), "holder": _("Concerning"), "signers": _("Signers"),
        "until": _("Valid until"), "code": _("Code"), "digest": _("Fingerprint of the content"),
    }  # fmt: skip
