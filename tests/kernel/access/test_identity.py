"""Sign-in with an identity: the whole round against the local issuer, and every way to cheat."""

from __future__ import annotations

import base64
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import include, path

from balai.kernel.access.actions import account_of_identity
from balai.kernel.access.identity import people as issuers_people
from balai.kernel.access.identity import views as issuer
from balai.kernel.access.identity.people import ALONE, DemoPerson, pairwise
from balai.kernel.access.models import AuditEntry, Identity, User
from balai.kernel.access.oidc import claims as listening
from balai.kernel.access.oidc import exchange
from balai.kernel.access.oidc import provider as relying
from balai.kernel.access.oidc.claims import IdentityClaims
from balai.kernel.access.oidc.provider import ProviderError, local_secret
from balai.kernel.access.origin import Origin
from balai.kernel.problems import ConflictError

pytestmark = pytest.mark.django_db
HOME = "http://testserver"
SARI = ALONE[0]


class _Site:
    urlpatterns = [
        path("account/", include("allauth.urls")),
        path("account/", include("balai.kernel.access.urls")),
        path("", include("balai.kernel.access.identity.urls")),
        path("", include("balai.shell.urls_site")),
    ]


class _Wire:
    """What `requests` does, led to the site in this process; tests may bend the answers."""

    RequestException = OSError

    def __init__(self):
        self.bend = lambda address, document: document
        self.posts = []

    def get(self, address, **_):
        return self._answer(address, Client().get(urlsplit(address).path))

    def post(self, address, data, auth, **_):
        self.posts.append(data)
        told = base64.b64encode(":".join(auth).encode()).decode()
        client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Basic {told}"})
        return self._answer(address, client.post(urlsplit(address).path, data))

    def _answer(self, address, answer):
        bend = self.bend

        class Answer:
            status_code = answer.status_code
            content = answer.content

            def json(self):
                return bend(address, answer.json())

            def raise_for_status(self):
                if self.status_code >= 400:
                    raise OSError(self.status_code)

        return Answer()


@pytest.fixture(autouse=True)
def wire(settings, monkeypatch, tmp_path):
    settings.ROOT_URLCONF = _Site
    settings.DEMONSTRATION = True
    settings.PUBLIC_URL = HOME
    settings.KEYS_ROOT = tmp_path
    found = _Wire()
    monkeypatch.setattr(relying, "requests", found)
    monkeypatch.setattr(exchange, "requests", found)
    monkeypatch.setattr(relying, "_remembered", {})
    monkeypatch.setattr(issuers_people, "_finders", [])
    monkeypatch.setattr(listening, "_handlers", [])
    return found


@pytest.fixture
def browser(client):
    client.cookies["language"] = "en"
    return client


def out(browser, after="/jakarta/"):
    """To the issuer; returns what was asked of it."""
    address = browser.get("/account/identity/begin/", {"next": after})["Location"]
    assert address.startswith(f"{HOME}/identity/authorize?")
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def chosen(browser, asked, person=SARI):
    """Choose somebody; returns the address that leads back."""
    page = browser.get("/identity/authorize", asked)
    assert person.name in page.content.decode()
    return browser.post("/identity/authorize", {**asked, "person": person.number})["Location"]


def refused(answer, reason, status=400):
    assert answer.status_code == status
    assert AuditEntry.objects.latest("pk").detail["reason"] == reason
    assert not User.objects.exists()
    return True


def test_a_person_goes_out_and_comes_back_signed_in(browser):
    back = chosen(browser, out(browser))
    answer = browser.get(back)
    assert answer["Location"] == "/jakarta/"
    user = User.objects.get()
    assert user.display_name == SARI.name
    assert not user.has_usable_password()
    assert browser.get("/account/roles/").status_code == 200
    assert AuditEntry.objects.filter(action="access.identity-linked", subject=user.username)


def test_the_same_identity_opens_the_same_account(browser):
    browser.get(chosen(browser, out(browser)))
    other = Client()
    other.get(chosen(other, out(other)))
    assert User.objects.count() == Identity.objects.count() == 1


