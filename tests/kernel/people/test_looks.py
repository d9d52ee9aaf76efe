"""Every look is written down; nothing opens without a purpose, or outside the own regions."""

from __future__ import annotations

from uuid import UUID

import pytest

from balai.kernel.access.models import AuditEntry
from balai.kernel.people import numbers
from balai.kernel.people.models import AccessEntry, Identifier
from balai.kernel.people.queries import OWN, Look, Purpose, cards, find_by_nik, open_person
from balai.kernel.people.queries.record import reveal_number
from balai.kernel.problems import MissingError, ProblemError
from balai.kernel.row_security import rows_of

from .conftest import NIK, VILLAGE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _served(person, officer, as_application):
    """The data stand; from here on acts the role that serves."""


def test_a_find_by_nik_is_logged_under_the_person(person, look):
    with rows_of("73.71"):
        card = find_by_nik(NIK, look=look)
        entry = AccessEntry.objects.get()
    assert (card.id, card.name) == (person, "Andi Sitti Rahmah")
    assert entry.person_id == person
    assert (entry.actor, entry.actor_name, entry.office) == ("petugas", "Bu Rini", "people.officer")
    assert (entry.purpose, entry.reason) == ("service", "surat domisili")
    assert (entry.channel, entry.address, entry.parts) == ("web", "203.0.113.7", ["card"])


def test_a_miss_is_logged_by_blind_index_alone(look):
    with rows_of("73.71"):
        assert find_by_nik("7371015708900002", look=look) is None
        entry = AccessEntry.objects.get()
    assert entry.person_id is None
    assert bytes(entry.index) == numbers.index_of("nik", "7371015708900002")


def test_a_person_of_another_region_is_not_found(look):
    with rows_of("35.10"):
        assert find_by_nik(NIK, look=look) is None
    with rows_of():
        assert not AccessEntry.objects.exists()


def test_nothing_opens_without_a_purpose(person, officer, origin):
    for purpose in (
        Purpose("curiosity", "just looking"),
        Purpose("service"),
        Purpose("service", "x"),
    ):
        with rows_of("73.71"), pytest.raises(ProblemError):
            open_person(person, look=Look(officer, purpose, origin))
    with rows_of("73.71"):
        assert not AccessEntry.objects.exists()


def test_a_record_shows_numbers_hidden_and_a_reveal_is_a_look_of_its_own(person, look):
    with rows_of("73.71"):
        record = open_person(person, look=look)
        (nik,) = record.numbers
        assert nik.shown == "7371••••••••0001"
        assert reveal_number(person, nik.id, look=look) == NIK
        assert [e.parts for e in AccessEntry.objects.order_by("at", "id")][-1] == ["nik-shown"]


def test_a_number_never_stands_in_the_clear(person):
    with rows_of("73.71"):
        row = Identifier.objects.get(person_id=person)
    assert NIK.encode() not in bytes(row.sealed)
    assert NIK not in str(AuditEntry.objects.values_list("detail", "subject"))


def test_a_number_moved_to_another_row_does_not_open(person):
    with rows_of("73.71"):
        row = Identifier.objects.get(person_id=person)
    with pytest.raises(ValueError, match="altered"):
        numbers.opened("nik", row.sealed, UUID(int=7))


def test_the_look_of_what_is_no_nik_does_not_repeat_it(look):
    with rows_of("73.71"), pytest.raises(ProblemError) as error:
        find_by_nik("12345678", look=look)
    assert "12345678" not in str(error.value.faults)


def test_a_record_outside_the_open_regions_is_missing(person, look):
    with rows_of("35.10"), pytest.raises(MissingError):
        open_person(person, look=look)


def test_the_person_sees_who_looked_even_without_any_region(person, look):
    with rows_of("73.71"):
        open_person(person, look=look)
    with rows_of(person=person):
        assert AccessEntry.objects.count() == 1


def test_cards_are_names_and_log_nothing(person):
    with rows_of(VILLAGE):
        assert cards([person])[person].name == "Andi Sitti Rahmah"
        assert not AccessEntry.objects.exists()


def test_nobody_hides_a_look_by_calling_it_their_own(person, officer, origin):
    for name in ("own", "identity"):
        with rows_of("73.71"), pytest.raises(ProblemError) as refused:
            open_person(person, look=Look(officer, Purpose(name), origin))
        assert "own" not in refused.value.faults[0].remedy
    with rows_of("73.71"), pytest.raises(ProblemError) as refused:
        open_person(person, look=Look(officer, OWN, origin))
    assert refused.value.status == 403
    with rows_of("73.71"):
        assert not AccessEntry.objects.exists()
