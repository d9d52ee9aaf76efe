"""Pages and API of notices: one's own, a city's outbox, browsers, receipts."""

from __future__ import annotations

import base64
import json
import time
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from balai.kernel.access.actions import grant_role
from balai.kernel.access.models import AuditEntry, User
from balai.kernel.access.origin import Origin
from balai.kernel.notices import Message, Recipient, actions, queries, send
from balai.kernel.notices.demo import build
from balai.kernel.notices.engine import receipts
from balai.kernel.notices.kinds import kinds
from balai.kernel.notices.models import Delivery, Notice, Subscription
from balai.kernel.notices.queries.matters import matters
from balai.kernel.regions import queries as regions

pytestmark = pytest.mark.django_db
PUSH = "https://updates.push.services.mozilla.com/wpush/v2/abc"


@pytest.fixture
def sari(city, gateways) -> User:
    return User.objects.create_user(
        "sari", password="x", display_name="Sari", email="sari@contoh.id"
    )


@pytest.fixture
def officer(sari) -> User:
    user = User.objects.create_user("officer", password="x")
    grant_role(user, "notices.officer", place="makassar", origin=Origin())
    return user


def signed_in(user: User, **options: object) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def told(user: User, number: int = 0, *, city: str = "makassar", sms: str = "") -> Notice:
    to = Recipient(account_id=user.pk, name="Sari", channels={"sms": sms})
    words = Message(kind="x.y", to=to, city=city, subject=f"Surat {number} <b>", text="Isi surat",
                    link="/makassar/")  # fmt: skip
    return Notice.objects.get(pk=send(words, key=f"{city}/{number}").id)


def test_a_stranger_is_asked_to_sign_in(client, sari) -> None:
    for page in ("", "mine/", "preferences/", "templates/", "outbox.csv"):
        assert client.get(f"/makassar/notices/{page}").status_code == 302
    assert client.get("/api/v1/notices/mine").status_code == 401


def test_a_reader_sees_their_own_in_pages_and_reads_them(sari, officer) -> None:
    for number in range(23):
        told(sari, number)
    told(officer, 99)
    client = signed_in(sari)
    page = client.get("/makassar/notices/mine/")
    assert len(page.context["letters"]) == 20
    assert "Surat 22 &lt;b&gt;" in page.content.decode()
    assert len(client.get("/makassar/notices/mine/?page=2").context["letters"]) == 3
    first = page.context["letters"][0]
    assert client.get(f"/makassar/notices/mine/{first.id}/").status_code == 200
    assert client.get("/makassar/notices/mine/").context["unread"] == 22
    client.post(f"/makassar/notices/mine/{first.id}/unread/")
    client.post("/makassar/notices/mine/read/")
    assert client.get("/makassar/notices/mine/?which=unread").context["letters"] == []


def test_the_residents_own_page_tells_of_unread_notices(sari) -> None:
    city = regions.city_by_slug("makassar")
    assert matters(city, None, sari) == []
    told(sari, 1)
    told(sari, 2)
    (matter,) = matters(city, None, sari)
    assert matter.title.startswith("2 ")
    assert matter.state == "waiting"
    assert signed_in(sari).get(matter.url).context["unread"] == 2


def test_nobody_opens_anothers_notice(sari, officer) -> None:
    letter = told(sari)
    client = signed_in(officer)
    assert client.get(f"/makassar/notices/mine/{letter.pk}/").status_code == 404
    assert client.get(f"/api/v1/notices/mine/{letter.pk}").status_code == 404
    assert client.get(f"/makassar/notices/mine/{uuid4()}/").status_code == 404