def test_the_registry_hears_the_verified_number_and_no_address_or_record_holds_it(browser, caplog):
    heard = []
    listening.register_identity_claims(lambda user, claims, origin: heard.append((user, claims)))
    asked = out(browser)
    back = chosen(browser, asked)
    browser.get(back)
    (told,) = heard
    assert told[1].nik == SARI.nik
    assert SARI.nik not in repr(told)
    seen = [back, str(asked), caplog.text, *(str(each.detail) for each in AuditEntry.objects.all())]
    assert not any(SARI.nik in each for each in seen)
    assert SARI.nik not in str(Identity.objects.values())


def test_a_listener_that_refuses_undoes_the_account(browser):
    def no(user, claims, origin):
        raise ConflictError("Joined to another account", kind="joined")

    listening.register_identity_claims(no)
    assert refused(browser.get(chosen(browser, out(browser))), "joined", 409)
    assert not Identity.objects.exists()


def test_the_subject_is_pairwise_and_tells_nothing():
    other = DemoPerson("Budi", "3171011212800002")
    assert len({pairwise("a", SARI), pairwise("b", SARI), pairwise("a", other)}) == 3
    assert SARI.nik not in pairwise("a", SARI) + SARI.number


def test_the_request_carries_state_nonce_and_a_challenge_and_no_secret(browser):
    asked = out(browser)
    assert asked["code_challenge_method"] == "S256"
    kept = browser.session["access_identity"]
    assert exchange.challenge_of(kept["verifier"]) == asked["code_challenge"]
    assert kept["verifier"] not in asked.values()
    assert local_secret() not in asked.values()


def test_an_answer_with_another_state_is_refused_and_ends_the_request(browser):
    back = chosen(browser, out(browser))
    assert refused(browser.get(re.sub(r"state=[^&]+", "state=other", back)), "state")
    assert refused(browser.get(back), "no-request")


def test_an_answer_is_taken_once(browser):
    back = chosen(browser, out(browser))
    assert browser.get(back).status_code == 302
    again = browser.get(back)
    assert again.status_code == 400
    assert AuditEntry.objects.latest("pk").detail == {"reason": "no-request"}


def test_an_answer_in_another_browser_is_refused(browser):
    back = chosen(browser, out(browser))
    assert refused(Client().get(back), "no-request")


def test_an_answer_after_ten_minutes_is_refused(browser):
    back = chosen(browser, out(browser))
    session = browser.session
    session["access_identity"] = {**session["access_identity"], "at": 0}
    session.save()
    assert refused(browser.get(back), "no-request")


def test_an_answer_of_another_issuer_is_refused(browser):
    back = chosen(browser, out(browser))
    assert refused(browser.get(re.sub(r"iss=[^&]+", "iss=https://evil.example", back)), "issuer")


def test_a_code_works_once_and_only_with_its_verifier(browser, wire):
    browser.get(chosen(browser, out(browser)))
    assert wire.post(f"{HOME}/identity/token", wire.posts[-1],
                     ("balai", local_secret())).status_code == 400  # fmt: skip
    asked = out(other := Client())
    back = chosen(other, asked)
    session = other.session
    session["access_identity"] = {**session["access_identity"], "verifier": "x" * 43}
    session.save()
    assert other.get(back).status_code == 400
    assert AuditEntry.objects.latest("pk").detail == {"reason": "code"}


def test_a_client_with_another_secret_gets_nothing(browser, wire):
    answer = wire.post(f"{HOME}/identity/token", {"code": "x"}, ("balai", "wrong"))
    assert answer.status_code == 401


def bent(wire, **changed):
    """Let the issuer sign a token that says something else."""
    original = issuer.json.dumps

    def dumps(part):
        return original({**part, **changed} if "sub" in part else part)

    return dumps


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"nonce": "another"}, "nonce"), ({"iss": "https://evil.example"}, "issuer"),
     ({"aud": "another"}, "audience"), ({"aud": ["balai", "another"]}, "audience"),
     ({"azp": "another"}, "audience"), ({"exp": 1}, "expired"), ({"sub": ""}, "subject"),
     ({"iat": 4_000_000_000}, "token")],
)  # fmt: skip
def test_a_token_that_says_something_else_is_refused(browser, wire, monkeypatch, changed, reason):
    back = chosen(browser, out(browser))

    class Json:
        dumps = staticmethod(bent(wire, **changed))

    monkeypatch.setattr(issuer, "json", Json)
    assert refused(browser.get(back), reason)


