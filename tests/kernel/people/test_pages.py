"""The pages as officers, residents and the data protection officer use them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from balai.kernel.access.actions.grants import grant_role
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.people.actions import link_account
from balai.kernel.people.models import AccessEntry
from balai.kernel.row_security import rows_of

from .conftest import NIK

pytestmark = pytest.mark.django_db
WHY = {"purpose": "service", "reason": "surat domisili"}


def at(name, *more):
    return reverse(f"people:{name}", args=["makassar", *more])


@pytest.fixture
def resident(person, django_user_model):
    user = django_user_model.objects.create_user("warga", display_name="Andi")
    with rows_of("73.71"):
        link_account(user, person, method="identity-card", origin=Origin("petugas"))
    return user


@pytest.fixture(autouse=True)
def _served(person, officer, protector, resident, as_application, client):
    """The data stand; from here on acts the role that serves, and pages are read in English."""
    client.cookies["language"] = "en"


def looks():
    with rows_of("73.71"):
        return list(AccessEntry.objects.order_by("at", "id"))


def test_a_record_asks_for_a_purpose_first(client, officer, person):
    client.force_login(officer)
    answer = client.get(at("record", person))
    assert answer.headers["Location"] == at("purpose", person)
    assert looks() == []
    refused = client.post(at("purpose", person), {"purpose": "own", "reason": "xxxxx"})
    assert refused.status_code == 200
    said = client.post(at("purpose", person), WHY)
    assert said.headers["Location"] == at("record", person)
    page = client.get(at("record", person)).content.decode()
    assert "surat domisili" in page
    assert "7371••••••••0001" in page
    assert NIK not in page
    (entry,) = looks()
    assert (entry.actor, entry.reason) == ("petugas", "surat domisili")


def test_a_number_in_full_is_posted_for_and_logged(client, officer, person):
    client.force_login(officer)
    client.post(at("purpose", person), WHY)
    number = client.get(at("record", person)).context["person"].numbers[0].id
    shown = client.post(at("show", person), {"what": f"number:{number}"})
    assert NIK in shown.content.decode()
    assert ["nik-shown"] in [entry.parts for entry in looks()]
    assert client.post(at("show", person), {"what": "number:x"}).status_code == 302


def test_a_look_up_keeps_the_number_out_of_the_address(client, officer, person):
    client.force_login(officer)
    answer = client.post(at("look_up"), {"scheme": "nik", "number": NIK, **WHY})
    assert answer.headers["Location"] == at("record", person)
    missed = client.post(at("look_up"), {"scheme": "nik", "number": "7371010101900009", **WHY})
    assert "Nobody with this number" in missed.content.decode()
    assert [entry.person_id for entry in looks()] == [person, None]


def test_the_list_finds_by_parts_of_a_name_and_downloads_without_numbers(client, officer):
    client.force_login(officer)
    page = client.get(at("list"), {"name": "sit rah"}).content.decode()
    assert "Andi Sitti Rahmah" in page
    assert "1990-08-17" not in page
    file = b"".join(client.get(at("list"), {"format": "csv"}).streaming_content).decode()
    assert "Andi Sitti Rahmah" in file
    assert "7371" not in file.replace("73.71", "")
    assert "Nobody fits" in client.get(at("list"), {"name": "zzz\x00'%"}).content.decode()


def test_an_officer_of_another_city_sees_nothing_here(client, person, django_user_model):
    with rows_of():
        other = django_user_model.objects.create_user("lain")
        grant_role(other, "people.officer", place="banyuwangi", origin=Origin(channel="test"))
    client.force_login(other)
    assert client.get(at("list")).status_code == 403
    away = reverse("people:purpose", args=["banyuwangi", person])
    assert client.get(away).status_code == 404


def test_an_officer_of_one_district_works_on_the_citys_pages_with_its_residents_alone(
    client, person, django_user_model
):
    users = {}
    for name, region in (("sini", "73.71.01"), ("sana", "73.71.02")):
        users[name] = django_user_model.objects.create_user(name)
        grant_role(users[name], "people.officer", place=region, origin=Origin(channel="test"))
    client.force_login(users["sini"])
    assert "Andi Sitti Rahmah" in client.get(at("list")).content.decode()
    client.force_login(users["sana"])
    assert "Andi Sitti Rahmah" not in client.get(at("list")).content.decode()
    assert client.get(at("purpose", person)).status_code == 404


def test_a_reason_that_cannot_be_shown_is_refused_at_its_field(client, officer, person):
    client.force_login(officer)
    answer = client.post(at("purpose", person), {**WHY, "reason": "surat\x01 domisili"})
    assert answer.context["form"].errors["reason"]


def test_the_resident_sees_who_looked_and_asks(client, officer, resident, protector, person):
    client.force_login(officer)
    client.post(at("purpose", person), WHY)
    client.get(at("record", person))
    client.force_login(User.objects.get(username="warga"))
    page = client.get(at("looks")).content.decode()
    assert "Bu Rini" in page
    assert "surat domisili" in page
    assert "Population officer" in page
    entry = looks()[0]
    client.post(at("look", entry.pk), {"question": "Untuk apa?"})
    client.force_login(protector)
    assert "Untuk apa?" in client.get(at("desk")).content.decode()
    assert client.get(at("list")).status_code == 403
    client.force_login(User.objects.get(username="warga"))
    assert "Untuk apa?" in client.get(at("look", entry.pk)).content.decode()


@pytest.mark.parametrize(
    "name", ["mine", "looks", "consents", "contacts", "copy", "copy_file", "requests"]
)
def test_a_residents_pages_open_to_the_resident_alone(client, resident, officer, name):
    assert client.get(at(name)).status_code == 302
    client.force_login(officer)
    if name not in ("mine",):
        assert "not joined" in client.get(at(name)).content.decode()
    client.force_login(User.objects.get(username="warga"))
    assert client.get(at(name)).status_code == 200


def test_the_own_record_shows_the_own_numbers(client, resident):
    client.force_login(resident)
    assert NIK in client.get(at("mine")).content.decode()
    assert looks()[0].purpose == "own"


@pytest.mark.parametrize(
    "name",
    ["edit", "death", "departure", "number", "card_number", "address", "officer_contacts", "link"],
)
def test_every_change_stands_behind_a_purpose_and_tells_what_is_missing(
    client, officer, person, name
):
    client.force_login(officer)
    assert client.get(at(name, person)).headers["Location"] == at("purpose", person)
    client.post(at("purpose", person), WHY)
    assert client.get(at(name, person)).status_code == 200
    answer = client.post(at(name, person), {})
    if name != "officer_contacts":
        assert answer.status_code == 200
        assert "There is something to correct" in answer.content.decode()


def test_an_edit_is_saved_with_its_reason(client, officer, person):
    client.force_login(officer)
    client.post(at("purpose", person), WHY)
    form = client.get(at("edit", person)).context["form"]
    given = {k: v for k, v in form.initial.items() if v not in (None, "")}
    answer = client.post(at("edit", person), {**given, "education": 8, "reason": "ijazah"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert client.get(at("record", person)).context["person"].education == 8


def test_an_officer_of_one_village_finds_the_desk_on_the_citys_page(client, django_user_model):
    here = django_user_model.objects.create_user("desa")
    grant_role(here, "people.officer", place="73.71.01", origin=Origin(channel="test"))
    client.force_login(here)
    city = client.get(reverse("city", args=["makassar"])).content.decode()
    assert at("list") in city
    away = client.get(reverse("city", args=["banyuwangi"])).content.decode()
    assert reverse("people:list", args=["banyuwangi"]) not in away
    nav = client.get(at("list")).content.decode()
    assert at("arrive") in nav
    assert at("imports") not in nav  # the page of imports is for the whole city's officers


def test_a_village_office_finds_its_queue_on_the_citys_page(client, django_user_model):
    here = django_user_model.objects.create_user("kantor")
    grant_role(here, "cases.officer", place="73.71.01", origin=Origin(channel="test"))
    client.force_login(here)
    queue = reverse("cases:queue", args=["makassar"])
    assert queue in client.get(reverse("city", args=["makassar"])).content.decode()
    assert client.get(queue).status_code == 200
