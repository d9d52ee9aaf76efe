"""Delegation: never more than is held, in region, permissions or time, and never further."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balai.kernel.access import queries
from balai.kernel.access.actions import (
    add_user,
    delegate_role,
    end_delegation,
    grant_role,
    revoke_role,
)
from balai.kernel.access.models import AuditEntry, RoleGrant, User
from balai.kernel.access.queries import holding
from balai.kernel.problems import ConflictError, MissingError, ProblemError

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PERMISSIONS = ("parks.plant", "parks.water")


@pytest.fixture
def head(officer, origin):
    grant_role(officer, "parks.officer", place="31.71", origin=origin)
    return officer


@pytest.fixture
def aide(cities, origin):
    return add_user("nyoman", origin=origin)


def hand_over(head, aide, origin, **changed):
    given_ = {"end": timezone.now() + 7 * DAY, "origin": origin, **changed}
    return delegate_role(head, aide, RoleGrant.objects.get(user=head).pk, **given_)


def fresh(user):
    return User.objects.get(pk=user.pk)


def test_a_role_is_held_by_delegation_until_it_ends(head, aide, origin, monkeypatch):
    hand_over(head, aide, origin, reason="Cuti")
    assert queries.holds(fresh(aide), "parks.plant", "31.71.01")
    assert queries.capacity_of(aide, "parks.officer", "31.71") == "delegate"
    later = timezone.now() + 8 * DAY
    monkeypatch.setattr(holding.timezone, "now", lambda: later)
    assert not queries.holds(fresh(aide), "parks.plant", "31.71.01")
    assert queries.holds(fresh(head), "parks.plant", "31.71.01")


def test_some_permissions_and_a_part_of_the_region_can_be_given(head, aide, origin):
    hand_over(head, aide, origin, permissions=["parks.water"], place="31.71.01")
    held = fresh(aide)
    assert queries.holds(held, "parks.water", "31.71.01")
    assert not queries.holds(held, "parks.plant", "31.71.01")
    assert not queries.holds(held, "parks.water", "31.71")
    assert not queries.has_role(held, "parks.officer", "31.71.01")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"place": "31"}, "place"),
        ({"place": "73.71"}, "place"),
        ({"permissions": ["access.grant_role"]}, "permissions"),
        ({"permissions": []}, "permissions"),
        ({"end": timezone.now() - DAY}, "end"),
        ({"end": timezone.now() + 500 * DAY}, "end"),
    ],
)
def test_more_than_is_held_is_refused_with_the_field(head, aide, origin, changed, field):
    with pytest.raises(ProblemError) as refused:
        hand_over(head, aide, origin, **changed)
    assert {fault.field for fault in refused.value.faults} == {field}
    assert not RoleGrant.objects.filter(user=aide).exists()


def test_it_does_not_outlast_the_givers_own(head, aide, origin):
    grant_role(head, "parks.officer", place="31.71", origin=origin, end=timezone.now() + 2 * DAY)
    with pytest.raises(ProblemError):
        hand_over(head, aide, origin, end=timezone.now() + 3 * DAY)
    hand_over(head, aide, origin, end=timezone.now() + DAY)
    revoke_role(head, "parks.officer", place="31.71", origin=origin)
    assert not queries.holds(fresh(aide), "parks.plant", "31.71")


def test_it_ends_when_the_giver_is_shut_out(head, aide, origin):
    hand_over(head, aide, origin)
    User.objects.filter(pk=head.pk).update(is_active=False)
    assert not queries.holds(fresh(aide), "parks.plant", "31.71")


def test_what_was_delegated_goes_no_further(head, aide, origin):
    made = hand_over(head, aide, origin)
    third = add_user("ketut", origin=origin)
    with pytest.raises(MissingError):
        delegate_role(aide, third, made.pk, end=timezone.now() + DAY, origin=origin)


@pytest.mark.parametrize("whom", ["self", "service", "shut out"])
def test_only_a_colleague_who_can_sign_in_receives(head, aide, origin, whom):
    to = {"self": head, "shut out": aide}.get(whom) or add_user("gauge", origin=origin,
                                                                service=True)  # fmt: skip
    if whom == "shut out":
        aide.is_active = False
        aide.save()
    with pytest.raises(ProblemError):
        hand_over(head, to, origin)


def test_the_administrators_role_is_not_delegated(aide, officer, origin):
    grant_role(officer, "access.admin", place="31", origin=origin)
    with pytest.raises(ProblemError):
        hand_over(officer, aide, origin)


def test_the_same_is_not_delegated_twice_but_anew_after_it_ran_out(head, aide, origin):
    made = hand_over(head, aide, origin)
    with pytest.raises(ConflictError):
        hand_over(head, aide, origin)
    now = timezone.now()
    RoleGrant.objects.filter(pk=made.pk).update(starts_at=now - 2 * DAY, ends_at=now - DAY)
    assert hand_over(head, aide, origin).pk != made.pk


@pytest.mark.parametrize("who", ["giver", "receiver"])
def test_giver_and_receiver_end_it_and_a_stranger_does_not(head, aide, origin, who):
    made = hand_over(head, aide, origin)
    with pytest.raises(MissingError):
        end_delegation(made.pk, by=add_user("ketut", origin=origin), origin=origin)
    end_delegation(made.pk, by=head if who == "giver" else aide, origin=origin)
    assert not queries.holds(fresh(aide), "parks.plant", "31.71")
    newest = AuditEntry.objects.latest("pk")
    assert (newest.action, newest.subject, newest.region_code) == (
        "access.delegation-ended", "nyoman", "31.71",
    )  # fmt: skip


def test_an_acting_head_holds_by_dates_and_is_told_as_such(aide, origin):
    with pytest.raises(ProblemError):
        grant_role(aide, "parks.officer", place="31.71", origin=origin, capacity="plt")
    grant_role(aide, "parks.officer", place="31.71", origin=origin, capacity="plt",
               end=timezone.now() + 30 * DAY, reason="SK 12/2026")  # fmt: skip
    assert queries.capacity_of(aide, "parks.officer", "31.71.01") == "plt"
    with pytest.raises(ConflictError):
        grant_role(aide, "parks.officer", place="31.71", origin=origin)


PLACES = ["", "31", "31.71", "31.71.01", "31.74", "73.71"]
ASKED = ["31", "31.71", "31.71.01", "31.74", "73", "73.71"]


@given(
    where=st.sampled_from(PLACES),
    narrowed=st.sampled_from(PLACES),
    given_=st.none() | st.lists(st.sampled_from([*PERMISSIONS, "access.grant_role"]), max_size=3),
    own_days=st.none() | st.integers(1, 20),
    days=st.integers(-1, 30),
    passed=st.integers(0, 40),
    taken_back=st.booleans(),
)
@settings(
    max_examples=60, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_nobody_ever_holds_by_delegation_what_the_giver_does_not_hold(
    officer, aide, origin, monkeypatch, where, narrowed, given_, own_days, days, passed, taken_back
):
    RoleGrant.objects.filter(delegated_from__isnull=False).delete()
    RoleGrant.objects.all().delete()
    now = timezone.now()
    own_end = now + own_days * DAY if own_days else None
    held = grant_role(officer, "parks.officer", place=where, end=own_end, origin=origin)
    made = True
    try:
        delegate_role(officer, aide, held.pk, end=now + days * DAY, place=narrowed,
                      permissions=given_, origin=origin)  # fmt: skip
    except ProblemError:
        made = False
    if taken_back:
        revoke_role(officer, "parks.officer", place=where, origin=origin)
    with monkeypatch.context() as clock:
        clock.setattr(holding.timezone, "now", lambda: now + passed * DAY)
        giver, receiver = fresh(officer), fresh(aide)
        for place in ASKED:
            for permission in (*PERMISSIONS, "access.grant_role"):
                if queries.holds(receiver, permission, place):
                    assert made
                    assert passed < days
                    assert queries.holds(giver, permission, place)
                    assert given_ is None or permission in given_
                    assert not narrowed or f"{place}.".startswith(f"{narrowed}.")
