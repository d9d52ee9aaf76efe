"""What the resident's own page tells of requests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from balai.kernel.cases import actions
from balai.kernel.cases.matters import matters
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import rows_of

from .conftest import ORIGIN, VILLAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(office, as_application):
    """The matters of the resident, with the rows that a page of theirs opens."""

    def tell(who=None, person=None):
        account = who or office.resident
        with rows_of(person=person or office.person, account=account.pk):
            return matters(city_by_slug("banyuwangi"), person or office.person, account)

    return tell


def test_what_waits_comes_first_and_each_leads_to_its_page(office, told, settings):
    with rows_of(VILLAGE, person=office.person):
        working = office.open("a")
        office.open("b", submit=False)
        back = office.open("c")
        office.act(back, "claim")
        office.act(back, "return", reason="Kurang jelas", asks=["purpose"])
    found = told()
    assert sorted(each.state for each in found[:2]) == ["waiting", "waiting"]
    assert found[2].state == "working"
    assert found[2].url == f"/banyuwangi/cases/mine/{working.id}/"
    assert found[2].due == working.due_at
    assert working.number in found[2].detail


def test_what_ended_is_told_for_thirty_days(office, told):
    now = timezone.now()
    with rows_of(VILLAGE, person=office.person):
        lately = office.open("a", at=now - timedelta(days=40))
        office.act(lately, "withdraw", office.resident, at=now - timedelta(days=29))
        before = office.open("b", at=now - timedelta(days=40))
        office.act(before, "withdraw", office.resident, at=now - timedelta(days=31))
    assert [(each.state, lately.number in each.detail) for each in told()] == [("done", True)]


def test_others_are_told_nothing_and_the_list_is_short(office, told):
    with rows_of(VILLAGE, person=office.person):
        for number in range(12):
            actions.open_case(
                "surat-uji", city="banyuwangi", region_code=VILLAGE, person_id=office.person,
                answers={}, by=office.resident, origin=ORIGIN, key=f"d{number}", submit=False,
            )  # fmt: skip
    assert len(told()) == 10
    assert told(office.colleague, office.neighbour) == []
