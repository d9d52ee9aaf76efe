"""The QR code of a document: an address whose fragment carries the signed claims.

The fragment never reaches a server: whoever scans the code with any camera opens the page of
verification, and that page reads the claims and verifies them by itself, without a network.
"""

from __future__ import annotations

from io import BytesIO

from django.conf import settings

from balai.kernel import keys
from balai.kernel.documents.engine import claims as compact
from balai.kernel.documents.engine.claims import Claims, Message

PURPOSE = "claims"
INK = "#1e1c19"
MASK = 3
"""Of the eight patterns that break up large areas: what is signed looks random under each, and to
try them all takes twice the time of the rest.
"""


def page_address() -> str:
    """The address of the page of verification."""
    return f"{settings.PUBLIC_URL}/verify/"


def signed_text(claims: Claims) -> str:
    """The claims, signed by the city's key, as the fragment carries them."""
    key = keys.city_key(claims.city, PURPOSE)
    return compact.encode(claims, key.key_id, key.sign)


def picture(text: str) -> str:
    """The QR code as SVG: the address in bytes, the claims as letters and digits."""
    import segno
    from segno import consts

    parts = [(f"{page_address()}#", consts.MODE_BYTE), (text, consts.MODE_ALPHANUMERIC)]
    out = BytesIO()
    segno.make(
        parts,  # type: ignore[arg-type] # it takes segments too
        error="m",
        micro=False,
        boost_error=False,
    ).save(out, kind="svg", border=0, dark=INK, xmldecl=False, nl=False)
    return out.getvalue().decode()


def check(text: str) -> Message | None:
    """The message where the city it names signed it, else None; ValueError where it is none."""
    message = compact.decode(text.rpartition("#")[2])
    try:
        known = keys.public_keys(message.claims.city, PURPOSE)
    except ValueError:
        return None
    for each in known:
        if each.key_id == message.key_id:
            good = keys.verify(each, message.signed, message.signature)
            return message if good else None
    return None
