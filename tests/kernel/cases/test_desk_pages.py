"""The officers' pages: the queue, a case's desk, each act by page, definitions, the workload."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.kernel.cases.conftest import MONDAY, ORIGIN, PNG, Upload, definition, user

from balai.kernel.access.models import AuditEntry
from balai.kernel.cases import actions, queries
from balai.kernel.cases.models import Case, CaseEvent, ServiceVersion
from balai.kernel.people.models import AccessEntry
from balai.kernel.regions.models import City, Region
from balai.kernel.row_security import EVERYWHERE, rows_of

pytestmark = pytest.mark.django_db


def at(name, *more):
    return reverse(f"cases:{name}", args=["banyuwangi", *more])


@pytest.fixture
def case(office):
    return office.open(at=timezone.now())


@pytest.fixture
def read(client, office, case, as_application):
    """Act as somebody from here on: pages in English, rows under the policies."""
    client.cookies["language"] = "en"

    def by(user):
        client.force_login(user)
        return client

    return by


def text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def hidden(client, case, kind, **given):
    """What the form of an act on the case brings, with what was typed."""
    form = client.get(at("act", case.id, kind)).context["form"]
    return {"expected": form["expected"].value(), "key": form["key"].value(), **given}


def do(client, case, kind, **given):
    return client.post(at("act", case.id, kind), hidden(client, case, kind, **given))


def now(case):
    with rows_of(EVERYWHERE):
        return Case.objects.get(pk=case.id)


def kinds(case):
    with rows_of(EVERYWHERE):
        return list(
            CaseEvent.objects.filter(case=case.id).order_by("sequence").values_list("kind", flat=1)
        )


def test_the_queue_says_number_person_step_holder_and_time_left(read, office, case):
    page = text(read(office.officer).get(at("queue")))
    for words in (case.number, "Sri Rahayu", "Test letter", "Check", "nobody", "left"):
        assert words in page
    assert "Rahasia" not in page


def test_a_late_case_is_said_in_words_and_comes_first(read, office, client):
    with rows_of(EVERYWHERE):
        late = office.open("late", at=timezone.now() - timedelta(days=20))
    answer = read(office.officer).get(at("queue"))
    assert answer.context["rows"][0]["row"].number == late.number
    assert "Late by" in text(answer)
    assert [each["row"].number for each in client.get(at("queue"), {"state": "late"}).context["rows"]] == [late.number]  # fmt: skip  # noqa: E501


def test_the_queue_is_searched_by_number_and_by_name_and_narrowed(read, office, case):
    client = read(office.officer)

    def found(**query):
        return [line["row"].id for line in client.get(at("queue"), query).context["rows"]]

    assert found(q=case.number[:8]) == [case.id]
    assert found(q="sri rah") == [case.id]
    assert found(q="Budi") == []
    assert found(service="surat-uji", step="check", office="35.10.20") == [case.id]
    assert found(step="decide") == []
    assert found(holder="nobody-such") == []
    assert found(state="free") == [case.id]
    assert found(state="mine") == []
    assert "Nothing fits" in text(client.get(at("queue"), {"q": "PM-1999"}))
    assert "You hold nothing" in text(client.get(at("queue"), {"state": "mine"}))
    assert client.get(at("queue"), {"page": "x", "state": "\x00", "q": "\x00"}).status_code == 200


def test_the_queue_downloads_as_csv_and_the_download_is_audited(read, office, case):
    answer = read(office.officer).get(at("queue"), {"format": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert case.number in lines[1]
    assert "Sri Rahayu" in lines[1]
    assert len(lines) == 2
    with rows_of(EVERYWHERE):
        assert AuditEntry.objects.filter(action="cases.list-exported").exists()


def test_each_sees_the_cases_of_the_own_office(read, office, case):
    for officer in (office.officer, office.district, office.supervisor):
        assert case.number in text(read(officer).get(at("queue")))
    assert case.number not in text(read(office.elsewhere).get(at("queue")))
    for name in ("desk", "pane", "answers", "sheet"):
        assert read(office.elsewhere).get(at(name, case.id)).status_code == 404
    gone = read(office.elsewhere).post(
        at("act", case.id, "claim"), {"expected": 1, "key": "a" * 32}
    )
    assert gone.status_code == 404


@pytest.fixture
def elsewhere(office):
    """An officer of another city."""
    above = Region.objects.get(code="ID")
    place = Region.objects.create(code="73.71", name="Makassar", level="city", kind="kota",
                                  parent=above, path="ID/73.71")  # fmt: skip
    City.objects.create(
        slug="makassar", name="Makassar", region=place, country="ID", languages=["id", "en"],
        time_zone="Asia/Makassar", currency="IDR", band="sulapa-eppa",
    )  # fmt: skip
    return user("petugas-makassar", "cases.officer", "73.71")


def test_strangers_residents_and_officers_of_another_city_do_not_come_in(
    client, elsewhere, read, office, case
):
    assert client.get(at("queue")).status_code == 302
    for page in (at("queue"), at("desk", case.id), at("workload"), at("services")):
        assert read(office.resident).get(page).status_code == 403
    assert read(elsewhere).get(at("queue")).status_code == 403
    assert read(elsewhere).get(at("desk", case.id)).status_code == 403


def test_claimed_in_the_list_and_released_again(read, office, case):
    client = read(office.officer)
    line = client.get(at("queue")).context["rows"][0]
    given = {"expected": line["row"].sequence, "key": line["key"], "next": at("queue")}
    answer = client.post(at("act", case.id, "claim"), given)
    assert answer.headers["Location"] == at("queue")
    assert now(case).holder == "petugas-uji"
    assert "release it again" in text(client.get(at("queue")))
    assert do_now(client, case, "release").status_code == 302
    assert now(case).holder is None


def do_now(client, case, kind):
    """An act that needs no page of its own, as the desk's button posts it."""
    page = client.get(at("desk", case.id))
    given = {"expected": page.context["case"].sequence, "key": page.context["key"]}
    return client.post(at("act", case.id, kind), given)


