"""Offices, who signs for them, and with what."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from balai.kernel import keys
from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.documents.actions.signing import PURPOSE, pkcs12_path
from balai.kernel.documents.fields import NIK
from balai.kernel.documents.models import Method, Office, Signatory
from balai.kernel.documents.signers.base import Passphrase
from balai.kernel.documents.signers.soft import check_pkcs12
from balai.kernel.problems import Fault, ProblemError


def ensure_office(city: str, code: str, **facts: str) -> Office:
    """The office with this code, with these facts (name, parent, address, place, ...)."""
    return Office.objects.update_or_create(city=city, code=code, defaults=facts)[0]


def ensure_signatory(
    office: Office, post: str, *, title: str, name: str, user: Any = None, number: str = ""
) -> Signatory:
    """The person who holds a post; what they sign with is theirs to choose."""
    return Signatory.objects.update_or_create(
        office=office, post=post, user=user, active=True,
        defaults={"title": title, "name": name, "number": number},
    )[0]  # fmt: skip


@transaction.atomic
def set_method(
    signatory: Signatory,
    method: str,
    *,
    by: Origin,
    nik: str = "",
    certificate: bytes = b"",
    secret: Passphrase = Passphrase(),  # noqa: B008 - it is frozen
) -> Signatory:
    """Choose with what a person signs. A certificate file is opened once to see that it does, and
    kept as it came; the passphrase is not kept. ProblemError names the bad field.
    """
    if method not in Method.values:
        raise _bad("method", f"is none of {', '.join(Method.values)}")
    if method == Method.BSRE:
        if not NIK.fullmatch(nik):
            raise _bad("nik", "is not a NIK of 16 digits")
        signatory.sealed = keys.seal(PURPOSE, nik, about=str(signatory.pk))
    if method == Method.PKCS12:
        check_pkcs12(certificate, secret)
        path = pkcs12_path(signatory)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(certificate)
        path.chmod(0o600)
    signatory.method = method
    signatory.save(update_fields=["method", "sealed"])
    audit("documents.method-chosen", by, subject=f"signatory:{signatory.pk}", method=method)
    return signatory


def _bad(field: str, problem: str) -> ProblemError:
    return ProblemError("The signature cannot be set up",
                        faults=(Fault(field=field, problem=problem),))  # fmt: skip
