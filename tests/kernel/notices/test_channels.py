"""What each channel owes: it hands over once, tells what may be tried again, and names nobody."""

from __future__ import annotations

import base64
import email
import email.policy
import json
import os
import socket
import threading
from datetime import UTC, datetime
from uuid import UUID

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from balai.kernel.jobs import TransientError
from balai.kernel.notices.channels import Parcel, PermanentError, Subscribed, find_channel, http
from balai.kernel.notices.channels.webpush import endpoint_fault, public_key

PARCEL = Parcel(
    id=UUID("01900000-0000-7000-8000-0000000000aa"), address="+6281234567890",
    subject="Surat siap", text="Surat Anda “siap” diambil.", short="Surat “siap”.",
    html="<p>Surat siap</p>", link="https://balai.example/makassar/", language="id",
    sender="Makassar",
)  # fmt: skip


def to(address: str, **changes: object) -> Parcel:
    fields = {name: getattr(PARCEL, name) for name in PARCEL.__slots__}
    return Parcel(**{**fields, "address": address, **changes})  # type: ignore[arg-type]


@pytest.fixture(params=["sms", "chat"])
def over_http(request, gateways, http_gateway) -> str:
    """A channel whose gateway is ours."""
    upper = request.param.upper()
    gateways[f"{upper}_URL"] = http_gateway.address
    gateways[f"{upper}_TOKEN"] = "secret-token"
    gateways[f"{upper}_FORM"] = "generic"
    return request.param


def test_a_gateway_takes_the_text_and_tells_its_number(over_http, http_gateway) -> None:
    accepted = find_channel(over_http).hand_over(PARCEL)
    (taken,) = http_gateway.taken
    assert accepted.number == "g-1"
    assert taken.json["to"] == "+6281234567890"
    assert taken.json["reference"] == taken.headers["Idempotency-Key"] == str(PARCEL.id)
    assert "https://balai.example/makassar/" in taken.json["text"]
    assert taken.headers["Authorization"] == "Bearer secret-token"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_what_may_work_later_is_told_apart(over_http, http_gateway, status) -> None:
    http_gateway.answers = [(status, {"Retry-After": "17"}, b"busy")]
    with pytest.raises(TransientError, match=str(status)) as found:
        find_channel(over_http).hand_over(PARCEL)
    assert found.value.retry_after == 17


@pytest.mark.parametrize("status", [301, 400, 401, 404, 422])
def test_what_never_will_is_told_too(over_http, http_gateway, status) -> None:
    http_gateway.answers = [(status, {"Location": "http://127.0.0.1:9/"}, b"+6281234567890 no")]
    with pytest.raises(PermanentError) as found:
        find_channel(over_http).hand_over(PARCEL)
    assert str(status) in str(found.value)
    assert "6281234567890" not in str(found.value)
    assert len(http_gateway.taken) == 1, "no redirect is followed"


def test_a_gateway_that_hangs_is_tried_later(over_http, http_gateway, monkeypatch) -> None:
    monkeypatch.setattr(http, "READ_S", 0.2)
    http_gateway.hold = threading.Event()
    with pytest.raises(TransientError):
        find_channel(over_http).hand_over(PARCEL)
    http_gateway.hold.set()


def test_a_gateway_that_is_down_is_tried_later(over_http, gateways) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gateways[f"{over_http.upper()}_URL"] = f"http://127.0.0.1:{port}/"
    with pytest.raises(TransientError):
        find_channel(over_http).hand_over(PARCEL)


def test_an_answer_that_is_no_json_is_no_fault(over_http, http_gateway) -> None:
    http_gateway.answers = [(202, {}, b"OK 17")]
    assert find_channel(over_http).hand_over(PARCEL).number == ""


