"""Households kept by officers: founded, joined, left, headed anew, split; nothing is forgotten."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from balai.kernel.access.models import AuditEntry
from balai.kernel.events.models import Event
from balai.kernel.notices.models import Notice
from balai.kernel.people import actions
from balai.kernel.people.actions import PersonDetails, register_person
from balai.kernel.people.models import AccessEntry, Household, HouseholdNumber, Member
from balai.kernel.people.queries.cards import find_by_kk
from balai.kernel.problems import ConflictError, ProblemError
from balai.kernel.row_security import rows_of

from .conftest import NIK, VILLAGE

pytestmark = pytest.mark.django_db
HERE, ONE, TWO = "73.71", "7371010101200001", "7371010101200002"
BEGAN, LATER = date(2020, 1, 1), date(2024, 5, 1)
CHILD, WIFE, HEAD = 4, 3, 1
WHY = {"purpose": "update", "reason": "perubahan kartu keluarga"}


@pytest.fixture
def family(person, origin):
    """Rahmah's family: herself the head, a husband (2), a grown child (4)."""
    with rows_of(HERE):
        others = [
            register_person(PersonDetails(name=name, sex=sex), region_code=VILLAGE, origin=origin)
            for name, sex in (("Budi", "m"), ("Dewi", "f"))
        ]
        home = actions.start_household(person, kk=ONE, region_code=VILLAGE, on=BEGAN, origin=origin)
        for who, relation in zip(others, (2, CHILD), strict=True):
            actions.move_member(who, home, relation=relation, on=BEGAN, origin=origin)
    return home, person, *others


@pytest.fixture(autouse=True)
def _served(family, officer, as_application, client):
    client.cookies["language"] = "en"
    with rows_of(HERE):
        yield


def now_in(home):
    rows = Member.objects.filter(household_id=home, valid_to=None)
    return dict(rows.values_list("person_id", "relation"))


def test_a_new_head_keeps_what_stood_before(family, origin):
    home, rahmah, budi, dewi = family
    wanted = {rahmah: WIFE, budi: HEAD, dewi: CHILD}
    for _ in range(2):
        actions.set_relations(home, wanted, on=LATER, origin=origin)
    assert now_in(home) == wanted
    former = Member.objects.get(person_id=rahmah, valid_to=date(2024, 4, 30))
    assert (former.relation, former.valid_from) == (HEAD, BEGAN)
    assert Member.objects.filter(person_id=dewi).count() == 1
    assert AuditEntry.objects.filter(action="people.relations-set").count() == 1


@pytest.mark.parametrize("codes", [(1, 1, 4), (3, 2, 4), (1, 2, 99)])
def test_a_household_has_one_head_and_known_relations(family, origin, codes):
    home, *people = family
    with pytest.raises(ProblemError):
        actions.set_relations(home, dict(zip(people, codes, strict=True)), on=LATER, origin=origin)
    assert sorted(now_in(home).values()) == [1, 2, 4]


def test_the_head_leaves_nobody_behind(family, origin):
    home, rahmah, budi, dewi = family
    with pytest.raises(ConflictError):
        actions.remove_member(rahmah, on=LATER, origin=origin)
    for who in (budi, dewi, rahmah):
        actions.remove_member(who, on=LATER, origin=origin)
    assert Household.objects.get(pk=home).closed_on == LATER
    assert HouseholdNumber.objects.get(household_id=home).valid_to == date(2024, 4, 30)
    assert Member.objects.filter(household_id=home).count() == 3


def test_nobody_leaves_before_they_came(family, origin):
    with pytest.raises(ProblemError) as refused:
        actions.remove_member(family[3], on=date(2019, 1, 1), origin=origin)
    assert refused.value.faults[0].field == "on"


def test_a_split_gives_a_card_of_their_own_to_who_leaves(family, origin, look):
    home, rahmah, budi, dewi = family
    made = actions.split_household(home, {dewi: HEAD}, kk=TWO, on=LATER, origin=origin)
    assert now_in(home) == {rahmah: HEAD, budi: 2}
    assert now_in(made) == {dewi: HEAD}
    assert [card.id for card in find_by_kk(TWO, look=look)] == [dewi]
    told = Event.objects.filter(kind="people.household-changed")
    assert "split" in [event.data["change"] for event in told]
    assert Notice.objects.filter(kind="people.household-changed", reader=dewi).exists()


