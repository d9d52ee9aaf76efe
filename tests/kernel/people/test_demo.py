"""The demonstration's residents: generated, in real villages, the same every time."""

from __future__ import annotations

from datetime import date

import pytest

from balai.kernel.access.actions import ensure_demo_users
from balai.kernel.access.models import User
from balai.kernel.people import facts
from balai.kernel.people.demo import build as demo
from balai.kernel.people.demo.families import families
from balai.kernel.people.demo.names import MAKASSAR
from balai.kernel.people.engine.nik import read_nik
from balai.kernel.people.models import AccessEntry, Person
from balai.kernel.people.queries import person_of
from balai.kernel.regions.actions import install_cities
from balai.kernel.regions.queries import place

VILLAGES = ["73.71.01.1001", "73.71.02.1003", "73.71.10.1006"]


def made(seed=1):
    return list(families(400, VILLAGES, MAKASSAR, seed=seed))


def test_the_same_seed_gives_the_same_people():
    assert made() == made()
    assert made() != made(seed=2)
    assert sum(len(family.people) for family in made()) == 400


def test_every_nik_is_sound_borne_once_and_fits_its_bearer():
    people = [someone for family in made() for someone in family.people]
    assert len({someone.nik for someone in people}) == len(people)
    for someone in people:
        reading = read_nik(someone.nik, facts.districts(), on=date(2026, 11, 22),
                           sex=someone.sex, birth_date=someone.born)  # fmt: skip
        assert (reading.errors, reading.warnings) == ((), ())


def test_every_household_has_one_head_who_lives_here():
    for family in made():
        heads = [someone for someone in family.people if someone.relation == 1]
        assert [head.status for head in heads] == ["alive"]


@pytest.mark.django_db
def test_the_residents_are_generated_once_and_linked(monkeypatch, settings):
    settings.DEMONSTRATION = True
    monkeypatch.setattr(demo, "COUNTS", {"makassar": 120, "jakarta": 60})
    install_cities()
    ensure_demo_users()
    told = []
    demo.build(told.append)
    demo.build(told.append)
    assert len(told) == 2
    assert Person.objects.count() == Person.objects.filter(is_generated=True).count() == 180
    assert {place(each.region_code).level for each in Person.objects.all()} == {"village"}
    resident = person_of(User.objects.get(username="resident"))
    assert Person.objects.get(pk=resident).region_code.startswith("31.")
    assert AccessEntry.objects.filter(person_id=resident, actor="petugas").count() == 4