def forged(token, head):
    parts = token.split(".")
    return ".".join([base64.urlsafe_b64encode(head).rstrip(b"=").decode(), *parts[1:]])


@pytest.mark.parametrize("how", ["unsigned", "flipped", "other key", "nothing"])
def test_a_token_that_is_not_signed_by_the_issuer_is_refused(browser, wire, how):
    def bend(address, document):
        if "id_token" not in document:
            return document
        token = document["id_token"]
        kid = wire.get(f"{HOME}/identity/jwks.json").json()["keys"][0]["kid"].encode()
        changed = {
            "unsigned": forged(token, b'{"alg":"none","kid":"' + kid + b'"}')
            .rsplit(".", 1)[0] + ".",
            "flipped": token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB"),
            "other key": forged(token, b'{"alg":"ES256","kid":"unknown"}'),
            "nothing": "",
        }  # fmt: skip
        return {**document, "id_token": changed[how]}

    back = chosen(browser, out(browser))
    wire.bend = bend
    answer = browser.get(back)
    assert answer.status_code == 400
    assert not User.objects.exists()


def test_a_number_that_is_not_vouched_for_is_not_told(browser, monkeypatch):
    heard = []
    listening.register_identity_claims(lambda user, claims, origin: heard.append(claims.nik))
    back = chosen(browser, out(browser))

    class Json:
        dumps = staticmethod(bent(None, nik_verified="true"))

    monkeypatch.setattr(issuer, "json", Json)
    assert browser.get(back).status_code == 302
    assert heard == [""]


def test_a_description_of_another_issuer_or_without_https_is_not_believed(browser, wire):
    for changed in ({"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example"}):
        relying._remembered.clear()
        wire.bend = lambda address, document, changed=changed: {**document, **changed}
        with pytest.raises(ProviderError):
            relying.configuration(relying.provider())
    assert browser.get("/account/identity/begin/").status_code == 502


def test_who_declines_is_told_so(browser):
    asked = out(browser)
    back = browser.post("/identity/authorize", {**asked, "decline": "1"})["Location"]
    assert refused(browser.get(back), "declined")


@pytest.mark.parametrize(
    "changed",
    [{"redirect_uri": "https://evil.example/"}, {"client_id": "other"}, {"response_type": "token"},
     {"code_challenge": ""}, {"code_challenge_method": "plain"}, {"state": ""}, {"nonce": ""},
     {"scope": "profile"}],
)  # fmt: skip
def test_the_issuer_answers_only_whom_it_knows(browser, changed):
    asked = {**out(browser), **changed}
    assert browser.get("/identity/authorize", asked).status_code == 400
    assert browser.post("/identity/authorize", {**asked, "person": SARI.number}).status_code == 400


def test_a_person_that_is_none_is_asked_for_again(browser):
    answer = browser.post("/identity/authorize", {**out(browser), "person": "nobody"})
    assert answer.status_code == 422


def test_outside_a_demonstration_there_is_no_local_issuer(browser, settings):
    settings.DEMONSTRATION = False
    for address in ("/identity/.well-known/openid-configuration", "/identity/jwks.json",
                    "/identity/authorize", "/account/identity/begin/"):  # fmt: skip
        assert browser.get(address).status_code == 404
    assert browser.post("/identity/token").status_code == 404


def test_the_way_back_never_leads_off_the_site(browser):
    back = chosen(browser, out(browser, after="https://evil.example/"))
    assert browser.get(back)["Location"] == "/"


def test_an_account_that_is_shut_out_stays_out(browser):
    claims = IdentityClaims(f"{HOME}/identity", "s", "Sari", "")
    user = account_of_identity(claims, origin=Origin())
    User.objects.filter(pk=user.pk).update(is_active=False)
    from balai.kernel.problems import ProblemError

    with pytest.raises(ProblemError) as shut:
        account_of_identity(claims, origin=Origin())
    assert shut.value.status == 403