def test_a_split_that_leaves_no_head_or_nobody_changes_nothing(family, origin):
    home, rahmah, budi, dewi = family
    for leaving in ({rahmah: HEAD}, {rahmah: HEAD, budi: 2, dewi: CHILD}):
        with pytest.raises(ConflictError):
            actions.split_household(home, leaving, kk=TWO, on=LATER, origin=origin)
    with pytest.raises(ConflictError):
        actions.split_household(home, {dewi: HEAD}, kk=ONE, on=LATER, origin=origin)
    assert len(now_in(home)) == 3


def test_a_new_number_keeps_the_former_one(family, origin):
    home = family[0]
    actions.renew_card(home, TWO, on=LATER, origin=origin)
    with pytest.raises(ProblemError):
        actions.renew_card(home, ONE, on=LATER, origin=origin)
    rows = HouseholdNumber.objects.filter(household_id=home).order_by("valid_from")
    assert [row.valid_to for row in rows] == [date(2024, 4, 30), None]


def at(name, *more):
    return reverse(f"people:{name}", args=["makassar", *more])


def test_the_pages_add_name_a_head_split_and_take_out(client, officer, family, origin):
    home, rahmah, budi, dewi = family
    newcomer = register_person(PersonDetails(name="Sari"), region_code=VILLAGE, origin=origin,
                               nik="7371015708950002")  # fmt: skip
    client.force_login(officer)
    for who in (rahmah, dewi):
        client.post(at("purpose", who), WHY)
    page = client.get(at("household", rahmah)).content.decode()
    assert "Name another head first" in page
    day = {"on": "2024-05-01"}
    added = client.post(at("add_member", rahmah), {"nik": "7371015708950002", "relation": 9, **day})
    assert added.headers["Location"] == at("household", rahmah)
    assert now_in(home)[newcomer] == 9
    missed = client.post(
        at("add_member", rahmah), {"nik": "7371010101900009", "relation": 9, **day}
    )
    assert missed.context["form"].errors["nik"]
    roles = {f"member-{who}": code for who, code in
             ((rahmah, WIFE), (budi, HEAD), (dewi, CHILD), (newcomer, 9))}  # fmt: skip
    assert client.post(at("relations", rahmah), {**roles, **day}).status_code == 302
    assert now_in(home)[budi] == HEAD
    two = client.post(at("relations", rahmah), {**roles, f"member-{rahmah}": HEAD, **day})
    assert "exactly one head" in two.content.decode()
    split = client.post(at("split_household", rahmah),
                        {f"member-{dewi}": HEAD, "kk": TWO, **day})  # fmt: skip
    assert split.status_code == 302, split.content
    assert dewi not in now_in(home)
    moved = client.post(at("move_member", dewi), {"kk": ONE, "relation": CHILD, **day})
    assert moved.status_code == 302, moved.context["form"].errors
    assert now_in(home)[dewi] == CHILD
    assert client.post(at("remove_member", dewi), day).status_code == 302
    assert dewi not in now_in(home)
    assert AccessEntry.objects.filter(person_id=newcomer, parts=["card"]).exists()


def test_a_household_is_founded_on_its_page(client, officer, origin):
    alone = register_person(PersonDetails(name="Sari"), region_code=VILLAGE, origin=origin)
    client.force_login(officer)
    assert client.get(at("household", alone)).headers["Location"] == at("purpose", alone)
    client.post(at("purpose", alone), WHY)
    assert "No household yet" in client.get(at("household", alone)).content.decode()
    body = {"kk": ONE, "region_code": VILLAGE, "on": "2024-05-01"}
    taken = client.post(at("found_household", alone), body)
    assert "Another household bears this number" in taken.content.decode()
    assert client.post(at("found_household", alone), {**body, "kk": TWO}).status_code == 302
    assert Member.objects.get(person_id=alone, valid_to=None).relation == HEAD
    assert NIK not in client.get(at("household", alone)).content.decode()
