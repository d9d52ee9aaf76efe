"""The pages: anyone verifies, officers sign and void, a browser checks without a network."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from balai.kernel.access.actions import grant_role
from balai.kernel.access.models import AuditEntry
from balai.kernel.access.origin import Origin
from balai.kernel.access.throttle import ThrottledError
from balai.kernel.documents import actions, proof, qr
from balai.kernel.documents.engine.codes import grouped
from balai.kernel.documents.kinds import find_kind
from balai.kernel.documents.models import Document, Signatory
from balai.kernel.documents.signers.base import Passphrase, SignerError
from balai.kernel.regions.queries import city_by_slug
from kernel.documents.conftest import BY, PASSWORD, Hall
from kernel.documents.test_signing import flipped, pdf_of

pytestmark = pytest.mark.django_db
BUILT = Path(__file__).parents[3] / "build" / "static"


def as_officer(hall: Hall, role: str = "documents.village-head") -> Client:
    grant_role(hall.head, role, place="35.10", origin=Origin(channel="test"))
    client = Client()
    client.force_login(hall.head)
    return client


def test_a_code_typed_carelessly_leads_to_what_the_records_say(hall, client):
    document = hall.issue()
    hall.sign(document)
    typed = grouped(document.code).lower().replace("-", " ")
    answer = client.get("/verify/", {"code": typed}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert document.number in page
    assert "S*** A***" in page
    assert "Aminah" not in page
    assert "3510194505900003" not in page


@pytest.mark.parametrize("code", ["XXXX-XXXX-XXXX", "7K4Q-9D2X-M5TB", "%00", "a" * 500, "<b>"])
def test_a_code_of_no_document_is_told(hall, client, code):
    assert client.get(f"/verify/{code}/").status_code == 404


def test_states_are_said(hall, client):
    one, two = hall.issue(key="one"), hall.issue(key="two")
    address = f"/api/v1/documents/standing/{grouped(one.code)}"
    assert client.get(address).json()["state"] == "waiting"
    hall.sign(one)
    assert client.get(address).json()["state"] == "valid"
    actions.void(one.id, reason="batal", by=BY)
    assert client.get(address).json()["state"] == "void"
    actions.reissue(two.id, reason="salah tulis", by=BY, key="three")
    assert client.get(f"/api/v1/documents/standing/{two.code}").json()["state"] == "replaced"


def test_many_questions_from_one_address_are_throttled(hall):
    asked = [
        Client(REMOTE_ADDR="203.0.113.9").get("/verify/AAAA-AAAA-AAAA/").status_code
        for _ in range(80)
    ]
    assert 429 in asked


def test_an_uploaded_file_is_judged(hall, client):
    document = hall.issue()
    hall.sign(document)
    good = pdf_of(document)
    for content, word in ((good, document.number), (flipped(good, 900), "late"), (b"", "late")):
        upload = SimpleUploadedFile("surat.pdf", content, "application/pdf")
        answer = client.post("/verify/", {"file": upload})
        assert answer.status_code == 200
        assert word in answer.content.decode()
    told = client.post("/api/v1/documents/verify", {"file": SimpleUploadedFile("s.pdf", good)})
    assert told.json()["valid"] is True
    assert told.json()["record"]["number"] == document.number


def test_an_officer_lists_signs_and_voids(hall):
    client = as_officer(hall)
    documents = [hall.issue(key=f"k{n}") for n in range(3)]
    page = client.get("/banyuwangi/documents/", {"q": "0002"}).content.decode()
    assert documents[1].number in page
    assert documents[0].number not in page
    csv = b"".join(client.get("/banyuwangi/documents/?format=csv").streaming_content).decode()
    assert csv.count("\n") == 4
    chosen = {"document": [str(each.id) for each in documents[:2]], "local": "salah"}
    assert client.post("/banyuwangi/documents/queue/", chosen).status_code == 200
    assert Document.objects.filter(state="signed").count() == 0
    client.post("/banyuwangi/documents/queue/", {**chosen, "local": PASSWORD.value})
    assert Document.objects.filter(state="signed").count() == 2
    void = f"/banyuwangi/documents/{documents[0].id}/void/"
    assert client.post(void, {"reason": ""}).status_code == 200
    assert client.post(void, {"reason": "keperluan batal"}).status_code == 302
    assert Document.objects.get(pk=documents[0].pk).state == "void"


def test_two_ways_of_signing_ask_for_a_secret_each(hall, monkeypatch):
    from balai.kernel.documents.actions import signing

    secrets: list[tuple[str, str]] = []
    sign = signing.sign

    def told(document, *, secret, proved, **rest):
        secrets.append((str(document), secret.value))
        return sign(document, secret=secret, proved=proved, **rest)

    own = actions.ensure_signatory(
        hall.district, "camat", title="Camat Licin", name="Camat contoh", user=hall.head
    )
    Signatory.objects.filter(pk=own.pk).update(method="pkcs12")
    client = as_officer(hall)
    first, joint = hall.issue(key="one"), hall.issue("surat-pengantar-bersama", key="two")
    hall.sign(joint)
    monkeypatch.setattr(actions, "sign", told)
    address = "/banyuwangi/documents/queue/"
    asked = client.get(address).content.decode()
    assert 'name="local"' in asked
    assert 'name="pkcs12"' in asked
    both = {"document": [str(first.id), str(joint.id)], "local": PASSWORD.value}
    assert "errsum" in client.post(address, both).content.decode()
    assert secrets == [], "nothing is tried while a secret is missing"
    client.post(address, {**both, "pkcs12": "rahasia"})
    assert sorted(secrets) == sorted([(str(first.id), PASSWORD.value), (str(joint.id), "rahasia")])
    assert Document.objects.get(pk=first.pk).state == "signed"
    assert Document.objects.get(pk=joint.pk).state == "waiting", "there is no such certificate file"


def test_our_own_pages_may_show_a_file_in_a_frame_and_others_not(hall):
    document = hall.issue()
    client = as_officer(hall)
    page = client.get(f"/banyuwangi/documents/{document.id}/")
    file = client.get(f"/banyuwangi/documents/{document.id}/file.pdf")
    assert f"/banyuwangi/documents/{document.id}/file.pdf#" in page.content.decode()
    assert file["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in file["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_a_file_is_named_typed_and_kept_by_no_cache(hall):
    document = hall.issue()
    client = as_officer(hall)
    address = f"/banyuwangi/documents/{document.id}/file.pdf"
    name = f'filename="surat-keterangan-{document.code}.pdf"'
    over_api = f"/api/v1/documents/documents/{document.id}/file"
    for path, how in ((address, "inline"), (f"{address}?download=1", "attachment"),
                      (over_api, "attachment")):  # fmt: skip
        answer = client.get(path)
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == f"{how}; {name}"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]


def test_reading_somebody_s_document_is_logged_and_a_stranger_gets_nothing(hall):
    from uuid import uuid4

    document = hall.issue(about=uuid4())
    address = f"/banyuwangi/documents/{document.id}/file.pdf"
    assert as_officer(hall).get(address).content.startswith(b"%PDF")
    assert AuditEntry.objects.filter(action="documents.opened").count() == 1
    other = Client()
    other.force_login(hall.camat)
    assert other.get(address).status_code in {403, 404}
    assert Client().get(address).status_code in {302, 403, 404}


def test_a_form_issues_once_however_often_it_is_sent(hall):
    client = as_officer(hall)
    form = {"office": "429.509", "key": "abc", "name": "Budi", "address": "Dusun Krajan",
            "statement": "benar", "purpose": "melamar kerja"}  # fmt: skip
    for _ in range(2):
        client.post("/banyuwangi/documents/new/surat-keterangan/", form)
    assert Document.objects.count() == 1
    assert "errsum" in client.post(
        "/banyuwangi/documents/new/surat-keterangan/", {**form, "name": "", "key": "d"}
    ).content.decode()  # fmt: skip


@pytest.fixture
def site(hall: Hall) -> Iterator[str]:
    """The page of verification and its files, served as they are."""
    pages = {
        "/verify/": Client().get("/verify/"),
        "/verify/worker.js": Client().get("/verify/worker.js"),
        "/verify/revoked/banyuwangi.cose": Client().get("/verify/revoked/banyuwangi.cose"),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            known = pages.get(path)
            file = BUILT / path.removeprefix("/static/")
            body = known.content if known else file.read_bytes() if file.is_file() else b""
            kinds = {".js": "text/javascript", ".css": "text/css"}
            kind = known["Content-Type"] if known else kinds.get(file.suffix, "image/svg+xml")
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.browser
def test_a_browser_checks_the_qr_code_with_the_network_cut(hall, tmp_path, chromium, request):
    document = hall.issue()
    kind = find_kind(document.kind)
    text = qr.signed_text(actions.issuing.claims_of(
        document, kind, list(Signatory.objects.filter(post="head")), city_by_slug("banyuwangi")
    ))  # fmt: skip
    forged = one_claim_changed(text)
    gone = hall.issue(key="gone")
    actions.void(gone.id, reason="keliru", by=BY)
    text_of_gone = qr.signed_text(actions.issuing.claims_of(
        gone, kind, list(Signatory.objects.filter(post="head")), city_by_slug("banyuwangi")
    ))  # fmt: skip
    picture = picture_of(text, tmp_path)
    site = request.getfixturevalue("site")
    context = chromium.new_context(service_workers="allow")
    page = context.new_page()
    page.goto(f"{site}/verify/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(
        "caches.open('revocations').then((lists) => lists.keys()).then((all) => all.length === 1)"
    )
    context.set_offline(True)
    page.reload()
    assert pasted(page, text) == ("ok", True)
    assert document.number in page.inner_text("#offline")
    assert str(document.valid_until.year) in page.inner_text("#offline")
    assert page.get_attribute("#offline", "data-state") == ""
    pasted(page, text_of_gone)
    page.wait_for_selector("#offline[data-state=void]")
    assert page.get_attribute("#offline .note", "class") == "note late"
    assert pasted(page, forged) == ("late", False)
    assert pasted(page, "AAAA") == ("late", False)
    page.set_input_files("#picture", picture)
    page.wait_for_selector("#offline dl")
    assert document.number in page.inner_text("#offline")
    context.close()


def pasted(page: object, text: str) -> tuple[str, bool]:
    page.evaluate("document.getElementById('offline').replaceChildren()")  # type: ignore[attr-defined]
    page.fill("#pasted", text)  # type: ignore[attr-defined]
    page.click("#pasted-check")  # type: ignore[attr-defined]
    page.wait_for_selector("#offline .note")  # type: ignore[attr-defined]
    shown = page.get_attribute("#offline", "data-verdict")  # type: ignore[attr-defined]
    return shown, page.locator("#offline dl").count() == 1  # type: ignore[attr-defined]


def one_claim_changed(text: str) -> str:
    import zlib

    import cbor2

    from balai.kernel.documents.engine import base32, claims

    message = cbor2.loads(zlib.decompress(base32.decode(text)))
    head, rest, payload, signature = message.value
    body = cbor2.loads(payload)
    body[claims.DOCUMENT][7] = "B*** S***"
    forged = cbor2.CBORTag(18, [head, rest, cbor2.dumps(body), signature])
    return base32.encode(zlib.compress(cbor2.dumps(forged)))


def picture_of(text: str, folder: Path) -> str:
    import segno
    from segno import consts

    path = folder / "qr.png"
    parts = [(f"{qr.page_address()}#", consts.MODE_BYTE), (text, consts.MODE_ALPHANUMERIC)]
    segno.make(parts, error="m", micro=False).save(str(path), scale=6, border=4)
    return str(path)


def with_a_passkey(client: Client, seconds_ago: float) -> None:
    """The session's own record says that a passkey was used."""
    session = client.session
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "webauthn", "at": time.time() - seconds_ago,
         "reauthenticated": True}
    ]  # fmt: skip
    session.save()