def test_a_button_pressed_twice_acts_once(read, office, case):
    client = read(office.officer)
    given = hidden(client, case, "claim")
    first = client.post(at("act", case.id, "claim"), given)
    second = client.post(at("act", case.id, "claim"), given)
    assert (first.status_code, second.status_code) == (302, 302)
    assert kinds(case).count("claim") == 1
    noted = hidden(client, case, "note", text="Ditelepon")
    for _ in range(2):
        client.post(at("act", case.id, "note"), noted)
    assert kinds(case).count("note") == 1


def test_a_stale_page_does_nothing_and_says_who_has_acted(read, office, case):
    client = read(office.officer)
    do(client, case, "claim")
    given = hidden(client, case, "pause", reason="Menunggu arsip")
    do(client, case, "note", text="Sementara itu")
    answer = client.post(at("act", case.id, "pause"), given)
    assert answer.status_code == 409
    page = text(answer)
    assert "Somebody else has acted on this request meanwhile" in page
    assert "Petugas-Uji" in page
    assert "Menunggu arsip" in page
    assert now(case).status == "working"
    again = answer.context["form"]
    fresh = {"expected": again["expected"].value(), "key": again["key"].value(),
             "reason": "Menunggu arsip"}  # fmt: skip
    assert client.post(at("act", case.id, "pause"), fresh).status_code == 302
    assert now(case).status == "paused"


def test_checked_by_the_village_and_approved_by_the_district(read, office, case):
    client = read(office.officer)
    do(client, case, "claim")
    assert do(client, case, "check", text="Lengkap").status_code == 302
    assert now(case).step == "decide"
    page = client.get(at("desk", case.id))
    assert page.context["acts"] == []
    district = read(office.district)
    do(district, case, "claim")
    assert do(district, case, "approve").status_code == 302
    assert now(case).status == "approved"
    assert "Answered within the promise" in text(district.get(at("desk", case.id)))


