from __future__ import annotations

from datetime import date

import pytest

from balai.kernel.access.actions.grants import grant_role
from balai.kernel.access.origin import Origin
from balai.kernel.people.actions import PersonDetails, register_person
from balai.kernel.people.queries import Look, Purpose
from balai.kernel.regions.actions import install_cities
from balai.kernel.row_security import rows_of

NIK = "7371015708900001"
VILLAGE = "73.71.01"


@pytest.fixture
def cities(db):
    return install_cities()


@pytest.fixture
def origin():
    return Origin("petugas", "203.0.113.7", "web")


@pytest.fixture
def officer(cities, django_user_model):
    user = django_user_model.objects.create_user("petugas", display_name="Bu Rini")
    grant_role(user, "people.officer", place="makassar", origin=Origin(channel="test"))
    return user


@pytest.fixture
def protector(cities, django_user_model):
    user = django_user_model.objects.create_user("pdp", display_name="Pak Arif")
    grant_role(user, "people.dpo", place="makassar", origin=Origin(channel="test"))
    return user


@pytest.fixture
def look(officer, origin):
    return Look(officer, Purpose("service", "surat domisili"), origin)


@pytest.fixture
def person(cities, origin):
    details = PersonDetails(name="Andi Sitti Rahmah", sex="f", birth_date=date(1990, 8, 17),
                            birth_place="Makassar", religion=1, marital_status=2)  # fmt: skip
    with rows_of("73.71"):
        return register_person(details, region_code=VILLAGE, nik=NIK, origin=origin)
