"""Jakarta with a bank, a resident with an account, and cards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from balai.kernel.access.actions.grants import grant_role
from balai.kernel.access.origin import Origin
from balai.kernel.payments.actions import add_bank
from balai.kernel.payments.actions.banks import Keys
from balai.kernel.payments.models import Bank
from balai.kernel.people.actions import PersonDetails, link_account, register_person
from balai.kernel.row_security import rows_of
from balai.transit.actions.cards.acting import Actor
from balai.transit.actions.cards.life import bind_card, issue_card
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.models import CardAccount
from transit.conftest import NOW

NUMBER, CODE = "6032981100000417", "KUNYIT-77"
HOME = "31.71.01"
DESK = Actor("7", Origin("kartu", "203.0.113.7", "web"))


@pytest.fixture
def person(jakarta) -> UUID:
    details = PersonDetails(name="Sari Wulandari", sex="f", birth_date=date(1990, 8, 17),
                            birth_place="Jakarta")  # fmt: skip
    with rows_of("31"):
        return register_person(
            details, region_code=HOME, nik="3171015708900001", origin=Origin("petugas")
        )


@pytest.fixture
def rider(person, django_user_model):
    user = django_user_model.objects.create_user("penumpang", display_name="Sari Wulandari")
    with rows_of("31"):
        link_account(user, person, method="identity-card", origin=Origin("petugas"))
    return user


@pytest.fixture
def desk(jakarta, django_user_model):
    user = django_user_model.objects.create_user("meja", display_name="Petugas Kartu")
    grant_role(user, "transit.card-officer", place="jakarta", origin=Origin(channel="test"))
    return user


@pytest.fixture
def card(jakarta) -> CardAccount:
    return issue_card("jakarta", NUMBER, "JakLingko", by=DESK, now=NOW, code=CODE)


@pytest.fixture(autouse=True)
def _day_after(clock) -> None:
    """The day after the ride: a ride can be disputed for some weeks only."""
    clock(NOW)


@pytest.fixture
def own(card, person) -> CardAccount:
    with rows_of("31"):
        bind_card(card, person=person, region_code=HOME, by=DESK, now=NOW)
    return card


@pytest.fixture
def bank(jakarta) -> Bank:
    return add_bank(
        "jakarta", "bank-contoh", name="Bank Contoh", account_number="0170001234",
        account_holder="RKUD Jakarta", signing="hmac", partner_id="partner",
        keys=Keys(client_key="client", client_secret="s3cret", private_key="", public_key=""),
        qris_guid="ID.CO.CONTOH.WWW", qris_pan="936000990000000017", qris_nmid="ID1020200000001",
        qris_name="PEMPROV DKI", qris_city="JAKARTA", qris_postal_code="10110", is_simulator=True,
    )  # fmt: skip


@pytest.fixture
def ride(jakarta, tap) -> Callable[..., None]:
    """MRT 11 km, then BRT 2 km, on a card: 5,250 and 500."""

    def made(number: str = NUMBER, *, tap_out: bool = True) -> None:
        rows = [tap(number, 9, "in", "mrt"), tap(number, 30, "out", "mrt", km=11.0),
                tap(number, 33, "in", "brt")]  # fmt: skip
        if tap_out:
            rows.append(tap(number, 41, "out", "brt", km=2.0))
        receive_taps("jakarta", rows, place="31", now=NOW)
        price_pending("jakarta", as_of=NOW)

    return made
