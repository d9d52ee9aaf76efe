"""A service names roles of whichever programme; who holds one works on its cases and no others."""

from __future__ import annotations

import pytest
from tests.kernel.cases.conftest import MONDAY, ORIGIN, OTHER_VILLAGE, VILLAGE, definition, user

from balai.kernel.access import roles
from balai.kernel.access.roles import RoleSpec, register_roles
from balai.kernel.access.rows import rows_open_to
from balai.kernel.cases import actions, queries
from balai.kernel.cases.queries import QueueFilter
from balai.kernel.problems import ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import name, rows_of

pytestmark = pytest.mark.django_db


def titled(text):
    return {"id": text, "en": text}


@pytest.fixture
def library(office, monkeypatch):
    """A programme of the test's own with two roles that see residents and one that does not."""
    monkeypatch.setattr(roles, "_roles", dict(roles._roles))
    register_roles("library", [
        RoleSpec(name="keeper", title=titled("Pustakawan"), sees_residents=True),
        RoleSpec(name="head", title=titled("Kepala"), sees_residents=True),
        RoleSpec(name="reader", title=titled("Pembaca")),
    ])  # fmt: skip
    actions.publish_service(asking("library.keeper", "library.head"), by=None, origin=ORIGIN)


def asking(role, above):
    text = definition().replace("surat-uji", "kartu-uji")
    return text.replace("role: cases.officer", f"role: {role}").replace("cases.supervisor", above)


def opened(office, key="k"):
    return actions.open_case(
        "kartu-uji", city="banyuwangi", region_code=VILLAGE, person_id=office.person,
        answers={"purpose": "membaca", "story": "Rahasia"}, by=office.resident, origin=ORIGIN,
        key=key, at=MONDAY, quiet=True,
    )  # fmt: skip


def test_the_step_is_worked_on_by_the_role_it_names_in_its_region(office, library, as_application):
    keeper = user("pustaka-uji", "library.keeper", VILLAGE)
    elsewhere = user("taman-baca-lain", "library.keeper", OTHER_VILLAGE)
    with rows_of("35.10"):
        case = opened(office)
    with rows_of():
        name(rows_open_to(keeper, "35.10"))
        assert "claim" in queries.possible_acts(case.id, keeper)
        city = city_by_slug("banyuwangi")
        free = queries.queue(keeper, city=city, filters=QueueFilter(state="free"))
        assert [each.id for each in free.rows] == [case.id]
        assert queries.queue_counts(keeper, city=city).free.number == 1
        office.act(case, "claim", keeper)
        assert [(each.holder, each.open) for each in queries.workload(city)] == [("pustaka-uji", 1)]
        assert office.act(case, "check", keeper).step == "decide"
    with rows_of("35.10"):
        for stranger in (elsewhere, office.officer):
            assert queries.possible_acts(case.id, stranger) == frozenset()


def test_an_officer_of_the_room_has_no_part_in_it(office, library):
    case = opened(office)
    assert "claim" not in queries.possible_acts(case.id, office.officer)
    city = city_by_slug("banyuwangi")
    assert queries.queue_counts(office.officer, city=city).free.number == 0
    assert queries.works_in(user("pustaka-uji", "library.keeper", VILLAGE), "35.10")
    assert not queries.works_in(user("taman-baca-lain", "library.reader", VILLAGE), "35.10")
    assert not queries.works_in(office.resident, "35.10")


def test_it_is_escalated_to_the_role_it_names_and_that_one_is_told(office, library):
    from datetime import timedelta

    from balai.kernel.notices.models import Notice

    head = user("kepala-uji", "library.head", "35.10")
    case = opened(office)
    assert "claim" not in queries.possible_acts(case.id, head)
    assert actions.escalate_overdue(MONDAY + timedelta(days=1)) == 1
    assert {"claim", "assign"} <= queries.possible_acts(case.id, head)
    assert Notice.objects.filter(kind="cases.escalated").count() == 1
    city = city_by_slug("banyuwangi")
    assert queries.queue_counts(head, city=city).free.number == 1


def test_an_officer_of_the_role_opens_it_for_a_resident_at_the_counter(office, library):
    keeper = user("pustaka-uji", "library.keeper", VILLAGE)
    made = actions.open_case(
        "kartu-uji", city="banyuwangi", region_code=VILLAGE, person_id=office.person,
        answers={"purpose": "membaca", "story": "Rahasia"}, by=keeper, origin=ORIGIN, key="k",
        quiet=True,
    )  # fmt: skip
    assert made.applicant == ""
    with pytest.raises(ProblemError) as refused:
        actions.open_case(
            "kartu-uji", city="banyuwangi", region_code=OTHER_VILLAGE, person_id=office.person,
            answers={}, by=keeper, origin=ORIGIN, key="k2", quiet=True,
        )  # fmt: skip
    assert refused.value.status == 403


@pytest.mark.parametrize(
    ("role", "above", "field"),
    [
        ("library.nobody", "library.head", "steps[0].role"),
        ("library.keeper", "library.nobody", "steps[0].escalate.to"),
        ("library.reader", "library.head", "steps[0].role"),
    ],
)
def test_a_role_that_nobody_can_hold_or_that_sees_no_case_is_a_fault(library, role, above, field):
    text = asking(role, above).replace("kartu-uji", "lain-uji")
    with pytest.raises(ProblemError) as refused:
        actions.publish_service(text, by=None, origin=ORIGIN)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_as_many_steps_sign_as_the_document_has_signers(office):
    text = definition().replace("surat-uji", "lain-uji")
    text = text.replace("acts: [approve,", "document: surat-pengantar-bersama\n    acts: [sign,")
    with pytest.raises(ProblemError) as refused:
        actions.publish_service(text, by=None, origin=ORIGIN)
    assert [fault.field for fault in refused.value.faults] == ["steps[1].document"]
    unknown = text.replace("surat-pengantar-bersama", "tak-ada")
    with pytest.raises(ProblemError) as refused:
        actions.publish_service(unknown, by=None, origin=ORIGIN)
    assert refused.value.faults[0].value == "tak-ada"
