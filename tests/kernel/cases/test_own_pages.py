"""A resident's own pages: ask, come back, check, send, follow, answer, withdraw, appeal."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from balai.kernel.access.actions import grant_role
from balai.kernel.access.models import User
from balai.kernel.cases import actions, queries
from balai.kernel.cases.models import Case, CaseFile
from balai.kernel.people.models import AccessEntry, AccountLink
from balai.kernel.row_security import EVERYWHERE, rows_of

from .conftest import ORIGIN, OTHER_VILLAGE, PNG, VILLAGE, definition, user

pytestmark = pytest.mark.django_db

WHOLE = """
service: semua-jenis
version: 1
title: {id: Semua jenis, en: Every kind}
summary: {id: Setiap jenis pertanyaan, en: Every kind of question}
office: village
applicants: [self, officer, anyone]
personal: false
promise: {days: 2}
fields:
  - {name: a_text, kind: text, title: {id: Teks, en: Text}, limits: {shortest: 3, longest: 20}}
  - {name: a_story, kind: long_text, title: {id: Cerita, en: Story}, personal: true}
  - {name: a_count, kind: integer, title: {id: Jumlah, en: Count}, limits: {low: 1, high: 9}}
  - {name: a_sum, kind: money, title: {id: Rupiah, en: Sum}}
  - {name: a_day, kind: date, title: {id: Hari, en: Day}, limits: {low: "2000-01-01", high: today}}
  - name: a_choice
    kind: choice
    title: {id: Pilihan, en: Choice}
    options: [{value: one, title: {id: Satu, en: One}}, {value: two, title: {id: Dua, en: Two}}]
  - name: choices
    kind: choices
    title: {id: Beberapa, en: Several}
    options: [{value: red, title: {id: Merah, en: Red}}, {value: blue, title: {id: Biru, en: Blue}}]
  - {name: a_yes, kind: yes_no, title: {id: Setuju, en: Agree}}
  - name: why_not
    kind: text
    title: {id: Mengapa tidak, en: Why not}
    shown_if: {field: a_yes, is: false}
  - {name: a_region, kind: region, title: {id: Wilayah, en: Region}}
  - {name: a_person, kind: person, title: {id: Orang, en: Person}, personal: true}
  - {name: a_phone, kind: phone, title: {id: Telepon, en: Phone}, personal: true}
  - {name: an_email, kind: email, title: {id: Surel, en: E-mail}, personal: true}
  - {name: a_file, kind: file, title: {id: Berkas, en: File}}
steps:
  - code: check
    title: {id: Periksa, en: Check}
    role: cases.officer
    office: village
    acts: [approve, return]