def test_whatsapps_form(gateways, http_gateway) -> None:
    gateways |= {"CHAT_URL": http_gateway.address, "CHAT_TOKEN": "t", "CHAT_FORM": "whatsapp"}
    http_gateway.answers = [(200, {}, b'{"messages": [{"id": "wamid.7"}]}')]
    assert find_channel("chat").hand_over(PARCEL).number == "wamid.7"
    body = http_gateway.taken[0].json
    assert (body["to"], body["type"]) == ("6281234567890", "text")
    assert body["text"]["body"].startswith("Surat siap\n\nSurat Anda")


def test_telegrams_form(gateways, http_gateway) -> None:
    gateways |= {"CHAT_URL": http_gateway.address, "CHAT_FORM": "telegram"}
    http_gateway.answers = [(200, {}, b'{"ok": true, "result": {"message_id": 12}}')]
    assert find_channel("chat").hand_over(to("-100123")).number == "12"
    assert find_channel("chat").normalised(" 4711 ", country="ID") == "4711"


def test_an_sms_is_made_plain_and_counted(gateways, http_gateway) -> None:
    gateways |= {"SMS_URL": http_gateway.address}
    assert find_channel("sms").hand_over(to("+62811", short="“a”" * 20)).segments == 1
    assert "“" not in http_gateway.taken[0].json["text"]


def test_numbers_are_brought_to_one_form() -> None:
    sms = find_channel("sms")
    forms = ("0812-3456-7890", "+62 812 3456 7890", "62812 34567890", "(0812) 3456 7890")
    assert {sms.normalised(each, country="ID") for each in forms} == {"+6281234567890"}
    for bad in ("", "12", "0812", "halo", "+999123456789"):
        with pytest.raises(ValueError, match="telephone number") as found:
            sms.normalised(bad, country="ID")
        assert not bad or bad not in str(found.value)


def test_mail_addresses_are_checked() -> None:
    mail = find_channel("email")
    assert mail.normalised(" Sari@Contoh.ID ", country="ID") == "Sari@contoh.id"
    for bad in ("sari", "sari@", "a b@c.id", "a@b.id\nBcc: x@y.id", "a@b..id", "<a@b.id>"):
        with pytest.raises(ValueError, match="e-mail"):
            mail.normalised(bad, country="ID")


def test_an_e_mail_is_whole_and_carries_no_second_header(gateways, mail_server) -> None:
    gateways |= {"MAIL_URL": mail_server.url, "MAIL_FROM": "balai@makassar.example"}
    accepted = find_channel("email").hand_over(to("sari@contoh.id"))
    (text,) = mail_server.messages
    read = email.message_from_string(text, policy=email.policy.default)
    assert read["To"] == "sari@contoh.id"
    assert read["From"].addresses[0].addr_spec == "balai@makassar.example"
    assert read["From"].addresses[0].display_name == "Makassar"
    assert read["Message-ID"] == accepted.number == f"<{PARCEL.id}@makassar.example>"
    assert read.get_body(("plain",)).get_content().startswith("Surat Anda “siap” diambil.")
    assert "<p>Surat siap</p>" in read.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("command", "line", "error"),
    [
        ("RCPT", "550 no such user sari@contoh.id", PermanentError),
        ("RCPT", "452 mailbox full", TransientError),
        (".", "554 spam", PermanentError),
        ("DATA", "421 closing", TransientError),
        ("MAIL", "451 later", TransientError),
    ],
)
def test_a_mail_servers_refusals_are_told_apart(
    gateways, mail_server, command, line, error
) -> None:
    gateways |= {"MAIL_URL": mail_server.url}
    mail_server.refuse[command] = line
    with pytest.raises(error) as found:
        find_channel("email").hand_over(to("sari@contoh.id"))
    assert "sari" not in str(found.value)


def test_a_mail_server_that_is_down_is_tried_later(gateways) -> None:
    gateways |= {"MAIL_URL": "smtp://127.0.0.1:1?tls=none"}
    with pytest.raises(TransientError):
        find_channel("email").hand_over(to("sari@contoh.id"))


