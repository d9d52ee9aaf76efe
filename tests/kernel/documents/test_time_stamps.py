"""Time stamps: asked of an RFC 3161 service over HTTP; without its answer nothing is signed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from balai.kernel.documents.signers import SignerError
from balai.kernel.documents.verifying import verify_pdf
from kernel.documents.test_signing import pdf_of, stored

pytestmark = pytest.mark.django_db
# The authority's clock is its own: an hour ahead, so that a test sees whose time was taken.
STAMPED_AT = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)


class Authority(ThreadingHTTPServer):
    """A time-stamping authority with a certificate of its own; `mood` makes it fail."""

    mood = "good"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
        self.certificate = certificate_of(key)
        self.stamper = DummyTimeStamper(
            asn1.Certificate.load(self.certificate.public_bytes(Encoding.DER)),
            keys.PrivateKeyInfo.load(
                key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
            ),
            fixed_dt=STAMPED_AT,
        )


class Handler(BaseHTTPRequestHandler):
    server: Authority

    def do_POST(self) -> None:
        request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.mood == "another document":
            request["message_imprint"]["hashed_message"] = bytes(32)
        answer = asyncio.run(self.server.stamper.async_request_tsa_response(request))
        if self.server.mood == "refusal":
            answer = tsp.TimeStampResp({"status": {"status": "rejection"}})
        self.send_response(500 if self.server.mood == "fault" else 200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write(answer.dump())

    def log_message(self, *_: object) -> None:
        pass


def certificate_of(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time stamps for tests")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(STAMPED_AT - timedelta(days=3650))
        .not_valid_after(STAMPED_AT + timedelta(days=3650))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, SHA256())
    )


@pytest.fixture
def authority(hall, keys_root, settings) -> Iterator[Authority]:
    server = Authority()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.DOCUMENTS_TSA_URL = f"http://127.0.0.1:{server.server_address[1]}/"
    trusted = keys_root / "trust" / "time-stamps.pem"
    trusted.parent.mkdir(parents=True)
    trusted.write_bytes(server.certificate.public_bytes(Encoding.PEM))
    yield server
    server.shutdown()
    server.server_close()


def test_a_signature_carries_the_time_of_the_authority(hall, authority):
    document = hall.issue()
    hall.sign(document)
    verdict = verify_pdf(pdf_of(document))
    assert verdict.valid
    assert verdict.signers[0].timestamped
    assert verdict.signers[0].at == STAMPED_AT
    assert document.signatures.get().timestamped


@pytest.mark.parametrize("mood", ["refusal", "fault", "another document"])
def test_without_a_good_time_stamp_nothing_is_signed(hall, authority, mood):
    document = hall.issue()
    authority.mood = mood
    with pytest.raises(SignerError) as told:
        hall.sign(document)
    assert told.value.again
    assert stored(document) == (1, None, "waiting")
    authority.mood = "good"
    hall.sign(document)
    assert verify_pdf(pdf_of(document)).valid


def test_a_service_that_is_not_there_leaves_the_document_waiting(hall, settings):
    settings.DOCUMENTS_TSA_URL = "http://127.0.0.1:9/"
    document = hall.issue()
    with pytest.raises(SignerError):
        hall.sign(document)
    assert stored(document) == (1, None, "waiting")


def test_a_time_stamp_of_a_stranger_is_not_trusted(hall, authority, keys_root):
    document = hall.issue()
    hall.sign(document)
    (keys_root / "trust" / "time-stamps.pem").unlink()
    assert not verify_pdf(pdf_of(document)).signers[0].timestamped


def test_an_expired_certificate_holds_at_the_time_of_the_stamp(hall, authority, keys_root):
    document = hall.issue()
    hall.sign(document)
    content, later = pdf_of(document), STAMPED_AT + timedelta(days=6 * 365)
    verdict = verify_pdf(content, now=later)
    assert verdict.valid
    assert (verdict.signers[0].basis, verdict.signers[0].judged_at) == ("stamp", STAMPED_AT)
    (keys_root / "trust" / "time-stamps.pem").unlink()
    assert not verify_pdf(content, now=later).valid
