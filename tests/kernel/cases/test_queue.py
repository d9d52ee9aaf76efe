"""The queue: in the order of its promises, counted as far as anybody reads, for who may act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.kernel.cases.conftest import DISTRICT, MONDAY, ORIGIN, OTHER_VILLAGE, VILLAGE

from balai.kernel.cases import queries
from balai.kernel.cases.queries import Counted, QueueFilter, counts
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import rows_of

pytestmark = pytest.mark.django_db


def listed(user, **wanted):
    city = city_by_slug("banyuwangi")
    page = queries.queue(user, city=city, filters=QueueFilter(**wanted))
    assert page.total == len(page.rows)
    return {each.id for each in page.rows}


def tabs(user, **wanted):
    found = queries.queue_counts(
        user, city=city_by_slug("banyuwangi"), filters=QueueFilter(**wanted)
    )
    return {name: getattr(found, name).number for name in found.__slots__}


@pytest.fixture
def four(office):
    """A late one that nobody holds, one held, one returned, one at the district."""
    late = office.open("late", at=timezone.now() - timedelta(days=30))
    held, returned, district = (office.open(key) for key in ("held", "returned", "district"))
    for each in (held, returned, district):
        office.act(each, "claim")
    office.act(returned, "return", reason="Kurang jelas", asks=["purpose"])
    office.act(district, "check")
    return {"late": late.id, "held": held.id, "returned": returned.id, "district": district.id}


def test_the_tabs_count_what_their_lists_show(office, four, as_application):
    with rows_of("35.10"):
        for user in (office.officer, office.district, office.supervisor):
            counted = tabs(user)
            for state in ("mine", "free", "all", "late", "returned"):
                assert counted[state] == len(listed(user, state=state)), state
        assert tabs(office.officer)["all"] == 4
        assert tabs(office.officer, step="decide")["all"] == 1


def test_free_is_what_the_user_may_take(office, four, as_application):
    with rows_of(VILLAGE):
        assert listed(office.officer, state="free") == {four["late"]}
    with rows_of(DISTRICT):
        assert listed(office.district, state="free") == {four["district"]}
    with rows_of("35.10"):
        assert listed(office.supervisor, state="free") == {four["late"], four["district"]}
        assert listed(office.elsewhere, state="free") == set()


def test_an_office_keeps_sight_of_what_it_passed_on_and_sees_no_other(office, four, as_application):
    with rows_of(VILLAGE):
        assert listed(office.officer) == set(four.values())
    with rows_of(OTHER_VILLAGE):
        assert listed(office.elsewhere) == set()
        assert set(tabs(office.elsewhere).values()) == {0}
    with rows_of():
        assert listed(office.supervisor) == set()


def test_a_count_ends_where_nobody_reads_on(office, four, monkeypatch):
    monkeypatch.setattr(counts, "MOST_COUNTED", 2)
    city = city_by_slug("banyuwangi")
    page = queries.queue(office.officer, city=city, per_page=2)
    assert (page.total, page.more, len(page.rows)) == (2, True, 2)
    assert queries.queue_counts(office.officer, city=city).all == Counted(2, True)
    assert queries.queue_counts(office.officer, city=city).returned == Counted(1, False)


def test_the_whole_queue_is_drawn_in_parts_in_the_order_of_the_pages(office, four):
    city = city_by_slug("banyuwangi")
    drawn = [each.id for each in queries.queue_in_whole(office.officer, city=city, part=3)]
    paged = [
        each.id for page in (1, 2, 3)
        for each in queries.queue(office.officer, city=city, page=page, per_page=2).rows
    ]  # fmt: skip
    assert drawn == paged
    assert drawn[0] == four["late"]
    assert len(set(drawn)) == 4


def test_the_closed_come_the_last_decided_first(office):
    first, second = office.open("a"), office.open("b")
    for number, each in enumerate((first, second)):
        office.act(each, "claim")
        office.act(each, "refuse", ground="not_ours", reason="Kantor lain",
                   at=MONDAY + timedelta(hours=number))  # fmt: skip
    page = queries.queue(office.officer, city=city_by_slug("banyuwangi"),
                         filters=QueueFilter(state="closed"))  # fmt: skip
    assert [each.id for each in page.rows] == [second.id, first.id]


def test_what_was_escalated_is_free_to_whom_it_was_escalated(office):
    from balai.kernel.cases import actions

    case = office.open()
    supervisor = office.supervisor
    assert actions.escalate_overdue(MONDAY + timedelta(days=1)) == 1
    assert listed(supervisor, state="free") == {case.id}
    actions.act(case.id, "claim", by=supervisor, origin=ORIGIN, at=MONDAY + timedelta(days=1),
                quiet=True)  # fmt: skip
    assert listed(supervisor, state="mine") == {case.id}