def test_wishes_are_chosen_without_script(sari) -> None:
    client = signed_in(sari)
    form = {"wish-general": "sms", "wish-notices.trial": "off"}
    assert client.post("/makassar/notices/preferences/", form).status_code == 302
    page = client.get("/makassar/notices/preferences/")
    chosen = {line.field: line.chosen for line in page.context["lines"]}
    assert (chosen["wish-general"], chosen["wish-notices.trial"]) == ("sms", "off")
    bad = client.post("/makassar/notices/preferences/", {"wish-notices.address-changed": "off"})
    assert bad.status_code == 422
    assert "cannot be switched off" in bad.content.decode()
    bad = client.post("/makassar/notices/preferences/", {"wish-general": "pigeon"})
    assert bad.status_code == 422


def test_a_trial_is_sent_to_oneself(sari) -> None:
    signed_in(sari).post("/makassar/notices/preferences/trial/")
    assert Delivery.objects.get().channel == "email"
    assert queries.unread(queries.reader_of(sari)) == 1


def test_officers_see_states_and_faults_of_their_city_but_no_address(sari, officer) -> None:
    told(sari, 1, sms="12")
    told(sari, 2, city="jakarta")
    while actions.deliver_next():
        pass
    client = signed_in(officer)
    page = client.get("/makassar/notices/")
    assert [(row["delivery"].channel, row["delivery"].state) for row in page.context["rows"]] in (
        [("email", "kept"), ("sms", "failed")], [("sms", "failed"), ("email", "kept")],
    )  # fmt: skip
    assert client.get("/jakarta/notices/").status_code == 403
    assert signed_in(sari).get("/makassar/notices/").status_code == 403
    (failed,) = client.get("/makassar/notices/?state=failed").context["rows"]
    shown = client.get(f"/makassar/notices/deliveries/{failed['delivery'].pk}/").content.decode()
    assert "bukan nomor telepon" in shown
    assert "sari@contoh.id" not in shown
    table = b"".join(client.get("/makassar/notices/outbox.csv?channel=email")).decode()
    assert len(table.splitlines()) == 2
    assert "sari@contoh.id" not in table


def test_an_officer_tries_again_what_failed_and_it_is_audited(sari, officer) -> None:
    told(sari)
    Delivery.objects.update(state="failed", tries=8)
    one = Delivery.objects.get()
    client = signed_in(officer)
    assert client.post(f"/makassar/notices/deliveries/{one.pk}/retry/").status_code == 302
    one.refresh_from_db()
    assert (one.state, one.tries) == ("waiting", 0)
    assert AuditEntry.objects.filter(action="notices.delivery-retried", actor="officer").exists()
    client.post(f"/makassar/notices/deliveries/{one.pk}/retry/")
    assert AuditEntry.objects.filter(action="notices.delivery-retried").count() == 1


def test_every_template_is_shown_in_both_languages(officer) -> None:
    client = signed_in(officer)
    for kind in kinds():
        page = client.get(f"/makassar/notices/templates/?kind={kind.name}")
        assert page.status_code == 200
        assert len(page.context["shown"]) == 2
        for each in page.context["shown"]:
            assert each["linked"].units > each["sms"].units >= len(each["content"].short)
            assert each["linked"].segments >= each["sms"].segments >= 1


def test_the_api_lists_and_marks_ones_own(sari) -> None:
    letter = told(sari)
    client = signed_in(sari)
    page = client.get("/api/v1/notices/mine").json()
    assert (page["total"], page["unread"], page["items"][0]["link"]) == (1, 1, "/makassar/")
    assert client.post(f"/api/v1/notices/mine/{letter.pk}/read").json()["read_at"]
    assert client.post("/api/v1/notices/mine/read").json() == {"changed": 0}


def browser_keys() -> dict[str, str]:
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"p256dh": base64.urlsafe_b64encode(raw).decode().rstrip("="), "auth": "A" * 22}


