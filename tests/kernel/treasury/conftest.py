"""A treasurer of Jakarta with two accounts."""

from __future__ import annotations

import pytest

from balai.kernel.access.actions.grants import grant_role
from balai.kernel.access.actions.tokens import issue_token
from balai.kernel.access.origin import Origin
from balai.kernel.ledger import actions
from balai.kernel.regions.actions import install_cities

ORIGIN = Origin(channel="test")


def open_accounts() -> None:
    for code, kind in (("cash", "asset"), ("levy", "income")):
        actions.open_account(f"jakarta/{code}", currency="IDR", kind=kind, title=code.title())
    actions.open_account("makassar/cash", currency="IDR", kind="asset", title="Cash")


def treasurer(model, scopes=("treasury:read", "treasury:post")):
    """The user and the secret of a token."""
    user = model.objects.create_user("bendahara-uji", password="kata-sandi-panjang-1")
    grant_role(user, "treasury.officer", place="jakarta", origin=ORIGIN)
    _, secret = issue_token(user, "test", scopes=list(scopes), origin=ORIGIN, place="jakarta")
    return user, secret


@pytest.fixture
def jakarta(db) -> str:
    install_cities()
    open_accounts()
    return "jakarta"


@pytest.fixture
def token(jakarta, django_user_model) -> str:
    return treasurer(django_user_model)[1]


@pytest.fixture
def officer(client, jakarta, django_user_model):
    """A browser signed in as the treasurer."""
    user, _ = treasurer(django_user_model)
    client.force_login(user)
    client.cookies["language"] = "en"
    return client
