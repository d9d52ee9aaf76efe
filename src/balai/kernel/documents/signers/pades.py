"""A PAdES signature by pyHanko: an incremental update, so that signatures before it stay valid."""

from __future__ import annotations

import binascii
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from balai.kernel.documents.apart import apart
from balai.kernel.documents.rendering import Box
from balai.kernel.documents.signers.base import Asked, Signed, SignerError

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko.sign.timestamps import TimeStamper

TIMESTAMP_SECONDS = 10
RESERVED = {False: 10_240, True: 32_768}
"""Hexadecimal digits kept for a signature, without and with a time stamp. pyHanko would make the
signature once more only to measure it.
"""


def sign_pdf(pdf: bytes, asked: Asked, signer: SimpleSigner) -> Signed:
    """The PDF with one signature more.

    The first one certifies the document and lets only signatures follow (DocMDP level 2); every
    field is made with it, so that later signers change nothing but their own field.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    for name, box in asked.fields:
        fields.append_signature_field(writer, _field(name, box))
    stamper = time_stamper()
    meta = signers.PdfSignatureMetadata(
        field_name=asked.field, md_algorithm="sha256", name=asked.name, reason=asked.reason,
        location=asked.place, subfilter=fields.SigSeedSubFilter.PADES, certify=asked.first,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,
    )  # fmt: skip
    maker = signers.PdfSigner(
        meta, signer=signer, timestamper=stamper, stamp_style=_appearance(asked.appearance)
    )
    try:
        out = apart(
            lambda: maker.sign_pdf(
                writer, existing_fields_only=True, appearance_text_params={},
                bytes_reserved=RESERVED[stamper is not None],
            )
        )  # fmt: skip
    except Exception as error:
        if stamper is None:
            raise
        raise SignerError(_("The time-stamping service did not answer"), again=True,
                          detail=str(error)[:300]) from error  # fmt: skip
    return Signed(out.getvalue(), subject_of(signer), stamper is not None)


def subject_of(signer: SimpleSigner) -> str:
    """The subject of the signer's certificate, as people read it."""
    certificate = signer.signing_cert
    return str(certificate.subject.human_friendly) if certificate is not None else ""


def time_stamper() -> TimeStamper | None:
    """The RFC 3161 service of the settings (`DOCUMENTS_TSA_URL`), or None."""
    url = getattr(settings, "DOCUMENTS_TSA_URL", "")
    return _stamper(url) if url else None


@lru_cache(maxsize=4)
def _stamper(url: str) -> TimeStamper:
    from asn1crypto.cms import ContentInfo  # type: ignore[import-untyped]
    from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError

    class Stamper(HTTPTimeStamper):
        async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> ContentInfo:
            """The token; an answer about another document is none."""
            token = await super().async_timestamp(message_digest, md_algorithm)
            said = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
            if said["hashed_message"].native != message_digest:
                raise TimestampRequestError("The time stamp is of another document")
            return token

    return Stamper(url, timeout=TIMESTAMP_SECONDS)


def _field(name: str, box: Box | None) -> Any:
    from pyhanko.sign.fields import SigFieldSpec

    if box is None:
        return SigFieldSpec(name)
    return SigFieldSpec(name, on_page=box.page, box=(box.x0, box.y0, box.x1, box.y1))


def _appearance(page: bytes | None) -> Any:
    """A stamp style that shows a page of another PDF; None for an invisible signature."""
    if page is None:
        return None
    from pyhanko.pdf_utils.content import PdfContent
    from pyhanko.pdf_utils.layout import AxisAlignment as Align
    from pyhanko.pdf_utils.layout import BoxConstraints, SimpleBoxLayoutRule
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.stamp import StaticStampStyle

    shown = page

    class Page(PdfContent):
        def render(self) -> bytes:
            found = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(shown)))
            name = b"/Box" + binascii.hexlify(binascii.crc32(shown).to_bytes(4))
            self.resources.xobject[name.decode()] = found
            x0, y0, x1, y1 = found.get_object()["/BBox"]
            self.box = BoxConstraints(width=abs(x1 - x0), height=abs(y1 - y0))
            return name + b" Do"

    fill = SimpleBoxLayoutRule(x_align=Align.ALIGN_MIN, y_align=Align.ALIGN_MIN)
    return StaticStampStyle(background=Page(), background_layout=fill, border_width=0)
