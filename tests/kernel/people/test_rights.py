"""Consents, questions and requests about one's data: clocks, reasons, and what is gone for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from balai.kernel.access.origin import Origin
from balai.kernel.people import actions, numbers
from balai.kernel.people.actions.accounts import link_account
from balai.kernel.people.models import AccessEntry, Contact, PersonSecret
from balai.kernel.people.queries import OWN, Look, find_by_nik, open_person
from balai.kernel.people.queries.export import everything_of
from balai.kernel.people.queries.rights import consents_of, has_consented, rights_request
from balai.kernel.problems import ConflictError, MissingError, ProblemError
from balai.kernel.row_security import rows_of

from .conftest import NIK

pytestmark = pytest.mark.django_db
MINE = Origin("warga", None, "web")
PDP = Origin("pdp", None, "web")


@pytest.fixture(autouse=True)
def _served(person, officer, protector, as_application):
    """The data stand; from here on acts the role that serves."""


@pytest.fixture
def looked(person, look):
    with rows_of("73.71"):
        open_person(person, look=look)
        return AccessEntry.objects.get().pk


def test_a_consent_is_to_the_text_that_was_read(person):
    with rows_of(person=person):
        with pytest.raises(ConflictError):
            actions.say_on_consent(person, "research", granted=True, text_version="1999",
                                   origin=MINE)  # fmt: skip
        actions.say_on_consent(person, "research", granted=True, text_version="2026-01",
                               origin=MINE)  # fmt: skip
        assert has_consented(person, "research")
        actions.say_on_consent(person, "research", granted=False, text_version="", origin=MINE)
        assert not has_consented(person, "research")
        assert {s.spec.purpose: s.granted for s in consents_of(person)}["research"] is False


def test_a_look_is_questioned_by_the_person_and_answered_by_another_office(person, looked):
    with rows_of(person=person):
        question = actions.ask_about(looked, "Mengapa?", person=person, origin=MINE)
        with pytest.raises(ConflictError):
            actions.ask_about(looked, "Sekali lagi?", person=person, origin=MINE)
    with rows_of("73.71"):
        with pytest.raises(ConflictError):
            actions.answer_question(question, finding="lawful", answer="Tugas saya",
                                    origin=Origin("petugas", None, "web"))  # fmt: skip
        actions.answer_question(question, finding="unlawful", answer="Tidak sah.", origin=PDP)
        with pytest.raises(ConflictError):
            actions.answer_question(question, finding="lawful", answer="Berubah", origin=PDP)


def test_nobody_asks_about_the_look_at_another(looked, origin):
    details = actions.PersonDetails(name="Baso")
    with rows_of("73.71"):
        other = actions.register_person(details, region_code="73.71.01", origin=origin)
    with rows_of(person=other), pytest.raises(MissingError):
        actions.ask_about(looked, "Mengapa?", person=other, origin=MINE)


@pytest.mark.parametrize(("kind", "hours"), [("rectification", 72), ("erasure", 336)])
def test_the_clock_of_the_law_runs_from_the_moment_of_the_request(person, kind, hours):
    before = timezone.now()
    with rows_of(person=person):
        row = rights_request(
            actions.make_request(person, kind, text="Mohon", parts=["contacts"], origin=MINE)
        )
    assert row.due_at - row.received_at == timedelta(hours=hours)
    assert before <= row.received_at <= timezone.now()


def test_an_erasure_destroys_what_may_go_and_names_the_article_of_what_stays(person, look):
    with rows_of("73.71"):
        actions.set_contact(person, "phone", "0812 3456 7890", origin=MINE)
        sealed = bytes(Contact.objects.get().sealed)
        secret = bytes(PersonSecret.objects.get().secret)
        row = Contact.objects.get().pk
    assert numbers.opened_contact(secret, sealed, row) == "+6281234567890"
    with rows_of(person=person):
        made = actions.make_request(person, "erasure", text="Hapus", origin=MINE,
                                    parts=["contacts", "religion"])  # fmt: skip
    with rows_of("73.71"):
        with pytest.raises(ConflictError):
            actions.close_request(made, "done", reason="x", origin=PDP)
        outcome = {each["part"]: each for each in actions.check_request(made, origin=PDP)}
        assert outcome["contacts"]["state"] == "may-go"
        assert outcome["religion"]["state"] == "kept"
        assert "UU 23/2006" in outcome["religion"]["article"]
        actions.close_request(made, "done", reason="Kontak dihapus", origin=PDP)
        closed = rights_request(made)
        assert closed.status == "done-partly"
        assert not Contact.objects.exists()
        assert not PersonSecret.objects.exists()
        assert open_person(person, look=look).religion == 1
    # Without the person's secret what a backup of the table holds opens no more.
    with pytest.raises(ValueError, match="altered"):
        numbers.opened_contact(b"\x00" * 32, sealed, row)


def test_a_refusal_names_reason_and_law(person):
    with rows_of(person=person):
        made = actions.make_request(person, "rectification", text="Batasi", origin=MINE)
    with rows_of("73.71"):
        actions.check_request(made, origin=PDP)
        with pytest.raises(ProblemError):
            actions.close_request(made, "refused", reason="Tidak", origin=PDP)
        actions.close_request(made, "refused", reason="Tidak", legal_basis="UU 27/2022 ps. 15",
                              origin=PDP)  # fmt: skip
        assert [e.status for e in rights_request(made).entries.order_by("at", "id")] == [
            "received", "checked", "refused",
        ]  # fmt: skip


def test_one_request_of_a_kind_is_open_at_a_time_and_may_be_withdrawn(person):
    with rows_of(person=person):
        made = actions.make_request(person, "rectification", text="Batasi", origin=MINE)
        with pytest.raises(ConflictError):
            actions.make_request(person, "rectification", text="Batasi", origin=MINE)
        actions.close_request(made, "withdrawn", reason="", origin=MINE)
        actions.make_request(person, "rectification", text="Batasi", origin=MINE)


def test_the_copy_of_everything_holds_the_record_and_who_looked(person, looked, django_user_model):
    resident = django_user_model.objects.create_user("warga")
    with rows_of("73.71"):
        link_account(resident, person, method="identity-card", origin=MINE)
    with rows_of(person=person):
        copy = everything_of(person, look=Look(resident, OWN, MINE))
    assert copy["record"]["name"] == "Andi Sitti Rahmah"
    assert copy["record"]["numbers"][0]["shown"] == NIK
    assert [each["purpose"] for each in copy["looks"]] == ["own", "service"]


def test_the_log_of_looks_is_only_added_to(looked):
    with rows_of("73.71"), pytest.raises(DatabaseError), transaction.atomic():
        AccessEntry.objects.filter(pk=looked).update(reason="lain")
    with rows_of("73.71"), pytest.raises(DatabaseError), transaction.atomic():
        AccessEntry.objects.filter(pk=looked).delete()


def test_a_mover_is_taken_over_only_where_the_departure_leads(person, look, origin):
    today = timezone.localdate()
    with rows_of("35.10"), pytest.raises(MissingError):
        actions.record_arrival(NIK, region_code="35.10.19", on=today, origin=origin)
    with rows_of("73.71"):
        actions.record_departure(person, on=today, to="35.10", origin=origin)
    with rows_of("31"), pytest.raises(MissingError):
        actions.record_arrival(NIK, region_code="31.71.01", on=today, origin=origin)
    with rows_of("35.10"):
        assert (
            actions.record_arrival(NIK, region_code="35.10.19", on=today, origin=origin) == person
        )
        assert find_by_nik(NIK, look=look).region_code == "35.10.19"
    with rows_of("73.71"):
        assert find_by_nik(NIK, look=look) is None
