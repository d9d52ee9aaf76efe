from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from balai.kernel.people.models import Household, Identifier, Member, NameKey, Person
from balai.kernel.row_security import rows_of

pytestmark = pytest.mark.django_db


def keys_of(person):
    return sorted(NameKey.objects.filter(person=person).values_list("key", flat=True))


def test_a_name_is_found_by_each_of_its_words(as_application):
    with rows_of("73.71"):
        person = Person.objects.create(name="Andi  Ma'ruf, S.Pd", region_code="73.71.01.1001")
        assert keys_of(person) == [
            "andi andi maruf s pd",
            "maruf andi maruf s pd",
            "pd andi maruf s pd",
            "s andi maruf s pd",
        ]
        Person.objects.filter(pk=person.pk).update(name="Andi")
        assert keys_of(person) == ["andi andi"]


def test_rows_that_belong_to_a_person_follow_into_another_region(as_application):
    with rows_of("73.71"):
        person = Person.objects.create(name="Andi", region_code="73.71.01.1001")
        Identifier.objects.create(
            person=person, region_code="73.71.01.1001", scheme="nik", index=b"1" * 16, sealed=b"x"
        )
        Person.objects.filter(pk=person.pk).update(region_code="73.71.02.1001")
        assert Identifier.objects.get().region_code == "73.71.02.1001"
        assert NameKey.objects.get().region_code == "73.71.02.1001"
    with rows_of("35.10"):
        assert not Person.objects.exists()
        assert not Identifier.objects.exists()
        assert not NameKey.objects.exists()


def test_a_nik_is_never_rewritten(as_application):
    with rows_of("73.71"):
        person = Person.objects.create(name="Andi", region_code="73.71.01.1001")
        row = Identifier.objects.create(
            person=person, region_code="73.71", scheme="nik", index=b"1" * 16, sealed=b"x"
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            Identifier.objects.filter(pk=row.pk).update(index=b"2" * 16)


def test_a_household_has_one_head_at_a_time(as_application):
    with rows_of("73.71"):
        home = Household.objects.create(region_code="73.71.01.1001")
        people = [Person.objects.create(name=n, region_code="73.71.01.1001") for n in "AB"]
        Member.objects.create(household=home, person=people[0], region_code="73.71", relation=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            Member.objects.create(household=home, person=people[1], region_code="73.71", relation=1)
