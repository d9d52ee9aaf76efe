"""A code as a picture that scales: an SVG whose modules are one path."""

from __future__ import annotations

import io

PNG_SCALE = 10
"""Pixels of a module: sharp on any telephone, and some 5 kB."""


def svg_of(text: str, *, css: str = "qr") -> str:
    """The QR code of a text as an SVG element, error correction M, with its quiet zone.

    It carries no style and no script, so that a strict content security policy lets it be.
    """
    import segno

    picture = segno.make(text, error="m", micro=False, boost_error=False)
    out = io.BytesIO()
    picture.save(
        out, kind="svg", scale=1, border=4, xmldecl=False, svgns=True, nl=False, omitsize=True,
        dark="#000", light="#fff", svgclass=css, lineclass=None,
    )  # fmt: skip
    return out.getvalue().decode()


def png_of(text: str) -> bytes:
    """The same code as a PNG, which the gallery of a telephone and the apps of banks can open."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(
        out, kind="png", scale=PNG_SCALE, border=4
    )
    return out.getvalue()
