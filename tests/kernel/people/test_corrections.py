"""A resident proposes what should stand there; the desk accepts field by field, and says why."""

from __future__ import annotations

import pytest
from django.urls import reverse

from balai.kernel.access.origin import Origin
from balai.kernel.notices.models import Notice
from balai.kernel.people.actions import link_account
from balai.kernel.people.models import AccessEntry, Person, RightsRequest
from balai.kernel.row_security import rows_of

pytestmark = pytest.mark.django_db
OWN = {"name": "Andi Sitti Rahmah", "sex": "f", "birth_date": "1990-08-17",
       "birth_place": "Makassar", "citizenship": "ID", "religion": "1", "marital_status": "2",
       "education": "", "occupation": "", "blood_type": "", "father_name": "", "mother_name": "",
       "text": "Akta kelahiran 7371-LU-1"}  # fmt: skip


def at(name, *more):
    return reverse(f"people:{name}", args=["makassar", *more])


@pytest.fixture
def resident(person, django_user_model):
    user = django_user_model.objects.create_user("warga", display_name="Andi")
    with rows_of("73.71"):
        link_account(user, person, method="identity-card", origin=Origin("petugas"))
    return user


@pytest.fixture
def proposed(person, protector, resident, as_application, client):
    client.cookies["language"] = "en"
    client.force_login(resident)
    same = client.post(at("correct"), OWN)
    assert "Change at least one field" in same.content.decode()
    sent = client.post(at("correct"), {**OWN, "name": "Andi Siti Rahma", "religion": "3",
                                       "birth_date": "1990-08-18"})  # fmt: skip
    assert sent.status_code == 302, sent.context["form"].errors
    with rows_of("73.71"):
        row = RightsRequest.objects.get()
    assert row.proposal == {"name": "Andi Siti Rahma", "religion": 3, "birth_date": "1990-08-18"}
    client.force_login(protector)
    client.post(at("check", row.pk))
    return row.pk


def close(client, made, **given):
    return client.post(at("handle", made), {"legal_basis": "", "reason": "sesuai akta", **given})


def test_the_desk_sees_before_and_after_and_accepts_some(client, person, proposed):
    page = client.get(at("handle", proposed)).content.decode()
    assert "Andi Sitti Rahmah → Andi Siti Rahma" in page
    assert "17 August 1990 → 18 August 1990" in page
    done = close(client, proposed, status="done", accept=["name", "birth_date"])
    assert done.status_code == 302, done.context["form"].errors
    with rows_of("73.71"):
        now, row = Person.objects.get(pk=person), RightsRequest.objects.get()
        assert (now.name, str(now.birth_date), now.religion) == ("Andi Siti Rahma", "1990-08-18", 1)
        assert row.status == "done-partly"
        assert {e["part"]: e["state"] for e in row.outcome} == {
            "name": "changed", "birth_date": "changed", "religion": "declined",
        }  # fmt: skip
        told = Notice.objects.get(kind="people.request-answered")
        assert told.reader == person
        assert AccessEntry.objects.filter(parts=["identity"], actor="pdp").exists()


def test_everything_accepted_is_done_and_nothing_accepted_is_no_end(client, proposed):
    empty = close(client, proposed, status="done")
    assert empty.context["form"].errors["accept"]
    strange = close(client, proposed, status="done", accept=["nik"])
    assert strange.context["form"].errors["accept"]
    assert close(client, proposed, status="done",
                 accept=["name", "birth_date", "religion"]).status_code == 302  # fmt: skip
    with rows_of("73.71"):
        assert RightsRequest.objects.get().status == "done"


def test_a_refusal_names_its_law_and_changes_nothing(client, person, proposed):
    bare = close(client, proposed, status="refused")
    assert bare.context["form"].errors["legal_basis"]
    assert close(client, proposed, status="refused", legal_basis="UU 24/2013").status_code == 302
    with rows_of("73.71"):
        assert Person.objects.get(pk=person).name == "Andi Sitti Rahmah"
        assert Notice.objects.filter(kind="people.request-answered").count() == 1