def test_a_browser_subscribes_once_and_is_forgotten(sari, officer) -> None:
    client = signed_in(sari, HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Firefox/140.0")
    body = {"endpoint": PUSH, "city": "makassar", **browser_keys()}
    for _ in range(2):
        answer = client.post("/api/v1/notices/browsers", body, "application/json")
        assert answer.status_code == 201, answer.content
    (browser,) = queries.browsers(queries.reader_of(sari))
    assert browser.label == "Firefox, Linux"
    assert PUSH.encode() not in bytes(Subscription.objects.get().sealed)
    forget = f"/makassar/notices/preferences/browsers/{browser.id}/forget/"
    signed_in(officer).post(forget)
    assert Subscription.objects.count() == 1, "it is not theirs"
    client.post(forget)
    assert Subscription.objects.count() == 0


@pytest.mark.parametrize(
    "bad",
    [{"endpoint": "https://169.254.169.254/x"}, {"p256dh": "AAAA"}, {"auth": "x"},
     {"p256dh": base64.urlsafe_b64encode(b"\x04" + b"\x01" * 64).decode()}],
)  # fmt: skip
def test_a_subscription_that_is_none_is_refused_by_field(sari, bad) -> None:
    body = {"endpoint": PUSH, **browser_keys(), **bad}
    answer = signed_in(sari).post("/api/v1/notices/browsers", body, "application/json")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == next(iter(bad))


def test_receipts_are_taken_from_who_can_sign_them(client, sari, gateways) -> None:
    told(sari)
    Delivery.objects.update(state="sent", number="g-1")
    body = json.dumps({"receipts": [{"id": "g-1", "state": "delivered"}]}).encode()
    address = "/api/v1/notices/receipts/email"
    signed = {"Balai-Signature": receipts.signature("s3cret", body, int(time.time()))}

    def post(headers: dict[str, str], content: bytes = body) -> object:
        return client.post(address, content, "application/json", headers=headers)

    assert post(signed).status_code == 401, "no secret is set"
    gateways["RECEIPT_SECRET"] = "s3cret"
    assert post({}).status_code == 401
    assert post(signed, body + b" ").status_code == 401
    old = {"Balai-Signature": receipts.signature("s3cret", body, int(time.time()) - 900)}
    assert post(old).status_code == 401
    assert post(signed).json() == {"changed": 1}
    assert post(signed).json() == {"changed": 0}
    assert Delivery.objects.get().state == "delivered"
    nonsense = {"Balai-Signature": receipts.signature("s3cret", b"[]", int(time.time()))}
    assert post(nonsense, b"[]").status_code == 422


def test_whatsapps_receipts_are_signed_by_the_hub(client, sari, gateways) -> None:
    import hmac

    gateways["HUB_SECRET"] = "hub"
    to = Recipient(account_id=sari.pk, channels={"chat": "+6281234567890"})
    send(Message(kind="x.y", to=to, city="makassar", subject="S", text="T"), key="chat")
    Delivery.objects.update(state="sent", number="wamid.1")
    status = {"id": "wamid.1", "status": "read"}
    body = json.dumps({"entry": [{"changes": [{"value": {"statuses": [status]}}]}]}).encode()
    header = "sha256=" + hmac.new(b"hub", body, "sha256").hexdigest()
    answer = client.post("/api/v1/notices/receipts/chat", body, "application/json",
                         headers={"X-Hub-Signature-256": header})  # fmt: skip
    assert answer.json() == {"changed": 1}


def test_the_outbox_by_the_api_needs_the_role(sari, officer) -> None:
    told(sari)
    address = "/api/v1/notices/outbox?city=makassar"
    assert signed_in(sari).get(address).status_code == 403
    assert signed_in(officer).get(address).json()["total"] == 1


def test_the_service_worker_is_served_from_the_root(client, city) -> None:
    answer = client.get("/push-worker.js")
    assert answer["Content-Type"] == "text/javascript"
    assert b"showNotification" in answer.content


def test_the_demonstration_is_built_once(city, gateways) -> None:
    User.objects.create_user("resident", password="x")
    lines: list[str] = []
    build(lines.append)
    build(lines.append)
    assert lines == ["Notices: 9 new in 3 cities", "Notices: 0 new in 3 cities"]
    assert Delivery.objects.filter(state="failed", channel="sms").count() == 3