@pytest.fixture
def browser(http_gateway, gateways, settings, tmp_path):
    """A browser's half of a subscription: its private key, its secret, what it tells us."""
    settings.KEYS_ROOT = tmp_path
    gateways |= {"WEB_PUSH": "1", "PUSH_HOSTS": http_gateway.address.removeprefix("http://"),
                 "CONTACT": "mailto:admin@makassar.example"}  # fmt: skip
    private, secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    told = Subscribed(PARCEL.id, f"{http_gateway.address}/push/1", url64(point), url64(secret))
    return private, secret, told


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_web_push_opens_only_in_the_browser_it_is_for(browser, http_gateway) -> None:
    private, secret, told = browser
    find_channel("webpush").hand_over(to("", subscriptions=(told,)))
    (taken,) = http_gateway.taken
    assert taken.headers["Content-Encoding"] == "aes128gcm"
    assert b"Surat" not in taken.body
    opened = http_ece.decrypt(
        taken.body, private_key=private, auth_secret=secret, version="aes128gcm"
    )
    assert json.loads(opened)["title"] == "Surat siap"
    other = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(Exception, match=r"."):
        http_ece.decrypt(taken.body, private_key=other, auth_secret=secret, version="aes128gcm")


def test_the_push_service_can_verify_who_sends(browser, http_gateway) -> None:
    _, _, told = browser
    find_channel("webpush").hand_over(to("", subscriptions=(told,)))
    header = http_gateway.taken[0].headers["Authorization"]
    token, key = header.removeprefix("vapid t=").split(", k=")
    assert key == public_key()
    point = base64.urlsafe_b64decode(key + "=")
    verifier = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    claims = jwt.decode(token, verifier, algorithms=["ES256"], audience=http_gateway.address)
    assert claims["sub"] == "mailto:admin@makassar.example"
    assert 0 < claims["exp"] - datetime.now(UTC).timestamp() <= 12 * 3600


def test_a_browser_that_is_gone_is_told_and_one_that_takes_it_is_enough(
    browser, http_gateway
) -> None:
    _, _, told = browser
    gone = Subscribed(UUID(int=7), told.endpoint, told.p256dh, told.auth)
    http_gateway.answers = [(410, {}, b""), (201, {}, b"")]
    accepted = find_channel("webpush").hand_over(to("", subscriptions=(gone, told)))
    assert accepted.gone == (gone.id,)
    http_gateway.answers = [(404, {}, b"")]
    with pytest.raises(PermanentError) as found:
        find_channel("webpush").hand_over(to("", subscriptions=(gone,)))
    assert found.value.gone == (gone.id,)
    http_gateway.answers = [(410, {}, b""), (429, {"Retry-After": "5"}, b"")]
    with pytest.raises(TransientError):
        find_channel("webpush").hand_over(to("", subscriptions=(gone, told)))


def test_a_long_text_still_fits_what_push_services_take(browser, http_gateway) -> None:
    _, _, told = browser
    find_channel("webpush").hand_over(to("", short="é" * 9000, subscriptions=(told,)))
    assert len(http_gateway.taken[0].body) <= 4096


@pytest.mark.parametrize(
    "endpoint",
    ["http://push.example/1", "https://127.0.0.1/1", "https://localhost/1", "https://[::1]/",
     "https://db.internal/1", "https://user@push.example/", "ftp://push.example", "https://10.0.0.1/",
     "", "https://" + "a" * 2000 + ".example/"],
)  # fmt: skip
def test_we_post_to_no_address_inside_this_network(gateways, endpoint) -> None:
    assert endpoint_fault(endpoint)


def test_we_post_to_push_services(gateways) -> None:
    assert not endpoint_fault("https://updates.push.services.mozilla.com/wpush/v2/abc")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("17", 17.0), ("999999999999", 21600.0), ("Sun, 22 Nov 2026 20:00:30 GMT", 30.0),
     ("Sun, 22 Nov 2020 20:00:30 GMT", 0.0), ("soon", None), ("", None), ("-3", None)],
)  # fmt: skip
def test_a_wished_wait_is_read_in_both_forms(header, seconds) -> None:
    assert http.wait_of(header, datetime(2026, 11, 22, 20, tzinfo=UTC)) == seconds
