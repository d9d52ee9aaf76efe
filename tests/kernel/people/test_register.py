"""Registering, changing, searching: what the register takes, and what it refuses in words."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from balai.kernel.access.models import AuditEntry
from balai.kernel.events.models import Event
from balai.kernel.people import actions
from balai.kernel.people.models import HouseholdNumber, Member, Person
from balai.kernel.people.queries import open_person
from balai.kernel.people.queries.search import Search, lines, search_ids
from balai.kernel.problems import ConflictError, ProblemError
from balai.kernel.row_security import rows_of

from .conftest import NIK, VILLAGE

pytestmark = pytest.mark.django_db
DAY = date(2020, 1, 2)


@pytest.fixture(autouse=True)
def _served(person, officer, as_application):
    """The data stand; from here on acts the role that serves."""


def names(**search):
    return [line.name for line in lines(search_ids(Search(**search)))]


def test_a_search_takes_any_words_in_any_order_cut_short(origin):
    with rows_of("73.71"):
        for name in ("Sitti Rahmawati", "Rahmat Hidayat", "Sittirahma"):
            actions.register_person(actions.PersonDetails(name=name), region_code=VILLAGE,
                                    origin=origin)  # fmt: skip
        assert names(name="rah sit") == ["Andi Sitti Rahmah", "Sitti Rahmawati"]
        assert names(name="SITTI RAHMAH") == ["Andi Sitti Rahmah"]
        assert names(name="sit") == ["Andi Sitti Rahmah", "Sitti Rahmawati", "Sittirahma"]
        assert names(name="%") == []
        assert names(name="sit", birth_date=date(1990, 8, 17)) == ["Andi Sitti Rahmah"]
        assert names(name="sit", under="73.71.02") == []
        assert names(name="sit", status="dead") == []
        assert len(names(under="73.71")) == 4
    with rows_of("35.10"):
        assert names(name="sit") == []
        assert names() == []


def test_an_event_holds_identifiers_and_no_name(person):
    (event,) = Event.objects.filter(kind="people.registered")
    assert event.data == {"person": str(person), "generated": False}
    assert "Rahmah" not in f"{event.subject}{event.data}{event.actor}"


def test_a_change_tells_the_audit_codes_in_full_and_words_by_name(person, origin):
    with rows_of("73.71"):
        changed = actions.change_person(
            person, {"name": "Andi Siti Rahmah", "marital_status": 4}, reason="akta", origin=origin
        )
        entry = AuditEntry.objects.get(action="people.person-changed")
    assert changed == ("name", "marital_status")
    assert (entry.detail["before"], entry.detail["after"]) == (
        {"marital_status": 2}, {"marital_status": 4},
    )  # fmt: skip
    assert entry.detail["private"] == ["name"]
    assert "Siti" not in str(entry.detail)


def test_what_cannot_be_is_named_field_by_field(person, origin):
    with rows_of("73.71"), pytest.raises(ProblemError) as error:
        actions.change_person(
            person, {"name": " ", "birth_date": date(2199, 1, 1), "religion": 99,
                     "region_code": "99.99"}, reason="x", origin=origin,
        )  # fmt: skip
    assert {fault.field for fault in error.value.faults} == {
        "name", "birth_date", "religion", "region_code",
    }  # fmt: skip
    assert Person.objects.count() == 0, "no row is open outside a scope"


def test_a_nik_is_borne_once_and_a_bad_one_is_not_repeated_in_the_error(person, origin):
    details = actions.PersonDetails(name="Baso")
    with rows_of("73.71"):
        with pytest.raises(ConflictError):
            actions.register_person(details, region_code=VILLAGE, nik=NIK, origin=origin)
        with pytest.raises(ProblemError) as error:
            actions.register_person(details, region_code=VILLAGE, nik="9999990101900001",
                                    origin=origin)  # fmt: skip
        assert Person.objects.count() == 1, "nothing half-written"
    assert "9999990101900001" not in str(error.value.faults)


def test_a_household_keeps_the_history_of_its_card_number(person, origin, look):
    with rows_of("73.71"):
        home = actions.found_household(person, kk="7371010101200001", region_code=VILLAGE, on=DAY,
                                       origin=origin)  # fmt: skip
        actions.change_card_number(home, "7371010101230002", on=date(2023, 1, 1), origin=origin)
        cards = open_person(person, look=look).family_cards
        assert [card.shown for card in cards] == ["7371••••••••0002", "7371••••••••0001"]
        assert cards[1].valid_to == date(2022, 12, 31)
        assert HouseholdNumber.objects.count() == 2
        with pytest.raises(ConflictError):
            actions.found_household(person, kk="7371010101230009", region_code=VILLAGE, on=DAY,
                                    origin=origin)  # fmt: skip
        assert HouseholdNumber.objects.count() == 2, "nothing half-written"


def test_a_household_shows_its_members_to_each_of_them_and_nobody_else(person, origin, look):
    with rows_of("73.71"):
        home = actions.found_household(person, kk="7371010101200001", region_code=VILLAGE, on=DAY,
                                       origin=origin)  # fmt: skip
        child = actions.register_person(actions.PersonDetails(name="Baso"), region_code=VILLAGE,
                                        origin=origin)  # fmt: skip
        actions.join_household(child, home, relation=4, on=DAY, origin=origin)
    with rows_of(person=child):
        record = open_person(child, look=look, own=True)
        assert [each.name for each in record.household] == ["Andi Sitti Rahmah", "Baso"]
        assert record.family_cards[0].shown == "7371010101200001"
        assert Person.objects.count() == 1, "the widened scope is closed again"


def test_a_death_ends_the_membership_and_comes_once(person, origin):
    today = timezone.localdate()
    with rows_of("73.71"):
        actions.found_household(person, kk="7371010101200001", region_code=VILLAGE, on=DAY,
                                origin=origin)  # fmt: skip
        actions.record_death(person, on=today, origin=origin)
        assert Person.objects.get().life_status == "dead"
        assert Member.objects.get().valid_to == today
        with pytest.raises(ConflictError):
            actions.record_death(person, on=today, origin=origin)
    assert Event.objects.get(kind="people.died").day == today