def test_returned_with_a_sentence_at_each_place(read, office, case):
    client = read(office.officer)
    do(client, case, "claim")
    empty = do(client, case, "return")
    assert empty.status_code == 422
    assert "Say at least at one place" in text(empty)
    assert do(client, case, "return", mend_purpose="Sebut nama bank").status_code == 302
    row = now(case)
    assert (row.status, row.clock) == ("returned", "stopped")
    page = text(client.get(at("desk", case.id)))
    assert "To be mended: Purpose" in page
    assert "Purpose: Sebut nama bank" in page
    assert "Clock stopped" in page


def test_refused_on_a_ground_after_a_confirmation(read, office, case):
    client = read(office.officer)
    do(client, case, "claim")
    assert do(client, case, "refuse", reason="Bukan wewenang desa").status_code == 422
    asked = do(client, case, "refuse", ground="not_ours", reason="Bukan wewenang desa")
    assert asked.status_code == 200
    assert "This ends request" in text(asked)
    assert "UU 30/2014 pasal 17" in text(asked)
    assert now(case).status == "working"
    form = asked.context["form"]
    said = {each.name: each.value() for each in form}
    assert client.post(at("act", case.id, "refuse"), {**said, "confirmed": "1"}).status_code == 302
    assert now(case).status == "refused"
    assert "Bukan wewenang desa" in text(client.get(at("desk", case.id)))


def test_paused_resumed_and_handed_over(read, office, case):
    client = read(office.officer)
    do(client, case, "claim")
    assert do(client, case, "pause").status_code == 422
    assert do(client, case, "pause", reason="Menunggu arsip").status_code == 302
    assert now(case).clock == "stopped"
    do_now(client, case, "resume")
    assert now(case).clock == "running"
    answer = do(client, case, "hand_over", region="35.10.21.2001", reason="Alamatnya di Kemiren")
    assert answer.status_code == 302
    assert now(case).region_code == "35.10.21.2001"
    assert case.number in text(read(office.elsewhere).get(at("queue")))


def test_sent_back_by_the_district(read, office, case):
    client = read(office.officer)
    do(client, case, "claim")
    do(client, case, "check")
    district = read(office.district)
    do(district, case, "claim")
    assert do(district, case, "send_back", step="check", reason="Periksa lagi").status_code == 302
    assert now(case).step == "check"


def test_assigned_by_the_supervisor_to_a_colleague_of_the_office(read, office, case):
    client = read(office.supervisor)
    form = client.get(at("act", case.id, "assign")).context["form"]
    offered = [value for value, _title in form.fields["to"].choices]
    assert {"petugas-uji", "rekan-uji"} <= set(offered)
    assert "petugas-lain" not in offered
    assert do(client, case, "assign", to="rekan-uji").status_code == 302
    assert now(case).holder == "rekan-uji"
    page = text(read(office.officer).get(at("desk", case.id)))
    assert "Rekan-Uji holds the request" in page


def test_a_paper_is_attached_and_opened_behind_a_purpose_only(read, office, case):
    client = read(office.officer)
    given = hidden(client, case, "attach", code="proof")
    wrong = {**given, "file": SimpleUploadedFile("bukti.png", b"MZ not a picture")}
    refused = client.post(at("act", case.id, "attach"), wrong)
    assert refused.status_code == 422
    assert "not of a kind that is taken" in text(refused)
    right = {**given, "file": SimpleUploadedFile("bukti.png", PNG)}
    assert client.post(at("act", case.id, "attach"), right).status_code == 302
    with rows_of(EVERYWHERE):
        (file,) = queries.case(case.id).files
    shut = client.get(at("paper", case.id, file.id))
    assert shut.headers["Location"] == at("answers", case.id)
    client.post(at("answers", case.id), {"purpose": "service", "reason": "memeriksa bukti"})
    opened = client.get(at("paper", case.id, file.id))
    assert opened.content == PNG
    assert opened["Content-Disposition"].startswith("inline")
    saved = client.get(at("paper", case.id, file.id), {"save": "1"})
    assert saved["Content-Disposition"].startswith("attachment")


