"""Signing: the signed bytes and the record of them are written in one transaction, or neither."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.kernel import keys
from balai.kernel.access.origin import Origin
from balai.kernel.documents import authority, composing, proof, rendering, sealing
from balai.kernel.documents.actions.issuing import keep_file
from balai.kernel.documents.actions.telling import tell
from balai.kernel.documents.events import SIGNED
from balai.kernel.documents.kinds import Kind, kind_from
from balai.kernel.documents.models import (
    Document,
    File,
    Method,
    PublicRecord,
    Signatory,
    Signature,
    State,
)
from balai.kernel.documents.rendering import Box
from balai.kernel.documents.signers import (
    Asked,
    BsreSigner,
    LocalSigner,
    Pkcs12Signer,
    Signed,
    Signer,
    SignerError,
)
from balai.kernel.documents.signers.base import Passphrase
from balai.kernel.documents.signers.bsre import Service
from balai.kernel.keys.files import folder
from balai.kernel.problems import ConflictError, MissingError, ProblemError
from balai.kernel.regions.queries import city_by_slug

PURPOSE = "documents.signatory"


@transaction.atomic
def sign(
    document: UUID,
    *,
    user: Any,
    by: Origin,
    secret: Passphrase = Passphrase(),  # noqa: B008 - it is frozen
    proved: bool = False,
) -> Document:
    """Make the next signature of the document in the user's name.

    The row is locked meanwhile, so that two who sign at once do so one after the other. Until the
    transaction that holds the signed file commits, the document waits as before: after a crash
    it is signed by asking again. `proved`: the account proved itself already (several at once); a
    passkey of the last minutes, of which `by` tells, is a proof too.
    ConflictError where it does not wait; ProblemError 403 where the user holds not the post;
    SignerError where the signature was not made.
    """
    found = _locked(document)
    turn = found.signatures.filter(signed_at=None).order_by("order").first()
    if turn is None or found.state != State.WAITING:
        raise ConflictError(_("The document does not wait for a signature"),
                            detail=f"{found.number}: {found.get_state_display()}.")  # fmt: skip
    signatory = signatory_for(turn, user)
    signer = signer_of(signatory)
    if signer.needs == "account" and not proved:
        proof.prove(user, secret, by=by)
    before = found.files.order_by("-step").first()
    assert before is not None, found
    pdf = sealing.open_file(bytes(before.sealed), found.id)
    signed = _extended(pdf, signer.sign(pdf, _asked(found, turn, signatory, signer), secret))
    record = PublicRecord.objects.select_for_update().get(pk=found.code)
    file = keep_file(found, record, turn.order, signed.pdf)
    _record(found, turn, signatory, signed, file, by)
    _publish(record, turn, found)
    tell(SIGNED, found, by, step=turn.order)
    return found


def signatory_for(turn: Signature, user: Any) -> Signatory:
    """The user's post that may make this signature; ProblemError 403 where there is none."""
    planned = turn.signatory
    assert planned is not None, turn
    held = Signatory.objects.select_related("office").filter(
        office=planned.office_id, post=turn.post, user=user, active=True
    )
    found = held.first()
    if found is None:
        raise ProblemError(_("It is not your turn to sign"), kind="forbidden", status=403,
                           detail=f"{turn.name}, {turn.title}.")  # fmt: skip
    return found


def signer_of(signatory: Signatory) -> Signer:
    """What the person signs with; SignerError where it is not set up."""
    if signatory.method == Method.PKCS12:
        return Pkcs12Signer(_pkcs12(signatory))
    if signatory.method == Method.BSRE:
        return BsreSigner(_service(), _nik(signatory))
    city = city_by_slug(signatory.office.city)
    whose = f"{signatory.office.code}/{signatory.post}/{signatory.name}"
    owner = sha256(whose.encode()).hexdigest()[:16]
    return LocalSigner(
        authority.officer_file(city.slug, city.name, owner=owner, name=signatory.name,
                               post=signatory.title)
    )  # fmt: skip


