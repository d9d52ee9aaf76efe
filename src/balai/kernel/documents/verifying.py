"""Is this PDF signed, by whom, and unchanged since? Asked of any file, ours or not."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext_noop

from balai.kernel.documents import authority
from balai.kernel.documents.apart import apart

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

log = logging.getLogger(__name__)
ALLOWED = {"NONE", "LTA_UPDATES", "FORM_FILLING"}
AFTER_LAST = {"LTA_UPDATES"}
"""A later signature fills a form; after the last one only what keeps it verifiable may follow."""
Basis = Literal["now", "stamp", "stored"]
"""At which moment certificates are judged: now; the time stamp's, where they have expired since; or
when these very bytes were stored, as the city's own database proves.
"""


@dataclass(frozen=True, slots=True)
class SignerVerdict:
    """One signature: whose, when, and what is right or wrong with it."""

    name: str
    organisation: str
    at: datetime | None
    timestamped: bool
    intact: bool
    trusted: bool
    whole: bool
    problem: str = ""
    judged_at: datetime | None = None
    basis: Basis = "now"

    @property
    def good(self) -> bool:
        """Whether the signature holds."""
        return self.intact and self.trusted and not self.problem


@dataclass(frozen=True, slots=True)
class Verdict:
    """`valid`: at least one signature, all good, nothing changed after them. `changed`: a
    signature no longer fits its bytes, or something was added that signatures do not allow.
    """

    valid: bool
    changed: bool
    signers: tuple[SignerVerdict, ...]
    digest: str
    problem: str = ""
    attached: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moments:
    """When a file is judged: now, and when it was stored, where that is known."""

    now: datetime
    stored: datetime | None = None


def verify_pdf(
    content: bytes,
    roots: Iterable[Certificate] | None = None,
    *,
    stored_at: datetime | None = None,
    now: datetime | None = None,
) -> Verdict:
    """The verdict on a PDF; whatever is wrong with the file is told, never raised.

    Certificates are judged now. One that has expired since is judged at the time of a trusted time
    stamp, or at `stored_at`: since when exactly these bytes have stood in this installation's
    records (`queries.stored_since`), without which nothing proves that they were signed in time.
    """
    moments = Moments(now or datetime.now(UTC), stored_at)
    digest = hashlib.sha256(content).hexdigest()
    try:
        found = _signatures(content)
    except Exception as error:  # noqa: BLE001 - a broken file fails in every way there is
        return Verdict(
            False, False, (), digest, f"The file cannot be read as a PDF ({error})"[:200]
        )
    if not found:
        return Verdict(False, False, (), digest, gettext_noop("The file holds no signature"))
    chosen = list(authority.trusted_roots() if roots is None else roots)
    last = len(found) - 1
    signers = tuple(
        _checked(each, content, chosen, moments, is_last=at == last)
        for at, each in enumerate(found)
    )
    changed = any(not each.intact or each.problem for each in signers)
    problem = next((each.problem for each in signers if each.problem), "")
    if not problem and not all(each.trusted for each in signers):
        problem = gettext_noop("A signer's certificate comes from no authority trusted here")
    return Verdict(all(each.good for each in signers), changed, signers, digest, problem)


def _signatures(content: bytes) -> list[Any]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    return list(PdfFileReader(BytesIO(content), strict=False).embedded_regular_signatures)


def _checked(
    found: Any, content: bytes, roots: list[Certificate], moments: Moments, *, is_last: bool
) -> SignerVerdict:
    try:
        return _status(found, content, roots, moments, is_last=is_last)
    except Exception as error:  # noqa: BLE001 - what does not verify is changed
        log.info("a signature that cannot be read: %s", error)
        return SignerVerdict("", "", None, False, False, False, False,
                             gettext_noop("The signature cannot be read"))  # fmt: skip


def _status(
    found: Any, content: bytes, roots: list[Certificate], moments: Moments, *, is_last: bool
) -> SignerVerdict:
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    status, judged_at, basis = _judged(found, roots, moments)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    level = status.modification_level.name if status.modification_level else "NONE"
    problem = ""
    if not (status.intact and status.valid):
        problem = gettext_noop("The file was changed after it was signed")
    elif not _padding_is_empty(found, content):
        problem = gettext_noop("The space around the signature was written to")
    elif not status.docmdp_ok or level not in (AFTER_LAST if is_last and not whole else ALLOWED):
        problem = gettext_noop("Something was added to the file that its signatures do not allow")
    subject = status.signing_cert.subject.native
    stamp = _good_stamp(status)
    at = stamp.timestamp if stamp is not None else status.signer_reported_dt
    return SignerVerdict(
        str(subject.get("common_name", "")), str(subject.get("organization_name", "")), at,
        stamp is not None, bool(status.intact and status.valid), bool(status.trusted), whole,
        problem, judged_at, basis,
    )  # fmt: skip


def _judged(found: Any, roots: list[Certificate], moments: Moments) -> tuple[Any, datetime, Basis]:
    """The status of a signature, at which moment it was judged, and why then."""
    status = _status_at(found, roots, moments.now)
    if status.trusted or not (status.intact and status.valid):
        return status, moments.now, "now"
    stamp = _good_stamp(status)
    earlier: tuple[tuple[datetime | None, Basis], ...] = (
        (stamp.timestamp if stamp is not None else None, "stamp"), (moments.stored, "stored"),
    )  # fmt: skip
    for moment, basis in earlier:
        if moment is not None and moment < moments.now:
            then = _status_at(found, roots, moment)
            if then.trusted:
                return then, moment, basis
    return status, moments.now, "now"


def _status_at(found: Any, roots: list[Certificate], moment: datetime) -> Any:
    from pyhanko.sign.validation import validate_pdf_signature

    context = _context(tuple(roots), moment)
    return apart(lambda: validate_pdf_signature(found, context, ts_validation_context=context))


def _good_stamp(status: Any) -> Any | None:
    """The time stamp of a trusted authority. A stranger's word on the time is worth no more than
    the signer's own clock.
    """
    stamp = status.timestamp_validity
    good = stamp is not None and stamp.intact and stamp.valid and stamp.trusted
    return stamp if good else None


def _padding_is_empty(found: Any, content: bytes) -> bool:
    """Whether the room left for the signature holds nothing but it and zeros, and whether the two
    signed ranges touch it exactly.
    """
    start, length, after, rest = (int(each) for each in found.byte_range)
    room = content[start + length : after]
    if start != 0 or room[:1] != b"<" or room[-1:] != b">" or after + rest > len(content):
        return False
    try:
        raw = bytes.fromhex(room[1:-1].decode())
    except ValueError:
        return False
    return not any(raw[_der_length(raw) :])


def _der_length(raw: bytes) -> int:
    """The length of the DER value at the start: tag, length, content."""
    if raw[1] < 0x80:
        return 2 + raw[1]
    size = raw[1] & 0x7F
    return 2 + size + int.from_bytes(raw[2 : 2 + size])


def _context(roots: tuple[Certificate, ...], moment: datetime) -> Any:
    from asn1crypto.x509 import (  # type: ignore[import-untyped]
        Certificate as Asn1Certificate,
    )
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(
        trust_roots=[Asn1Certificate.load(each.public_bytes(Encoding.DER)) for each in roots],
        allow_fetching=False, revocation_mode="soft-fail", moment=moment,
    )  # fmt: skip
