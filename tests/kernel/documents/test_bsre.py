"""The national signing service, against a small server that behaves and misbehaves like it."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from balai.kernel.documents import actions, authority, sealing
from balai.kernel.documents.signers import SignerError
from balai.kernel.documents.signers.base import Asked, Passphrase
from balai.kernel.documents.signers.soft import LocalSigner
from balai.kernel.documents.verifying import verify_pdf
from kernel.documents.conftest import BY

pytestmark = pytest.mark.django_db
NIK, SECRET = "3510240101700001", Passphrase("#4321qwer*")


class Service(ThreadingHTTPServer):
    """What the eSign Client answers; `mood` makes it fail."""

    mood = "good"
    asked: list[dict[str, Any]]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fields = parts(self.headers["Content-Type"], body)
        self.server.asked.append(fields)
        account = base64.b64encode(b"esign:qwerty").decode()
        mood = self.server.mood
        if mood == "slow":
            time.sleep(1.5)
        if mood == "gone":
            self.connection.close()
        elif self.headers.get("Authorization") != f"Basic {account}":
            self.answer(401, b"")
        elif self.path != "/api/sign/pdf":
            self.answer(404, b"")
        elif mood == "down":
            self.answer(500, b"<html>Internal Server Error</html>")
        elif mood == "garbage":
            self.answer(200, b"<html>login</html>")
        elif mood == "rewrites":
            self.answer(200, b"%PDF-1.7" + b"\n%" + b"x" * 2 * len(fields["file"]))
        elif fields["nik"].decode() != NIK:
            self.refuse(2011, "NIK tidak terdaftar")
        elif fields["passphrase"].decode() != SECRET.value:
            self.refuse(2031, "Proses signing gagal : Passphrase anda salah")
        else:
            self.answer(200, signed(fields["file"]))

    def refuse(self, code: int, said: str) -> None:
        self.answer(400, json.dumps({"status_code": code, "error": said}).encode())

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("id_dokumen", "7f1c")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def parts(kind: str, body: bytes) -> dict[str, Any]:
    whole = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in whole.iter_parts()
    }


def signed(pdf: bytes) -> bytes:
    path = authority.officer_file("banyuwangi", "BSrE", owner="bsre", name="Bu Kades", post="K")
    asked = Asked(
        field="bsre", fields=(("bsre", None),), box=None, appearance=None, name="Bu Kades",
        reason="-", place="-", at=datetime.now(UTC), first=True,
    )  # fmt: skip
    return LocalSigner(path).sign(pdf, asked, Passphrase()).pdf


@pytest.fixture
def service(hall: Any, settings: Any) -> Iterator[Service]:
    server = Service()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.DOCUMENTS_BSRE = {
        "address": server.address, "username": "esign", "password": "qwerty",
        "connect_seconds": 2, "answer_seconds": 30,
    }  # fmt: skip
    actions.set_method(hall.signatory, "bsre", by=BY, nik=NIK)
    yield server
    server.shutdown()
    server.server_close()


def test_it_signs_and_is_asked_as_its_guide_says(hall, service):
    document = hall.issue()
    hall.sign(document, secret=SECRET)
    content = sealing.open_file(bytes(document.files.order_by("-step")[0].sealed), document.id)
    assert verify_pdf(content).signers[0].name == "Bu Kades"
    (asked,) = service.asked
    assert asked["tampilan"] == b"visible"
    assert asked["nik"].decode() == NIK
    assert asked["imageTTD"].startswith(b"\x89PNG")
    assert {"page", "xAxis", "yAxis", "width", "height", "image"} <= set(asked)
    assert bytes(hall.signatory.__class__.objects.get(pk=hall.signatory.pk).sealed).find(
        NIK.encode()
    ) == -1  # fmt: skip


@pytest.mark.parametrize(
    ("mood", "again"),
    [("slow", True), ("gone", True), ("down", True), ("garbage", True), ("rewrites", False)],
)
def test_its_failures_are_told_in_words_and_nothing_is_signed(hall, service, settings, mood, again):
    service.mood = mood
    settings.DOCUMENTS_BSRE = {**settings.DOCUMENTS_BSRE, "answer_seconds": 0.7}
    document = hall.issue()
    with pytest.raises(SignerError) as told:
        hall.sign(document, secret=SECRET)
    assert told.value.again is again
    assert told.value.title
    assert SECRET.value not in f"{told.value.title} {told.value.detail}"
    assert (document.files.count(), document.signatures.get().signed_at) == (1, None)


@pytest.mark.parametrize(
    ("secret", "password", "words"),
    [("salah", "qwerty", "BSrE"), (SECRET.value, "other", "BSrE"), ("", "qwerty", "")],
)
def test_refusals_say_whose_secret_is_wrong(hall, service, settings, secret, password, words):
    settings.DOCUMENTS_BSRE = {**settings.DOCUMENTS_BSRE, "password": password}
    document = hall.issue()
    with pytest.raises(SignerError) as told:
        hall.sign(document, secret=Passphrase(secret))
    assert words in f"{told.value.title} {told.value.detail}"
    assert document.files.count() == 1


def test_a_service_that_is_not_there_is_told(hall, service, settings):
    settings.DOCUMENTS_BSRE = {**settings.DOCUMENTS_BSRE, "address": "http://127.0.0.1:9"}
    with pytest.raises(SignerError) as told:
        hall.sign(hall.issue(), secret=SECRET)
    assert told.value.again
