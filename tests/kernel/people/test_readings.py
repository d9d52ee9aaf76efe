"""A resident sees who read their letters, papers and payments, and not their own readings."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from balai.kernel.access.origin import Origin
from balai.kernel.access.reading import Reading, note_reading
from balai.kernel.documents import queries
from balai.kernel.people.actions import link_account
from balai.kernel.people.models import AccessEntry
from balai.kernel.row_security import rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(person, django_user_model):
    user = django_user_model.objects.create_user("warga", display_name="Andi")
    with rows_of("73.71"):
        link_account(user, person, method="identity-card", origin=Origin("petugas"))
    return user


@pytest.fixture(autouse=True)
def _served(person, officer, resident, as_application, client):
    client.cookies["language"] = "en"


def reading(person, **other):
    given = {"person": person, "region_code": "73.71.01", "part": "document", "purpose": "document",
             "reason": "Surat keterangan 145/7/2026"}  # fmt: skip
    return Reading(**{**given, **other})


def entries(person):
    with rows_of(person=person):
        return list(AccessEntry.objects.order_by("id"))


def test_a_letter_that_was_read_stands_in_the_persons_log_by_its_number(person, origin, client,
                                                                        resident):  # fmt: skip
    with rows_of("73.71"):
        note_reading(reading(person), by=origin)
    (entry,) = entries(person)
    assert (entry.actor, entry.actor_name, entry.office) == ("petugas", "Bu Rini", "people.officer")
    client.force_login(resident)
    page = client.get(reverse("people:looks", args=["makassar"])).content.decode()
    assert "Working on this letter or document" in page
    assert "145/7/2026" in page
    assert "letter or document" in page


def test_an_office_elsewhere_is_written_down_too(person, origin):
    with rows_of("35.10"):
        note_reading(reading(person, part="case-file", purpose="case-paper"), by=origin)
    assert [entry.purpose for entry in entries(person)] == ["case-paper"]


def test_the_own_reading_and_nobodys_are_let_be(person, resident):
    with rows_of("73.71"):
        note_reading(reading(person), by=Origin("warga", None, "web"))
        note_reading(reading(uuid4()), by=Origin("petugas", None, "web"))
    assert entries(person) == []


def test_documents_tell_of_the_page_and_of_the_file(person, origin):
    class Letter:
        id, person_id, region_code, number = uuid4(), person, "73.71.01", "145/7/2026"
        kind, title = "domisili", {"id": "Surat domisili", "en": "Residence"}

    with rows_of("73.71"):
        queries.note_opening(Letter, by=origin)
        queries.note_opening(Letter, by=origin, part="document-file")
    assert [entry.parts for entry in entries(person)] == [["document"], ["document-file"]]
    assert entries(person)[0].reason == "Surat domisili 145/7/2026"
