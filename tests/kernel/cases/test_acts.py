"""Opening and acting: what the row says is what its events add up to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from tests.kernel.cases.conftest import (
    DISTRICT,
    MONDAY,
    ORIGIN,
    OTHER_VILLAGE,
    PNG,
    VILLAGE,
    Upload,
    definition,
)

from balai.kernel.access.models import AuditEntry
from balai.kernel.calendars import city_calendar
from balai.kernel.cases import actions, queries
from balai.kernel.cases.engine import replay
from balai.kernel.cases.models import Case, CaseEvent, CaseFile, Counter
from balai.kernel.events.models import Event
from balai.kernel.notices.models import Notice
from balai.kernel.people.models import AccessEntry
from balai.kernel.people.queries import Look, Purpose
from balai.kernel.problems import ConflictError, MissingError, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import rows_of

pytestmark = pytest.mark.django_db


def replayed(case_id):
    events = [each.payload for each in CaseEvent.objects.filter(case=case_id).order_by("sequence")]
    code = Case.objects.get(pk=case_id).service_code
    return replay(lambda version: queries.service(code, version), events,
                  city_calendar(city_by_slug("banyuwangi")))  # fmt: skip


def undone(act):
    """Do it in a transaction that is rolled back."""
    with transaction.atomic():
        act()
        transaction.set_rollback(True)


def test_a_case_from_submission_to_its_end_and_its_events_add_up_to_the_row(office):
    case = office.open()
    assert case.number == "PM-2026-000001"
    assert case.status == "submitted"
    assert case.region_code == VILLAGE
    office.act(case, "claim")
    office.act(case, "pause", reason="Menunggu kunci arsip")
    office.act(case, "resume", at=MONDAY + timedelta(hours=1))
    passed = office.act(case, "check", at=MONDAY + timedelta(hours=2))
    assert passed.region_code == DISTRICT
    assert passed.holder is None
    office.act(case, "claim", office.district, at=MONDAY + timedelta(hours=2))
    done = office.act(case, "approve", office.district, at=MONDAY + timedelta(hours=3))
    assert done.status == "approved"
    assert done.on_time is True
    row = Case.objects.get(pk=case.id)
    assert replayed(case.id) == queries.state_of(row)
    assert row.sequence == CaseEvent.objects.filter(case=row).count() == 7


def test_a_return_an_answer_and_a_refusal_with_its_ground_and_an_appeal_replay_too(office):
    case = office.open()
    office.act(case, "claim")
    office.act(case, "return", reason="Keperluan kurang jelas", asks=["purpose"])
    mended = office.act(case, "resubmit", office.resident, answers={"purpose": "beasiswa anak"})
    assert mended.answers["purpose"] == "beasiswa anak"
    refused = office.act(case, "refuse", ground="not_ours", reason="Kantor lain")
    assert (refused.status, refused.closed_at) == ("refused", MONDAY)
    appealed = office.act(case, "appeal", office.resident, reason="Mohon ditinjau")
    assert appealed.closed_at is None
    assert replayed(case.id) == queries.state_of(Case.objects.get(pk=case.id))


def test_a_second_claim_is_refused_in_words_and_a_stale_look_too(office):
    case = office.open()
    claimed = office.act(case, "claim", expected=case.sequence)
    with pytest.raises(ConflictError) as second:
        office.act(case, "claim", office.colleague)
    assert second.value.status == 409
    assert second.value.detail
    with pytest.raises(ConflictError) as stale:
        office.act(case, "check", expected=case.sequence)
    assert stale.value.kind == "stale"
    assert queries.case(case.id).sequence == claimed.sequence


def test_an_act_of_one_key_is_done_once_and_another_act_under_it_is_refused(office):
    case = office.open()
    first = office.act(case, "claim", key="one")
    again = office.act(case, "claim", key="one")
    assert first.sequence == again.sequence == 2
    with pytest.raises(ConflictError) as refused:
        office.act(case, "release", key="one")
    assert refused.value.kind == "idempotency-conflict"


def test_a_case_of_one_key_is_opened_once_and_another_request_under_it_is_refused(office):
    assert office.open().id == office.open().id
    with pytest.raises(ConflictError):
        office.open(answers={"purpose": "lain sekali", "story": "Lain"})
    assert Case.objects.count() == 1


def test_what_is_rolled_back_leaves_no_gap_in_the_numbers(office):
    office.open("a")
    undone(lambda: office.open("b"))
    assert office.open("c").number == "PM-2026-000002"
    assert Counter.objects.get().last == 2


def test_a_draft_has_no_number_until_it_is_submitted_whole(office):
    draft = office.open(answers={"purpose": "kredit"}, submit=False)
    assert (draft.status, draft.number) == ("draft", "")
    with pytest.raises(ProblemError) as lacking:
        office.act(draft, "submit", office.resident)
    assert [fault.field for fault in lacking.value.faults] == ["story"]
    actions.save_draft(draft.id, answers={"story": "Panjang"}, by=office.resident, origin=ORIGIN)
    assert office.act(draft, "submit", office.resident).number == "PM-2026-000001"


def test_personal_answers_and_words_are_in_no_table_event_audit_or_log_in_the_clear(office, caplog):
    case = office.open()
    office.act(case, "claim")
    office.act(case, "return", reason="Rahasia Keluarga tidak cocok", asks=["story"], quiet=False)
    told = [
        *Case.objects.values_list("answers", "state"), *CaseEvent.objects.values_list("payload"),
        *Event.objects.values_list("data"), *AuditEntry.objects.values_list("detail"),
        *[bytes(each) for each in Case.objects.values_list("answers_sealed", flat=True)],
        *[bytes(each) for each in CaseEvent.objects.exclude(sealed_payload=None)
          .values_list("sealed_payload", flat=True)],
    ]  # fmt: skip
    assert "Rahasia" not in repr(told) + caplog.text
    assert queries.case(case.id).answers == {"purpose": "kredit usaha"}
    assert queries.case(case.id).events[-1].words == "Rahasia Keluarga tidak cocok"


def test_opening_personal_answers_is_logged_with_the_person(office):
    case = office.open()
    look = Look(office.officer, Purpose("service", "Memeriksa permohonan"), ORIGIN)
    seen = queries.case(case.id, look=look)
    assert seen.answers["story"] == "Rahasia Keluarga"
    entry = AccessEntry.objects.get(person_id=office.person)
    assert (entry.actor, entry.parts) == ("petugas-uji", ["case"])


def test_a_case_lives_on_under_its_version_and_moves_by_an_explicit_act_with_preview(office):
    case = office.open()
    extra = "  - {name: phone, kind: phone, title: {id: Telepon, en: Telephone}}"
    actions.publish_service(definition(2, hours=16, extra=extra), by=None, origin=ORIGIN)
    assert queries.case(case.id).service.version == 1
    assert queries.case(case.id).newest_version == 2
    assert office.open("new", answers={"purpose": "kredit", "story": "Abc", "phone": "081234567890"}
                       ).service.version == 2  # fmt: skip
    office.act(case, "claim")
    told = actions.preview_version(case.id, 2)
    assert any("16" in each for each in told)
    assert any("Tele" in each for each in told)
    with pytest.raises(ProblemError) as forbidden:
        actions.move_to_version(case.id, 2, by=office.officer, origin=ORIGIN)
    assert forbidden.value.status == 403
    moved = actions.move_to_version(case.id, 2, by=office.supervisor, origin=ORIGIN)
    assert moved.service.version == 2
    assert replayed(case.id) == queries.state_of(Case.objects.get(pk=case.id))


def test_a_published_version_never_changes(office):
    actions.publish_service(definition(), by=None, origin=ORIGIN)
    with pytest.raises(ConflictError):
        actions.publish_service(definition(hours=9), by=None, origin=ORIGIN)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_serviceversion SET definition = 'x'")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_caseevent")


def test_papers_are_known_by_their_bytes_and_limited_and_sealed(office):
    actions.publish_service(definition(2, paper=True), by=None, origin=ORIGIN)
    with pytest.raises(ProblemError) as missing:
        office.open()
    assert missing.value.faults[0].field == "proof"
    draft = office.open(submit=False)

    def attach(content, code="proof"):
        return actions.attach_file(draft.id, code, Upload(content), by=office.resident,
                                   origin=ORIGIN)  # fmt: skip

    for content in (b"MZ\x90" + PNG, b"<html>", b"", b"GIF89a..", PNG + b"\0" * 1024 * 1024):
        with pytest.raises(ProblemError):
            attach(content)
    with pytest.raises(ProblemError):
        attach(PNG, "other")
    seen = attach(PNG)
    assert [(each.code, each.media_type) for each in seen.files] == [("proof", "image/png")]
    assert attach(PNG).sequence == seen.sequence
    assert PNG[:8] not in bytes(CaseFile.objects.get().content_sealed)
    found = queries.file_content(draft.id, seen.files[0].id, origin=ORIGIN)
    assert found == PNG
    office.act(draft, "submit", office.resident)
    assert office.open("next").files[0].digest == seen.files[0].digest


def test_escalation_opens_a_late_step_once_and_tells_the_supervisor(office):
    case = office.open()
    assert actions.escalate_overdue(MONDAY + timedelta(hours=1)) == 0
    later = MONDAY + timedelta(days=1)
    assert actions.escalate_overdue(later) == 1
    assert actions.escalate_overdue(later) == 0
    row = Case.objects.get(pk=case.id)
    assert queries.state_of(row).escalated == "cases.supervisor"
    assert Notice.objects.filter(kind="cases.escalated").count() == 1
    assert "claim" in queries.possible_acts(case.id, office.supervisor)


def test_a_submission_tells_the_resident_in_the_same_transaction(office):
    undone(lambda: office.open(quiet=False))
    assert not Notice.objects.filter(kind="cases.received").exists()
    office.open(quiet=False)
    assert Notice.objects.filter(kind="cases.received").count() == 1


def test_the_queue_is_sorted_by_promise_and_filtered(office):
    late = office.open("a", at=MONDAY - timedelta(days=5))
    fresh = office.open("b")
    office.act(fresh, "claim")
    city = city_by_slug("banyuwangi")
    found = queries.queue(office.officer, city=city)
    assert [each.id for each in found.rows] == [late.id, fresh.id]
    assert found.rows[0].person.name == "Sri Rahayu"

    def ids(**wanted):
        page = queries.queue(office.officer, city=city, filters=queries.QueueFilter(**wanted))
        return {each.id for each in page.rows}

    assert ids(state="mine") == {fresh.id}
    assert ids(state="free") == {late.id}
    assert ids(search="pm-2026-000002") == {fresh.id}
    assert ids(office=OTHER_VILLAGE) == set()
    assert ids(step="check") == {late.id, fresh.id}
    assert {(each.holder, each.open) for each in queries.workload(city)} == {
        ("", 1), ("petugas-uji", 1)}  # fmt: skip


def test_a_stranger_to_the_place_may_not_open_or_act(office):
    with pytest.raises(ProblemError) as refused:
        office.open(by=office.elsewhere)
    assert refused.value.status == 403
    case = office.open()
    with pytest.raises(ConflictError):
        office.act(case, "claim", office.elsewhere)
    with pytest.raises(ProblemError):
        office.act(case, "claim", office.elsewhere, role="cases.officer")


def test_rows_are_open_to_the_office_the_home_village_and_the_resident_only(office, as_application):
    with rows_of("35.10"):
        case = office.open()
        office.act(case, "claim")
    with rows_of(OTHER_VILLAGE):
        assert not Case.objects.exists()
        assert not CaseEvent.objects.exists()
        with pytest.raises(MissingError):
            office.act(case, "claim", office.elsewhere)
    with rows_of(person=office.person):
        assert Case.objects.get().id == case.id
        assert CaseEvent.objects.count() == 2
    with rows_of(person=office.neighbour):
        assert not Case.objects.exists()
    with rows_of(VILLAGE):
        passed = office.act(case, "check")
        assert passed.region_code == DISTRICT
        assert queries.case(case.id, user=office.officer).acts == frozenset()
        assert Case.objects.count() == 1
    assert not Case.objects.exists()


def test_a_resident_opens_submits_and_withdraws_as_the_serving_role(office, as_application):
    with rows_of(person=office.person):
        case = office.open(quiet=False)
        assert office.act(case, "withdraw", office.resident, quiet=False).status == "withdrawn"
