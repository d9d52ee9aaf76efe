"""A resident's own page gathers what the rooms and programmes know of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from balai.kernel import programmes
from balai.kernel.access.models import User
from balai.kernel.programmes import Matter
from balai.kernel.regions.actions import install_cities

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(client):
    install_cities()
    user = User.objects.create_user("warga", display_name="Warga Contoh")
    client.force_login(user)
    return user


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


def tell(city, person, user):
    yield Matter(title="Bayar retribusi", url="/x/", state="waiting", due=on(12, 2))
    yield Matter(title="Unggah KTP", url="/y/", state="waiting", due=on(12, 1))
    title = f"Surat untuk {user.username}"
    yield Matter(title=title, url="/z/", state="working", late=True, due=on(11, 1))
    yield Matter(title="Surat usaha", url="/w/", state="done")


@pytest.fixture
def told(monkeypatch):
    first, *rest = programmes.installed()
    named = replace(first, matters="tests.shell.test_me:tell")
    monkeypatch.setattr(programmes, "known", lambda: (named, *rest))
    monkeypatch.setattr(programmes, "resolve", lambda path: tell)


def test_a_stranger_is_asked_to_sign_in(client):
    install_cities()
    answer = client.get("/jakarta/me/")
    assert answer.status_code == 302
    assert "/account/login/" in answer["Location"]


def test_an_unknown_city_is_not_found(client, resident):
    assert client.get("/atlantis/me/").status_code == 404


def test_the_nearest_promise_comes_first(client, resident, told):
    body = client.get("/jakarta/me/").content.decode()
    order = [body.index(title) for title in ("Unggah KTP", "Bayar retribusi", "Surat untuk warga")]
    assert order == sorted(order)
    assert "Surat usaha" in body


def test_an_empty_page_says_what_to_do(client, resident, monkeypatch):
    monkeypatch.setattr(programmes, "known", tuple)
    client.cookies["language"] = "en"
    body = client.get("/jakarta/me/").content.decode()
    assert "Nothing waits for you." in body
    assert "not joined to a resident" in body