def pkcs12_path(signatory: Signatory) -> Any:
    """Where a person's own certificate file is kept, still locked by its passphrase."""
    return folder() / signatory.office.city / authority.FOLDER / f"own-{signatory.pk}.p12"


def _locked(document: UUID) -> Document:
    found = (
        Document.objects.select_for_update(of=("self",))
        .select_related("office", "version")
        .filter(pk=document)
        .first()
    )
    if found is None:
        raise MissingError("There is no such document", detail=f"No document {document} is here.")
    return found


def _asked(found: Document, turn: Signature, signatory: Signatory, signer: Signer) -> Asked:
    kind = kind_from(found.version.definition, found.version.files)
    at = timezone.now()
    box = Box(*turn.box) if turn.visible and turn.box else None
    shown = _appearance(kind, found, signatory, at, signer) if box else None
    reason = f"{found.title[kind.language]} {found.number}"
    return Asked(
        field=_field(turn), fields=_fields(found) if turn.order == 1 else (), box=box,
        appearance=shown, name=signatory.name, reason=reason,
        place=found.office.place, at=at, first=turn.order == 1,
    )  # fmt: skip


def _appearance(
    kind: Kind, found: Document, signatory: Signatory, at: Any, signer: Signer
) -> bytes:
    zone = city_by_slug(found.city).time_zone
    moment = composing.written_moment(at, zone, kind.language)
    words = composing.words_of(kind)
    data = {"title": found.number, "lang": kind.language, "by": signatory.name,
            "text": words["signed"].format(moment=moment)}  # fmt: skip
    return rendering.stamp(data, at=at.replace(microsecond=0), form=signer.draws)


def _fields(found: Document) -> tuple[tuple[str, Box | None], ...]:
    rows = found.signatures.order_by("order")
    return tuple(
        (_field(each), Box(*each.box) if each.visible and each.box else None) for each in rows
    )


def _field(turn: Signature) -> str:
    return f"signature-{turn.order}"


def _extended(before: bytes, signed: Signed) -> Signed:
    """SignerError unless the signed file holds the file before it unchanged, and more."""
    if len(signed.pdf) <= len(before) or not signed.pdf.startswith(before):
        raise SignerError(_("The signer gave back another document"),
                          detail=_("It does not begin with the file that was sent."))  # fmt: skip
    return signed


def _record(
    found: Document, turn: Signature, signatory: Signatory, signed: Signed, file: File, by: Origin
) -> None:
    turn.signatory, turn.file = signatory, file
    turn.signed_at, turn.signed_by = timezone.now(), by.actor or "system"
    turn.method, turn.subject = signatory.method, signed.subject
    turn.timestamped = signed.timestamped
    turn.save()
    if not found.signatures.filter(signed_at=None).exists():
        found.state = State.SIGNED
        found.save(update_fields=["state"])


def _publish(record: PublicRecord, turn: Signature, found: Document) -> None:
    signers = list(record.signers)
    assert turn.signed_at is not None, turn
    signatory = turn.signatory
    assert signatory is not None, turn
    signers[turn.order - 1] = {
        "title": turn.title, "name": signatory.name,
        "at": turn.signed_at.isoformat(timespec="seconds"),
    }  # fmt: skip
    record.signers, record.state = signers, found.state
    record.save(update_fields=["signers", "state"])


def _pkcs12(signatory: Signatory) -> bytes:
    path = pkcs12_path(signatory)
    if not path.exists():
        raise SignerError(_("Your certificate file is not there yet"),
                          detail=_("Upload it on the page of your signature."))  # fmt: skip
    return bytes(path.read_bytes())


def _service() -> Service:
    given = getattr(settings, "DOCUMENTS_BSRE", None) or {}
    if not given.get("address"):
        raise SignerError(_("BSrE is not set up on this installation"),
                          detail="BALAI_BSRE_URL")  # fmt: skip
    return Service(**given)


def _nik(signatory: Signatory) -> str:
    if not signatory.sealed:
        raise SignerError(_("Your NIK at BSrE is not known yet"),
                          detail=_("Enter it on the page of your signature."))  # fmt: skip
    return keys.open_sealed(PURPOSE, bytes(signatory.sealed), about=str(signatory.pk))
