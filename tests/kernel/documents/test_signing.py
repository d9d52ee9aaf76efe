"""Signatures: valid for others too, in order, refused after any changed byte, never half made."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    load_key_and_certificates,
    serialize_key_and_certificates,
)
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from balai.kernel.access.models import AuditEntry
from balai.kernel.access.origin import Origin
from balai.kernel.documents import actions, authority, queries, sealing
from balai.kernel.documents.actions import signing
from balai.kernel.documents.commands.verify import verify as verify_command
from balai.kernel.documents.models import Document, File, PublicRecord
from balai.kernel.documents.signers import SignerError
from balai.kernel.documents.signers.base import Passphrase
from balai.kernel.documents.verifying import verify_pdf
from balai.kernel.problems import ConflictError, ProblemError
from balai.kernel.row_security import rows_of
from kernel.documents.conftest import BY, PASSWORD, Hall

pytestmark = pytest.mark.django_db
needs_pdfsig = pytest.mark.skipif(
    shutil.which("pdfsig") is None, reason="pdfsig (poppler-utils) is not installed"
)


def pdf_of(document: Document) -> bytes:
    last = document.files.order_by("-step").first()
    return sealing.open_file(bytes(last.sealed), document.id)


def signed(hall: Hall) -> bytes:
    document = hall.issue()
    hall.sign(document)
    return pdf_of(document)


def pdfsig(content: bytes, folder: Path) -> str:
    path = folder / "file.pdf"
    path.write_bytes(content)
    told = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False)
    return told.stdout


def signed_ranges(content: bytes) -> list[int]:
    found = re.search(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)\s*\]", content)
    assert found
    a, b, c, d = (int(each) for each in found.groups())
    return [*range(a, a + b), *range(c, c + d)]


@needs_pdfsig
def test_pdfsig_accepts_a_signed_document_and_refuses_one_with_a_flipped_byte(hall, tmp_path):
    content = signed(hall)
    assert "Signature is Valid." in pdfsig(content, tmp_path)
    assert "Total document signed" in pdfsig(content, tmp_path)
    place = content.index(b"/Title") + 10
    assert "Signature is Valid." not in pdfsig(flipped(content, place), tmp_path)


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0x01]) + content[place + 1 :]


def test_every_changed_byte_within_the_signed_range_is_refused(hall):
    content = signed(hall)
    assert verify_pdf(content).valid
    draw = random.Random(7)
    for place in draw.sample(signed_ranges(content), 120):
        changed = bytearray(content)
        changed[place] ^= 1 << draw.randrange(8)
        assert not verify_pdf(bytes(changed)).valid, place


def test_the_room_of_the_signature_and_the_end_of_the_file_are_no_hiding_places(hall):
    content = signed(hall)
    room = content.index(b"00000000>", content.index(b"/Contents <"))
    assert not verify_pdf(content[:room] + b"41" + content[room + 2 :]).valid
    assert not verify_pdf(content + b"\n% more\n").valid
    assert not verify_pdf(content[:-200]).valid
    assert not verify_pdf(b"%PDF-1.7\nnothing").valid
    assert not verify_pdf(b"").valid


def test_a_second_signature_leaves_the_first_valid(hall, tmp_path):
    document = hall.issue("surat-pengantar-bersama")
    hall.sign(document)
    first = pdf_of(document)
    assert Document.objects.get(pk=document.pk).state == "waiting"
    hall.sign(document, hall.camat)
    both = pdf_of(document)
    verdict = verify_pdf(both)
    assert both.startswith(first)
    assert verdict.valid
    assert [each.name for each in verdict.signers] == ["Kepala desa contoh", "Camat contoh"]
    assert Document.objects.get(pk=document.pk).state == "signed"
    assert all(each["at"] for each in PublicRecord.objects.get(pk=document.code).signers)
    if shutil.which("pdfsig"):
        assert pdfsig(both, tmp_path).count("Signature is Valid.") == 2


def test_signers_sign_in_their_order_and_only_their_own(hall):
    document = hall.issue("surat-pengantar-bersama")
    with pytest.raises(ProblemError) as told:
        hall.sign(document, hall.camat)
    assert told.value.status == 403
    hall.sign(document)
    with pytest.raises(ProblemError):
        hall.sign(document)
    hall.sign(document, hall.camat)
    with pytest.raises(ConflictError):
        hall.sign(document, hall.camat)


def test_a_void_document_is_not_signed(hall):
    document = hall.issue()
    actions.void(document.id, reason="keperluan batal", by=BY)
    with pytest.raises(ConflictError):
        hall.sign(document)


def test_the_account_proves_itself(hall):
    document = hall.issue()
    with pytest.raises(SignerError):
        hall.sign(document, secret=Passphrase("salah"))
    assert document.files.count() == 1


@pytest.mark.parametrize("broken", ["_record", "_publish", "tell"])
def test_a_failure_after_signing_leaves_the_document_unsigned_and_to_be_signed_again(
    hall, monkeypatch, broken
):
    document = hall.issue()
    with monkeypatch.context() as patched:
        patched.setattr(signing, broken, fail)
        with pytest.raises(RuntimeError):
            hall.sign(document)
    assert stored(document) == (1, None, "waiting")
    hall.sign(document)
    assert stored(document) == (2, 1, "signed")
    assert verify_pdf(pdf_of(document)).valid


def test_the_database_refuses_a_signature_without_its_file(hall):
    document = hall.issue()
    with pytest.raises(Exception, match="documents_signature_stored"):
        connection.cursor().execute(
            "UPDATE documents_signature SET signed_at = now(), signed_by = 'x'"
            " WHERE document_id = %s", [document.id]
        )  # fmt: skip


def fail(*_: object, **__: object) -> None:
    raise RuntimeError("the lights went out")


def stored(document: Document) -> tuple[int, int | None, str]:
    turn = document.signatures.get(order=1)
    step = File.objects.get(pk=turn.file_id).step if turn.file_id else None
    return document.files.count(), step, Document.objects.get(pk=document.pk).state


def test_a_certificate_file_signs_with_its_passphrase_which_is_kept_nowhere(
    hall, keys_root, caplog
):
    secret = Passphrase("rahasia-sekali-9931")
    made = authority.officer_file(
        "banyuwangi", "Banyuwangi", owner="own", name="Bu Kades", post="K"
    )
    key, certificate, others = load_key_and_certificates(made.read_bytes(), authority.passphrase())
    content = serialize_key_and_certificates(
        b"own", key, certificate, others, BestAvailableEncryption(secret.value.encode())
    )
    with pytest.raises(SignerError):
        actions.set_method(hall.signatory, "pkcs12", by=BY, certificate=content,
                           secret=Passphrase("salah"))  # fmt: skip
    actions.set_method(hall.signatory, "pkcs12", by=BY, certificate=content, secret=secret)
    document = hall.issue()
    with pytest.raises(SignerError):
        hall.sign(document, secret=PASSWORD)
    hall.sign(document, secret=secret)
    assert verify_pdf(pdf_of(document)).signers[0].name == "Bu Kades"
    kept = b"".join(path.read_bytes() for path in keys_root.rglob("*") if path.is_file())
    assert secret.value.encode() not in kept
    assert secret.value not in caplog.text + repr(secret) + str(secret)
    assert secret.value not in json.dumps(list(AuditEntry.objects.values("detail")))


def test_a_stranger_s_authority_is_not_trusted(hall, settings, tmp_path):
    content = signed(hall)
    settings.KEYS_ROOT = tmp_path / "elsewhere"
    verdict = verify_pdf(content)
    assert (verdict.valid, verdict.changed) == (False, False)
    assert verdict.signers[0].intact


def test_the_command_tells_and_its_exit_code_too(hall, tmp_path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(signed(hall))
    good = CliRunner().invoke(verify_command, [str(path), "--json"])
    told = json.loads(good.output)
    assert good.exit_code == 0
    assert (told["valid"], told["changed"]) == (True, False)
    assert told["signers"][0]["name"] == "Kepala desa contoh"
    path.write_bytes(flipped(path.read_bytes(), 900))
    bad = CliRunner().invoke(verify_command, [str(path), "--json"])
    assert bad.exit_code == 1
    assert json.loads(bad.output)["valid"] is False


def test_rows_of_another_region_are_not_there_to_be_signed(hall, as_application):
    with rows_of("35.10"):
        document = hall.issue()
    with rows_of("73.71"):
        assert not Document.objects.filter(pk=document.pk).exists()
        assert not File.objects.filter(document_id=document.pk).exists()
        with pytest.raises(ProblemError):
            hall.sign(document)
    with rows_of("35.10.20.2004"):
        hall.sign(document)
        assert File.objects.filter(document_id=document.pk).count() == 2


def test_what_it_says_of_a_person_is_sealed_and_published_only_masked(hall):
    document = hall.issue()
    with connection.cursor() as cursor:
        for table in ("documents_document", "documents_publicrecord", "documents_file"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} AS t")
            text = cursor.fetchone()[0]
            assert "Aminah" not in text
            assert "3510194505900003" not in text
    assert PublicRecord.objects.get(pk=document.code).released[0]["text"] == "S*** A***"
    assert document.holder == "S*** A***"


def test_no_digest_that_is_kept_lets_somebody_try_out_what_is_masked(hall):
    found = hall.issue()
    said = {
        "kind": found.kind, "number": found.number, "day": found.day.isoformat(),
        "office": found.office.name, "code": found.code,
        "values": sealing.open_data(bytes(found.sealed), found.id), "valid_until": None,
    }  # fmt: skip
    if found.valid_until:
        said["valid_until"] = found.valid_until.isoformat()
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert found.content_digest != hashlib.sha256(text.encode()).hexdigest()
    whole = [found.kind, found.office.code, found.city, said["values"], "None", ""]
    plain = hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
    assert found.request_digest != plain


def test_the_attached_content_has_the_digest_of_the_record(hall):
    from pyhanko.pdf_utils.reader import PdfFileReader

    found = hall.issue()
    names = PdfFileReader(BytesIO(pdf_of(found))).root["/Names"]["/EmbeddedFiles"]["/Names"]
    content = names[1]["/EF"]["/F"].data
    assert hashlib.sha256(content).hexdigest() == found.content_digest
    assert len(json.loads(content)["salt"]) == 32


LATER = datetime(2033, 1, 1, tzinfo=UTC)
"""After the officer's certificate of five years, before the issuing authority's of ten."""


def test_an_expired_certificate_is_judged_when_the_file_was_stored(hall):
    found = hall.issue()
    hall.sign(found)
    content = pdf_of(found)
    since = queries.stored_since(hashlib.sha256(content).hexdigest())
    assert since is not None
    assert abs(since - found.signatures.get().signed_at) < timedelta(seconds=1)
    assert not verify_pdf(content, now=LATER).valid
    then = verify_pdf(content, now=LATER, stored_at=since)
    assert then.valid
    assert (then.signers[0].basis, then.signers[0].judged_at) == ("stored", since)
    assert verify_pdf(content, stored_at=since).signers[0].basis == "now"


def test_only_a_file_known_to_the_last_bit_has_a_time_of_storage(hall):
    found = hall.issue()
    unsigned = pdf_of(found)
    hall.sign(found)
    content = pdf_of(found)
    for other in (unsigned, content + b"\n", flipped(content, len(content) // 2)):
        assert queries.stored_since(hashlib.sha256(other).hexdigest()) is None
    changed = flipped(content, signed_ranges(content)[500])
    late = verify_pdf(changed, now=LATER, stored_at=found.signatures.get().signed_at)
    assert not late.valid
    assert late.signers[0].basis == "now"


def test_a_stranger_s_signature_is_trusted_at_no_time(hall, settings, tmp_path):
    content = signed(hall)
    settings.KEYS_ROOT = tmp_path / "elsewhere"
    for stored_at in (None, datetime.now(UTC)):
        assert not verify_pdf(content, now=LATER, stored_at=stored_at).signers[0].trusted


def test_the_page_says_at_which_moment_it_judged(hall, client, monkeypatch):
    from balai.kernel.documents.queries import public

    found = hall.issue()
    hall.sign(found)
    content = pdf_of(found)
    real = public.verify_pdf
    monkeypatch.setattr(public, "verify_pdf", lambda *a, **k: real(*a, now=LATER, **k))
    client.cookies["language"] = "en"
    answer = client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", content)})
    assert "It held when this very file was stored here" in answer.content.decode()
    told = client.post("/api/v1/documents/verify", {"file": SimpleUploadedFile("a.pdf", content)})
    assert told.json()["valid"] is True
    assert told.json()["signers"][0]["basis"] == "stored"


def test_the_signer_whose_turn_it_is_may_decline_and_nobody_else(hall):
    joint = hall.issue("surat-pengantar-bersama")
    by = Origin("camat-licin", None, "test")
    with pytest.raises(ProblemError) as told:
        actions.decline(joint.id, user=hall.camat, reason="belum giliran", by=by)
    assert told.value.status == 403
    hall.sign(joint)
    with pytest.raises(ProblemError, match=r"reason|[Aa]lasan"):
        actions.decline(joint.id, user=hall.camat, reason=" ", by=by)
    ended = actions.decline(joint.id, user=hall.camat, reason="alamat keliru", by=by)
    assert (ended.state, ended.ended_reason) == ("void", "Camat Licin: alamat keliru")
    assert PublicRecord.objects.get(pk=joint.code).state == "void"
    assert AuditEntry.objects.filter(action="documents.declined").count() == 1
    with pytest.raises(ConflictError):
        hall.sign(joint, hall.camat)
    with pytest.raises(ConflictError):
        actions.decline(joint.id, user=hall.camat, reason="lagi", by=by)


def test_what_is_signed_is_not_declined(hall):
    document = hall.issue()
    hall.sign(document)
    with pytest.raises(ConflictError):
        actions.decline(document.id, user=hall.head, reason="terlambat", by=BY)
    assert Document.objects.get().state == "signed"
