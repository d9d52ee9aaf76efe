"""Who may do what where."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from balai.kernel.access import queries
from balai.kernel.access.actions import add_user, ensure_demo_users, grant_role, revoke_role
from balai.kernel.access.models import AuditEntry, RoleGrant, User
from balai.kernel.access.roles import RoleSpec, register_roles
from balai.kernel.problems import ConflictError, MissingError, ProblemError
from balai.kernel.regions import queries as regions


@pytest.mark.parametrize(
    ("granted", "asked", "held"),
    [
        ("31", "31.71.01", True),
        ("31", "31", True),
        ("jakarta", "31.74.01", True),
        ("jakarta", "jakarta", True),
        ("31.71", "31.7", False),
        ("31.71", "31", False),
        ("31.71", "31.72.01", False),
        ("makassar", "jakarta", False),
        ("ID", "35.10.01", True),
        ("", "35.10.01", True),
        ("", None, True),
        ("31", None, False),
        ("31", "", False),
        ("31", "nowhere", False),
    ],
)
def test_a_role_holds_in_its_region_and_below(officer, origin, granted, asked, held):
    grant_role(officer, "parks.officer", place=granted, origin=origin)
    assert officer.has_perm("parks.plant", asked) is held
    assert queries.has_role(officer, "parks.officer", asked) is held


def test_a_city_object_is_a_place_and_anything_else_is_refused(officer, origin):
    grant_role(officer, "parks.officer", place="jakarta", origin=origin)
    assert officer.has_perm("parks.plant", regions.city_by_slug("jakarta"))
    assert not officer.has_perm("parks.plant", regions.city_by_slug("makassar"))
    with pytest.raises(TypeError, match="no place"):
        officer.has_perm("parks.plant", 31)


def test_a_role_gives_its_own_permissions_only(officer, origin):
    grant_role(officer, "parks.reader", origin=origin)
    assert not officer.has_perm("parks.plant", "31")
    assert not officer.has_perm("parks.unheard", "31")


def test_nobody_and_the_shut_out_hold_nothing(officer, origin):
    grant_role(officer, "parks.officer", origin=origin)
    officer.is_active = False
    assert not officer.has_perm("parks.plant", "31")
    assert not queries.holds(AnonymousUser(), "parks.plant", "31")
    assert not AnonymousUser().has_perm("parks.plant", "31")


def test_a_grant_holds_from_its_start_until_its_end(officer, origin):
    now = timezone.now()
    grant_role(officer, "parks.officer", place="31", start=now + timedelta(hours=1), origin=origin)
    assert not officer.has_perm("parks.plant", "31")
    grant_role(officer, "parks.officer", place="73.71", start=now - timedelta(days=2),
               end=now - timedelta(seconds=1), origin=origin)  # fmt: skip
    assert not officer.has_perm("parks.plant", "73.71")
    grant_role(officer, "parks.officer", place="35.10", end=now + timedelta(days=1), origin=origin)
    assert officer.has_perm("parks.plant", "35.10")
    with pytest.raises(ProblemError, match="not after"):
        grant_role(officer, "parks.officer", place="31.71", end=now, start=now, origin=origin)


def test_a_role_taken_back_ends_at_once_and_stays_on_record(officer, origin):
    grant_role(officer, "parks.officer", place="31", origin=origin)
    revoke_role(officer, "parks.officer", place="31", origin=origin)
    assert not officer.has_perm("parks.plant", "31")
    assert RoleGrant.objects.get().revoked_at is not None
    with pytest.raises(MissingError):
        revoke_role(officer, "parks.officer", place="31", origin=origin)
    grant_role(officer, "parks.officer", place="31", origin=origin)
    assert officer.has_perm("parks.plant", "31")


def test_only_who_may_grant_there_grants(officer, origin):
    boss = add_user("made", origin=origin)
    grant_role(boss, "access.admin", place="jakarta", origin=origin)
    grant_role(officer, "parks.officer", place="31.71", by=boss, origin=origin)
    for place in ("makassar", ""):
        with pytest.raises(ProblemError, match="may not grant"):
            grant_role(officer, "parks.officer", place=place, by=boss, origin=origin)
    with pytest.raises(ProblemError, match="may not grant"):
        grant_role(boss, "parks.officer", place="31.71", by=officer, origin=origin)


@pytest.mark.parametrize(("role", "place"), [("parks.king", "31"), ("parks.officer", "99.99")])
def test_an_unknown_role_or_region_is_named(officer, origin, role, place):
    with pytest.raises(MissingError, match=role if role == "parks.king" else place):
        grant_role(officer, role, place=place, origin=origin)


def test_a_role_cannot_be_declared_twice_differently_or_in_one_language():
    with pytest.raises(ValueError, match="twice"):
        register_roles("parks", [RoleSpec(name="reader", title={"id": "X", "en": "Y"})])
    with pytest.raises(ValueError, match="no title in id"):
        register_roles("parks", [RoleSpec(name="fresh", title={"en": "Y"})])


def test_the_audit_tells_who_granted_what_from_where(officer, origin):
    grant_role(officer, "parks.officer", place="31", origin=origin)
    revoke_role(officer, "parks.officer", place="31", origin=origin)
    taken, given, added = queries.audit_of(subject="wayan")
    assert [taken.action, given.action, added.action] == [
        "access.role-revoked", "access.role-granted", "access.user-added",
    ]  # fmt: skip
    assert (given.actor, given.address, given.detail["region"]) == ("tester", "192.0.2.1", "31")


@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_the_database_refuses_to_rewrite_the_audit(officer, statement):
    from django.db import connection

    with (
        pytest.raises((IntegrityError, InternalError), match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("access_auditentry"))
    assert AuditEntry.objects.count() == 1


def test_an_account_needs_a_free_name_and_a_strong_password(officer, origin):
    with pytest.raises(ConflictError):
        add_user("WAYAN", origin=origin)
    with pytest.raises(ProblemError) as refused:
        add_user("ketut a", password="12345", origin=origin)
    assert {fault.field for fault in refused.value.faults} == {"username", "password"}
    assert not add_user("robot", service=True, origin=origin).has_usable_password()


def test_the_demonstration_has_a_sign_in_for_each_face(cities, settings):
    settings.DEMONSTRATION = True
    accounts = ensure_demo_users()
    assert {"resident", "leader", "admin"} <= {name for name, _, _ in accounts}
    leader = User.objects.get(username="leader")
    assert leader.check_password({name: password for name, password, _ in accounts}["leader"])
    assert leader.has_perm("city.read_plan", "jakarta")
    assert not leader.has_perm("city.read_plan", "makassar")
    assert ensure_demo_users() == accounts


def test_outside_a_demonstration_passwords_are_random_and_told_once(cities, settings):
    settings.DEMONSTRATION = False
    first = {name: password for name, password, _ in ensure_demo_users()}
    again = {password for _, password, _ in ensure_demo_users()}
    assert len(set(first.values())) == len(first)
    assert User.objects.get(username="admin").check_password(first["admin"])
    assert again == {"(as it was set)"}


def test_a_demonstration_never_touches_an_account_that_was_there(cities, origin, settings):
    settings.DEMONSTRATION = True
    add_user("admin", password="rahasia-betul-88", origin=origin)
    ensure_demo_users()
    real = User.objects.get(username="admin")
    assert real.check_password("rahasia-betul-88")
    assert not real.is_superuser
    assert not real.has_perm("access.grant_role", "31")
