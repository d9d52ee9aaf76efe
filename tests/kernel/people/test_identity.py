"""An account joined to its resident by the NIK that an identity vouches for."""

from __future__ import annotations

import pytest

from balai.kernel.access.actions import account_of_identity
from balai.kernel.access.models import Identity
from balai.kernel.access.oidc.claims import IdentityClaims
from balai.kernel.access.origin import Origin
from balai.kernel.people.identity import generated_people
from balai.kernel.people.models import AccessEntry, AccountLink, Person
from balai.kernel.people.queries.accounts import person_of
from balai.kernel.problems import ConflictError
from balai.kernel.row_security import rows_of
from kernel.people.conftest import NIK

ISSUER = "https://identity.example"
FROM = Origin("", "203.0.113.9", "web")


def come_in(subject="one", nik=NIK):
    return account_of_identity(IdentityClaims(ISSUER, subject, "Andi", nik), origin=FROM)


def test_the_account_is_joined_to_the_resident_with_the_number(person, as_application):
    user = come_in()
    assert person_of(user) == person
    assert come_in() == user
    with rows_of("73.71"):
        seen = AccessEntry.objects.filter(person_id=person, actor=user.username).first()
    assert (seen.purpose, seen.address) == ("identity", "203.0.113.9")


@pytest.mark.parametrize("nik", ["", "7371015708900002", "0000000000000000"])
def test_without_a_record_the_account_stays_without_one(person, as_application, nik):
    assert person_of(come_in(nik=nik)) is None
    assert not AccountLink.objects.exists()


def test_a_record_is_one_accounts_and_the_refused_leaves_nothing(person):
    come_in()
    with pytest.raises(ConflictError):
        come_in("another")
    assert Identity.objects.count() == 1


def test_an_account_does_not_change_its_resident(person, cities, origin):
    from datetime import date

    from balai.kernel.people.actions import PersonDetails, register_person

    come_in()
    other = PersonDetails(name="Besse", sex="f", birth_date=date(1991, 8, 17))
    with rows_of("73.71"):
        register_person(other, region_code="73.71.01", nik="7371015708910002", origin=origin)
    with pytest.raises(ConflictError):
        come_in(nik="7371015708910002")


def test_the_dead_do_not_sign_in(person, as_application):
    with rows_of("73.71"):
        Person.objects.filter(pk=person).update(life_status="dead")
    assert person_of(come_in()) is None


def test_only_generated_residents_are_offered_for_trying_out(person, as_application):
    assert list(generated_people()) == []
    with rows_of("73.71"):
        Person.objects.update(is_generated=True)
    (offered,) = generated_people()
    assert (offered.name, offered.nik) == ("Andi Sitti Rahmah", NIK)