"""
ANSWERS = {
    "a_text": "kopi bubuk", "a_story": "Baris satu\r\nBaris dua", "a_count": "3",
    "a_sum": "1.500.000", "a_day": "2020-02-29", "a_choice": "two", "choices": ["red", "blue"],
    "a_yes": "yes", "a_region": OTHER_VILLAGE, "a_person": "3510200101900001",
    "a_phone": "0812 3456 7890", "an_email": "sri@contoh.id",
}  # fmt: skip
KEPT = {
    "a_text": "kopi bubuk", "a_story": "Baris satu\nBaris dua", "a_count": 3, "a_sum": 1_500_000,
    "a_day": "2020-02-29", "a_choice": "two", "choices": ["red", "blue"], "a_yes": True,
    "a_region": OTHER_VILLAGE, "a_person": "3510200101900001", "a_phone": "+6281234567890",
    "an_email": "sri@contoh.id",
}  # fmt: skip
LETTER = {"purpose": "kredit usaha", "story": "Rahasia Keluarga"}
KEY = "0123456789abcdef0123456789abcdef"


def at(name, *more):
    return reverse(f"cases:{name}", args=["banyuwangi", *more])


def picture(name="bukti.png", content=PNG):
    return SimpleUploadedFile(name, content, content_type="image/png")


def only_case():
    with rows_of(EVERYWHERE):
        return queries.case(Case.objects.get().pk, own=True, user=None)


@pytest.fixture
def stranger(office):
    return user("warga-tanpa-catatan")


@pytest.fixture
def neighbour(office):
    account = user("tetangga-uji")
    AccountLink.objects.create(user=account, person_id=office.neighbour, method="t", linked_by="t")
    return account


@pytest.fixture
def every_kind(office):
    return actions.publish_service(WHOLE, by=None, origin=ORIGIN)


@pytest.fixture
def clerk(office):
    """An officer of the register who takes requests down as well."""
    made = user("loket-uji", "cases.officer", VILLAGE)
    grant_role(made, "people.officer", place=VILLAGE, origin=ORIGIN)
    return User.objects.get(pk=made.pk)


@pytest.fixture
def served(office, stranger, neighbour, clerk, every_kind, as_application, client):
    """The data stand; from here on acts the role that serves, and pages are read in English."""
    client.cookies["language"] = "en"
    client.force_login(office.resident)
    return office


def text(answer):
    return answer.content.decode()


def draft_of(client, answers=None, key=KEY, **more):
    said = {"key": key, "then": "go", **(LETTER if answers is None else answers), **more}
    return client.post(at("new", "surat-uji"), said)


def sent_case(client):
    draft_of(client)
    case = only_case()
    client.post(at("check", case.id))
    return case.id


def by_office(office, case, *acts):
    with rows_of("35.10"):
        for kind, by, said in acts:
            office.act(case, kind, by, **said)


def test_the_catalogue_is_open_to_strangers_and_searched(client, served):
    client.logout()
    client.cookies["language"] = "en"
    page = text(client.get(at("catalogue")))
    assert "Test letter" in page
    assert "8 working hours" in page
    assert "Proof" in page
    assert "Sign in and begin" in page
    assert "Every kind" not in text(client.get(at("catalogue"), {"q": "letter"}))
    assert "No service fits" in text(client.get(at("catalogue"), {"q": "zzz'%\x00"}))
    for name, more in (("mine", ()), ("new", ("surat-uji",))):
        assert "/login/" in client.get(at(name, *more)).headers["Location"]


def test_every_kind_of_field_goes_round(client, served):
    where = f"{at('new', 'semua-jenis')}?place={VILLAGE}"
    page = text(client.get(where))
    key = client.get(where).context["key"]
    assert "From 1 to 9." in page
    answer = client.post(where, {"key": key, "then": "go", **ANSWERS, "a_file": picture()})
    case = only_case()
    assert answer.headers["Location"] == at("check", case.id), text(answer)
    digest = case.answers["a_file"]
    assert dict(case.answers) == {**KEPT, "a_file": digest}
    again = text(client.get(at("edit", case.id)))
    for shown in ('value="2020-02-29"', 'value="1500000"', "Baris dua", "bukti.png",
                  f'value="{OTHER_VILLAGE}" selected', "+6281234567890"):  # fmt: skip
        assert shown in again, shown
    assert again.count("checked") == 4
    assert client.post(at("check", case.id)).headers["Location"] == at("sent", case.id)
    assert only_case().answers["a_file"] == digest


def test_a_question_that_an_answer_brings_up_is_asked_in_the_next_round(client, served):
    where = f"{at('new', 'semua-jenis')}?place={VILLAGE}"
    said = {**ANSWERS, "a_yes": "no"}
    page = client.post(where, {"key": KEY, **said, "a_file": picture()})
    assert "One more question follows from your answers." in text(page)
    assert not page.context["form"].errors
    case = only_case()
    page = client.post(at("edit", case.id), {**said, "shown": "why_not", "why_not": ""})
    assert "Why not: this is missing" in text(page)
    done = client.post(at("edit", case.id), {**said, "shown": "why_not", "why_not": "nanti"})
    assert done.headers["Location"] == at("check", case.id)
    assert only_case().answers["why_not"] == "nanti"
    client.post(at("edit", case.id), {**said, "a_yes": "yes", "shown": "why_not", "why_not": "x"})
    assert "why_not" not in only_case().answers


def test_faults_stand_on_top_and_at_the_field_and_files_are_kept(client, served):
    with rows_of(EVERYWHERE):
        actions.publish_service(definition(2, paper=True), by=None, origin=ORIGIN)
    page = draft_of(client, {"purpose": "x", "story": "Rahasia Keluarga"}, paper_proof=picture())
    assert page.status_code == 200
    shown = text(page)
    words = "Purpose: this is too short"
    assert shown.count(words) == 2
    assert "bukti.png" in shown
    assert 'value="x"' in shown
    case = only_case()
    assert [each.code for each in case.files] == ["proof"]
    done = client.post(at("edit", case.id), LETTER)
    assert done.headers["Location"] == at("check", case.id)


def test_a_file_of_another_kind_or_too_large_is_told_at_its_field(client, served):
    page = draft_of(client, paper_proof=picture("bukti.png", b"MZ" + b"\0" * 30))
    assert "Proof: is not of a kind that is taken" in text(page)
    case = only_case()
    large = picture("besar.png", PNG + b"\0" * 1024 * 1024)
    assert "Proof: is too large" in text(
        client.post(at("edit", case.id), {**LETTER, "paper_proof": large})
    )
    assert not only_case().files


def test_a_required_paper_is_missed_unless_given_lately(client, served):
    with rows_of(EVERYWHERE):
        actions.publish_service(definition(2, paper=True), by=None, origin=ORIGIN)
    page = draft_of(client)
    assert "Proof: this paper is missing" in text(page)
    first = only_case().id
    client.post(at("edit", first), {**LETTER, "paper_proof": picture()})
    client.post(at("check", first))
    again = draft_of(client, key="f" * 32)
    assert "/check/" in again.headers["Location"]
    done = client.post(again.headers["Location"])
    assert "/sent/" in done.headers["Location"]
    with rows_of(EVERYWHERE):
        assert CaseFile.objects.filter(code="proof").count() == 2


def test_a_draft_is_kept_and_gone_on_with(client, served):
    saved = draft_of(client, {"purpose": "kredit usaha", "story": ""}, then="save")
    case = only_case()
    assert saved.headers["Location"] == at("own", case.id)
    assert "Not sent yet" in text(client.get(at("own", case.id)))
    assert "waits for you" in text(client.get(at("mine")))
    assert 'value="kredit usaha"' in text(client.get(at("edit", case.id)))


def test_a_form_sent_twice_makes_one_case(client, served):
    places = {draft_of(client).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    case = only_case()
    for _ in range(2):
        sent = client.post(at("check", case.id))
        assert sent.headers["Location"] == at("sent", case.id)
    seen = only_case()
    assert [each.kind for each in seen.events] == ["open", "submit"]
    page = text(client.get(at("sent", case.id)))
    assert seen.number in page
    assert "You get the answer by" in page
    assert draft_of(client).headers["Location"] == at("sent", case.id)


def test_the_form_begins_with_the_record_and_the_look_is_logged(client, served, office):
    prefilled = definition(2).replace("name: purpose", "name: purpose\n    prefill: person.name")
    with rows_of(EVERYWHERE):
        actions.publish_service(prefilled, by=None, origin=ORIGIN)
    assert 'value="Sri Rahayu"' in text(client.get(at("new", "surat-uji")))
    with rows_of(EVERYWHERE):
        entry = AccessEntry.objects.get(person_id=office.person)
    assert (entry.purpose, entry.actor) == ("own", office.resident.username)


def test_others_find_nothing(client, served, stranger, neighbour):
    case = sent_case(client)
    pages = ("own", "edit", "check", "sent", "receipt", "answer", "withdraw", "appeal", "note")
    for account in (stranger, neighbour, served.elsewhere):
        client.force_login(account)
        for name in pages:
            assert client.get(at(name, case)).status_code == 404, (account, name)
        assert client.post(at("withdraw", case), {}).status_code == 404
        assert "No requests yet" in text(client.get(at("mine")))
    client.logout()
    for name in pages:
        assert "/login/" in client.get(at(name, case)).headers["Location"]


def test_an_account_without_a_record_asks_where_no_name_is_needed(client, served, stranger):
    client.force_login(stranger)
    assert "not joined to your record" in text(client.get(at("new", "surat-uji")))
    assert "In which village?" in text(client.get(at("new", "semua-jenis")))
    where = f"{at('new', 'semua-jenis')}?place={VILLAGE}"
    client.post(where, {"key": KEY, **ANSWERS, "a_file": picture()})
    case = only_case()
    client.post(at("check", case.id))
    assert only_case().number in text(client.get(at("own", case.id)))
    assert "Every kind" in text(client.get(at("mine")))
    answer = client.get(at("own_paper", case.id, only_case().files[0].id))
    assert answer.content == PNG


def test_the_status_says_what_is_done_now_and_to_come(client, served):
    case = sent_case(client)
    by_office(served, case, ("claim", served.officer, {}), ("check", served.officer, {}))
    page = client.get(at("own", case))
    assert [each.state for each in page.context["stages"]] == ["done", "done", "now", ""]
    shown = text(page)
    assert "Promised by" in shown
    assert "District service officer, Licin" in shown
    assert "Rahasia Keluarga" in shown
    assert only_case().number in text(client.get(at("receipt", case)))


def test_what_is_returned_is_answered_again_and_nothing_else(client, served):
    case = sent_case(client)
    said = {"reason": "Sebutkan bank mana", "asks": ["purpose", "proof"]}
    by_office(served, case, ("claim", served.officer, {}), ("return", served.officer, said))
    assert "Sebutkan bank mana" in text(client.get(at("own", case)))
    page = text(client.get(at("answer", case)))
    assert 'name="purpose"' in page
    assert 'name="story"' not in page
    bad = client.post(at("answer", case), {"purpose": "x", "paper_proof": picture()})
    assert "Purpose: this is too short" in text(bad)
    done = client.post(at("answer", case), {"purpose": "kredit di BRI"})
    assert done.headers["Location"] == at("own", case)
    seen = only_case()
    assert (seen.status, seen.answers["purpose"]) == ("working", "kredit di BRI")
    assert seen.answers["story"] == "Rahasia Keluarga"
    assert [each.code for each in seen.files] == ["proof"]


def test_a_request_is_withdrawn_after_a_question(client, served):
    case = sent_case(client)
    assert "Yes, withdraw it" in text(client.get(at("withdraw", case)))
    assert only_case().status == "submitted"
    client.post(at("withdraw", case), {"reason": ""})
    assert only_case().status == "withdrawn"
    assert "You withdrew this request" in text(client.get(at("own", case)))
    assert client.get(at("withdraw", case)).status_code == 302


def test_a_refusal_names_its_ground_and_is_appealed_once(client, served):
    case = sent_case(client)
    said = {"at": None, "ground": "not_ours", "reason": "Bukan kami"}
    by_office(served, case, ("claim", served.officer, {}), ("refuse", served.officer, said))
    page = text(client.get(at("own", case)))
    assert "UU 30/2014 pasal 17" in page
    assert "You can appeal until" in page
    empty = client.post(at("appeal", case), {"reason": " "})
    assert "Write why the refusal is not right" in text(empty)
    client.post(at("appeal", case), {"reason": "Saya warga desa ini"})
    assert only_case().status in ("submitted", "working")
    assert client.get(at("appeal", case)).status_code == 302


def test_a_message_reaches_the_office_and_a_stale_form_is_refused(client, served):
    case = sent_case(client)
    seen = only_case().sequence
    client.post(at("note", case), {"text": "Kapan selesai?", "expected": seen})
    assert "Kapan selesai?" in text(client.get(at("own", case)))
    twice = client.post(at("note", case), {"text": "Kapan selesai?", "expected": seen})
    assert "Look at it again" in text(twice)
    assert [each.kind for each in only_case().events].count("note") == 1


def test_an_officer_takes_a_request_down_at_the_counter(client, served, office):
    client.force_login(office.officer)
    where = f"{at('new', 'surat-uji')}?person={office.person}"
    assert "At the counter, for Sri Rahayu" in text(client.get(where))
    answer = client.post(where, {"key": KEY, **LETTER})
    case = only_case()
    assert answer.headers["Location"] == at("check", case.id)
    assert "Sri Rahayu" in text(client.get(at("check", case.id)))
    sent = client.post(at("check", case.id))
    assert sent.headers["Location"] == at("desk", case.id)
    assert only_case().events[-1].role == "cases.officer"
    with rows_of(EVERYWHERE):
        assert AccessEntry.objects.filter(person_id=office.person, purpose="service").exists()
    client.force_login(office.elsewhere)
    assert client.get(where).status_code == 404


def test_my_requests_are_searched_and_sorted_by_what_waits(client, served):
    sent_case(client)
    draft_of(client, key="e" * 32)
    page = client.get(at("mine"))
    assert [each.status for each in page.context["page"]] == ["draft", "submitted"]
    assert [count for _, _, count in page.context["tabs"]] == [2, 1, 1, 0]
    assert "PM-" not in text(client.get(at("mine"), {"which": "waiting"}))
    assert "No request fits" in text(client.get(at("mine"), {"q": "zzz"}))


def test_an_officer_of_no_service_cannot_take_one_down(client, served, office):
    plain = User.objects.get(username="warga-tanpa-catatan")
    client.force_login(plain)
    where = f"{at('new', 'surat-uji')}?person={office.person}"
    assert client.get(where).status_code == 404
    assert not Case.objects.exists()


def test_a_record_leads_an_officer_of_cases_to_the_counter(client, served, office, clerk):
    client.force_login(clerk)
    why = {"purpose": "service", "reason": "di loket"}
    record = reverse("people:record", args=["banyuwangi", office.person])
    client.post(reverse("people:purpose", args=["banyuwangi", office.person]), why)
    assert f"{at('catalogue')}?person={office.person}" in text(client.get(record))
    page = text(client.get(at("catalogue"), {"person": office.person}))
    assert f"{at('new', 'surat-uji')}?person={office.person}" in page