def test_personal_answers_open_for_a_reason_and_the_look_is_logged(read, office, case):
    client = read(office.officer)
    before = text(client.get(at("desk", case.id)))
    assert "Rahasia Keluarga" not in before
    assert "kredit usaha" in before
    assert client.post(at("answers", case.id), {"purpose": "own", "reason": "x"}).status_code == 200
    with rows_of(EVERYWHERE):
        assert not AccessEntry.objects.exists()
    client.post(at("answers", case.id), {"purpose": "service", "reason": "memeriksa permohonan"})
    assert "Rahasia Keluarga" in text(client.get(at("desk", case.id)))
    assert "Rahasia Keluarga" in text(client.get(at("sheet", case.id)))
    with rows_of(EVERYWHERE):
        entry = AccessEntry.objects.order_by("at").first()
    assert (entry.actor, entry.reason) == ("petugas-uji", "memeriksa permohonan")
    client.post(at("close_answers", case.id))
    assert "Rahasia Keluarga" not in text(client.get(at("desk", case.id)))


def test_there_is_no_document_before_one_is_made(read, office, case):
    assert read(office.officer).get(at("letter", case.id)).status_code == 404


def test_the_pane_shows_a_case_in_short_without_its_secrets(read, office, case):
    page = text(read(office.officer).get(at("pane", case.id)))
    assert case.number in page
    assert "Open the desk" in page
    assert "Rahasia" not in page


def test_the_next_one_is_the_most_urgent_that_is_free(read, office, case):
    with rows_of(EVERYWHERE):
        urgent = office.open("urgent", at=timezone.now() - timedelta(days=9))
    client = read(office.officer)
    answer = client.post(at("take_next"))
    assert answer.headers["Location"] == at("desk", urgent.id)
    assert now(urgent).holder == "petugas-uji"
    client.post(at("take_next"))
    assert now(case).holder == "petugas-uji"
    assert client.post(at("take_next")).headers["Location"] == at("queue")
    assert "Nothing is free" in text(client.get(at("queue")))


def test_an_act_that_is_not_open_is_refused_in_words(read, office, case):
    client = read(office.officer)
    answer = client.post(at("act", case.id, "check"), {"expected": case.sequence, "key": "b" * 32})
    assert answer.status_code == 409
    assert "Nobody holds this case yet." in text(answer)
    assert client.get(at("act", case.id, "check")).status_code == 302
    assert client.get(at("act", case.id, "submit-all")).status_code == 404
    bad = client.post(at("act", case.id, "claim"), {"expected": "x", "key": "short"})
    assert bad.status_code == 422


def test_an_address_elsewhere_is_not_followed_after_an_act(read, office, case):
    client = read(office.officer)
    given = hidden(client, case, "claim", next="https://example.com/")
    assert client.post(at("act", case.id, "claim"), given).headers["Location"] == at(
        "desk", case.id
    )


def test_a_definition_with_faults_is_told_path_value_and_mend(read, office):
    client = read(office.supervisor)
    text_ = definition(2).replace("role: cases.district", "role: cases.nobody")
    answer = client.post(at("publish"), {"text": text_, "publish": "1"})
    assert answer.status_code == 422
    page = text(answer)
    assert "steps[1].role" in page
    assert "cases.nobody" in page
    assert "The roles are" in page
    assert ServiceVersion.objects.filter(code="surat-uji").count() == 1
    assert client.post(at("publish"), {"text": "", "publish": "1"}).status_code == 422
    assert client.post(at("publish"), {"text": "a: [", "check": "1"}).status_code == 422