def test_a_passkey_of_the_last_minutes_signs_and_an_older_one_does_not(hall):
    client, document = as_officer(hall), hall.issue()
    chosen = {"document": [str(document.id)]}
    address = "/banyuwangi/documents/queue/"
    with_a_passkey(client, 400)
    assert b'name="local"' in client.get(address).content
    client.post(address, chosen)
    assert Document.objects.get().state == "waiting"
    with_a_passkey(client, 20)
    assert b'name="local"' not in client.get(address).content
    assert client.post(address, chosen).status_code == 302
    assert Document.objects.get().state == "signed"


def test_an_account_with_nothing_but_a_passkey_is_told_to_use_it(hall):
    client, document = as_officer(hall), hall.issue()
    hall.head.set_unusable_password()
    hall.head.save()
    client.force_login(hall.head)
    client.cookies["language"] = "en"
    answer = client.post("/banyuwangi/documents/queue/", {"document": [str(document.id)]})
    assert "Confirm with your passkey first" in answer.content.decode()
    assert Document.objects.get().state == "waiting"


def test_wrong_secrets_are_borne_ten_times(hall):
    by = Origin("kades", None, "test")
    for _ in range(10):
        with pytest.raises(SignerError, match=r"salah|wrong"):
            proof.prove(hall.head, Passphrase("keliru"), by=by)
    with pytest.raises(ThrottledError):
        proof.prove(hall.head, PASSWORD, by=by)
    proof.prove(hall.camat, PASSWORD, by=by)


def test_a_passkey_proves_its_own_account_only(hall):
    passkey = Origin("kades", None, "web", by_passkey=True)
    proof.prove(hall.head, Passphrase(), by=passkey)
    with pytest.raises(SignerError):
        proof.prove(hall.camat, Passphrase(), by=passkey)


def test_how_one_signs_is_changed_only_after_a_recent_proof(hall):
    client = as_officer(hall)
    answer = client.get("/banyuwangi/documents/signature/")
    assert answer.status_code == 302
    assert "/account/reauthenticate/" in answer["Location"]
    with_a_passkey(client, 20)
    assert client.get("/banyuwangi/documents/signature/").status_code == 200


def test_a_signer_declines_on_a_page_that_asks_why(hall):
    client, document = as_officer(hall), hall.issue()
    address = f"/banyuwangi/documents/{document.id}/decline/"
    assert address in client.get("/banyuwangi/documents/queue/").content.decode()
    assert "errsum" in client.post(address, {"reason": ""}).content.decode()
    assert client.post(address, {"reason": "alamat keliru"}).status_code == 302
    assert Document.objects.get().state == "void"
    page = client.get(f"/banyuwangi/documents/{document.id}/").content.decode()
    assert "Kepala Desa Tamansari: alamat keliru" in page
