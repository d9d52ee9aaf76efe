"""`balai serve` tells people an address at which passkeys work."""

from __future__ import annotations

import socket

import click
import pytest
from click.testing import CliRunner
from django.conf import settings
from django.test import RequestFactory, override_settings

from balai.shell.commands.serve import refuse_taken_port, serve, shown_address
from balai.shell.context import passkeys_at


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "http://localhost:8000"), ("127.8.0.1", "http://localhost:8000"),
     ("0.0.0.0", "http://localhost:8000"), ("::", "http://localhost:8000"),
     ("::1", "http://localhost:8000"), ("localhost", "http://localhost:8000"),
     ("192.0.2.7", "http://192.0.2.7:8000"), ("2001:db8::1", "http://[2001:db8::1]:8000"),
     ("balai.test", "http://balai.test:8000")],
)  # fmt: skip
def test_this_machine_is_shown_by_its_name(host, shown):
    assert shown_address(host, 8000) == shown


def test_the_site_is_at_localhost_unless_it_is_told_otherwise():
    assert settings.PUBLIC_URL == "http://localhost:8000"
    assert {"localhost", "127.0.0.1", "[::1]"} <= set(settings.ALLOWED_HOSTS)


@pytest.mark.parametrize(
    ("host", "elsewhere"),
    [("localhost:8000", ""), ("balai.test", ""), ("127.0.0.1:8123", "http://localhost:8123"),
     ("[::1]:8123", "http://localhost:8123"), ("127.0.0.1", "http://localhost:80"),
     ("192.0.2.7:8000", "https://balai.test")],
)  # fmt: skip
@override_settings(ALLOWED_HOSTS=["*"], PUBLIC_URL="https://balai.test")
def test_passkeys_are_elsewhere_where_the_address_has_no_name(host, elsewhere):
    assert passkeys_at(RequestFactory(headers={"Host": host}).get("/")) == elsewhere


@pytest.mark.django_db
def test_a_bare_address_signs_in_by_password_and_leads_to_the_name_for_passkeys(client):
    bare = client.get("/account/login/", headers={"Host": "127.0.0.1:8000"})
    named = client.get("/account/login/", headers={"Host": "localhost:8000"})
    assert bare.status_code == named.status_code == 200
    assert b'href="http://localhost:8000/account/login/"' in bare.content
    assert b"passkey_login" not in bare.content
    assert b"passkey_login" in named.content


def test_a_taken_port_is_refused_under_the_name_too():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(click.UsageError, match=f"PORT={port + 1}"):
            refuse_taken_port("127.0.0.1", port)
        told = CliRunner().invoke(serve, ["--check-port", "--host=localhost", f"--port={port}"])
        assert told.exit_code == 2
        assert f"make run PORT={port + 1}" in told.output