def test_a_definition_is_previewed_published_and_compared(read, office):
    client = read(office.supervisor)
    seen = client.post(at("publish"), {"text": definition(2, hours=16), "check": "1"})
    assert "Nothing is published yet" in text(seen)
    assert ServiceVersion.objects.filter(code="surat-uji").count() == 1
    file = SimpleUploadedFile("layanan.yaml", definition(2, hours=16).encode())
    answer = client.post(at("publish"), {"file": file, "publish": "1"})
    assert answer.headers["Location"] == at("version", "surat-uji", 2)
    lines = client.get(at("version", "surat-uji", 2)).context["lines"]
    assert {"kind": "new", "text": "promise: {hours: 16}"} in lines
    assert {"kind": "old", "text": "promise: {hours: 8}"} in lines
    assert "Version 2" in text(client.get(at("service", "surat-uji")))
    assert client.get(at("version", "surat-uji", 9)).status_code == 404
    assert read(office.officer).get(at("publish")).status_code == 403


def test_open_cases_are_moved_to_the_newest_version_after_a_look(read, office, case):
    with rows_of(EVERYWHERE):
        actions.publish_service(definition(2, hours=16), by=None, origin=ORIGIN)
    client = read(office.supervisor)
    page = client.get(at("move", "surat-uji"))
    assert "The promised time changes" in text(page)
    chosen = f"{case.id}:{case.sequence}"
    stale = client.post(at("move", "surat-uji"), {"case": [f"{case.id}:99"]})
    assert stale.status_code == 302
    assert now(case).service_version == 1
    client.post(at("move", "surat-uji"), {"case": [chosen]})
    assert now(case).service_version == 2
    assert read(office.officer).get(at("move", "surat-uji")).status_code == 403


def test_a_case_is_moved_at_its_own_desk_too(read, office, case):
    with rows_of(EVERYWHERE):
        actions.publish_service(definition(2, hours=16), by=None, origin=ORIGIN)
    client = read(office.supervisor)
    assert "What changes with version 2" in text(client.get(at("act", case.id, "migrate")))
    assert do(client, case, "migrate", version="2").status_code == 302
    assert now(case).service_version == 2


def test_the_workload_counts_what_each_holds_and_has_done(read, office, case):
    with rows_of(EVERYWHERE):
        held = office.open("held", at=timezone.now() - timedelta(days=20))
        office.act(held, "claim", at=timezone.now() - timedelta(days=1))
        done = office.open("done", at=MONDAY)
        office.act(done, "claim", at=timezone.now() - timedelta(minutes=2))
        office.act(done, "check", at=timezone.now())
    client = read(office.supervisor)
    loads = {each.holder: each for each in client.get(at("workload")).context["loads"]}
    assert (loads["petugas-uji"].open, loads["petugas-uji"].late) == (1, 1)
    assert (loads["petugas-uji"].done, loads["petugas-uji"].measured) == (1, 1)
    assert loads[""].open == 2
    steps = {each.step: each for each in client.get(at("workload")).context["steps"]}
    assert (steps["check"].open, steps["check"].late) == (2, 1)
    page = client.get(at("workload"), {"holder": "petugas-uji"})
    assert "Give to somebody else" in text(page)
    lines = b"".join(client.get(at("workload"), {"format": "csv"}).streaming_content).decode()
    assert "petugas-uji" in lines
    assert read(office.officer).get(at("workload")).status_code == 403


def test_a_long_queue_has_pages(read, office, case):
    with rows_of(EVERYWHERE):
        for number in range(27):
            office.open(f"many-{number}")
    answer = read(office.officer).get(at("queue"), {"page": "2"})
    assert len(answer.context["rows"]) == 3
    assert "26 to 28 of 28" in text(answer)


def test_a_case_of_another_city_is_not_found_under_this_one(elsewhere, read, office, case):
    wrong = reverse("cases:desk", args=["makassar", case.id])
    assert read(elsewhere).get(wrong).status_code == 404
    assert read(office.officer).get(wrong).status_code == 403
    assert read(office.officer).get(wrong.replace("makassar", "atlantis")).status_code == 404


def test_an_upload_is_kept_with_the_case(office, case):
    # What the pages stand on: the same bytes again add nothing.
    for _ in range(2):
        actions.attach_file(case.id, "proof", Upload(PNG), by=office.officer, origin=ORIGIN)
    assert len(queries.case(case.id).files) == 1
