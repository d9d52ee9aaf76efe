"""Answers to a service's questions: what is kept, and what is said of the rest."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.cases.engine import check_answers, split_personal
from balai.kernel.cases.engine.definition import FIELD_KINDS, Field, Limits, Option
from balai.kernel.cases.engine.values import AnswerError, read_value
from balai.kernel.cases.services import shipped_service

TODAY = date(2026, 11, 23)
TITLE = {"id": "Isian", "en": "Field"}
OPTIONS = tuple(Option(value=value, title=TITLE) for value in ("a", "b", "c"))


def field(kind: str, **more) -> Field:
    options = OPTIONS if kind.startswith("choice") else ()
    return Field(name="it", kind=kind, title=TITLE, options=options, **more)


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", "  Warung kopi ", "Warung kopi"),
        ("long_text", "satu\r\ndua", "satu\ndua"),
        ("integer", "12", 12),
        ("money", "Rp 1.500.000", 1_500_000),
        ("money", "1.500.000,00", 1_500_000),
        ("money", 0, 0),
        ("date", "2026-11-23", "2026-11-23"),
        ("date", "3/2/1990", "1990-02-03"),
        ("choice", "b", "b"),
        ("choices", ["c", "a"], ["a", "c"]),
        ("choices", "b", ["b"]),
        ("yes_no", "tidak", False),
        ("yes_no", "on", True),
        ("region", "35.10.19.2004", "35.10.19.2004"),
        ("person", "3510 1923 0590 0001", "3510192305900001"),
        ("person", UUID(int=7), str(UUID(int=7))),
        ("phone", "0812-3456-7890", "+6281234567890"),
        ("email", "wati@contoh.id", "wati@contoh.id"),
    ],
)
def test_answers_are_kept_in_one_form(kind, given, kept):
    assert read_value(field(kind), given, today=TODAY) == kept


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("text", "", "missing"),
        ("text", 5, "not_text"),
        ("text", "a\x00b", "control"),
        ("text", "a\nb", "control"),
        ("text", "x" * 201, "longest"),
        ("integer", "1.5", "not_number"),
        ("integer", True, "not_number"),
        ("integer", "١٢", "not_number"),
        ("money", "1,500,000", "not_money"),
        ("money", "1.50", "not_money"),
        ("date", "2026-02-30", "not_date"),
        ("date", "20261123", "not_date"),
        ("choice", "d", "not_option"),
        ("choice", ["a"], "not_option"),
        ("choices", ["a", "a"], "twice"),
        ("choices", {"a": 1}, "not_option"),
        ("yes_no", "maybe", "not_yes_no"),
        ("region", "35.1", "not_region"),
        ("person", "351019230590000", "not_person"),
        ("phone", "12", "not_phone"),
        ("email", "wati@", "not_email"),
        ("file", "card.pdf", "not_file"),
    ],
)
def test_what_cannot_be_taken_is_named(kind, given, code):
    with pytest.raises(AnswerError) as refused:
        read_value(field(kind), given, today=TODAY)
    assert refused.value.code == code


def test_dates_are_bounded_by_today():
    birth = field("date", limits=Limits(low="1900-01-01", high="today"))
    for day, code in (("2026-11-24", "too_late"), ("1899-12-31", "too_early")):
        with pytest.raises(AnswerError, match=code):
            read_value(birth, day, today=TODAY)


def test_a_question_that_is_not_asked_keeps_no_answer():
    service = shipped_service("pengaduan").service
    answers = {"subject": "road", "what": "Jalan berlubang", "where": "Dusun Krajan",
               "wants_answer": "tidak", "reply_phone": "081234567890", "charged": "5"}  # fmt: skip
    clean, faults = check_answers(service, answers, today=TODAY)
    assert not faults
    assert "reply_phone" not in clean
    assert "charged" not in clean
    _, faults = check_answers(service, {**answers, "wants_answer": "ya", "reply_phone": ""},
                              today=TODAY)  # fmt: skip
    assert [fault.field for fault in faults] == ["reply_phone"]


def test_faults_speak_the_readers_language_and_repeat_nothing_personal():
    service = shipped_service("surat-keterangan-domisili").service
    clean, faults = check_answers(
        service, {"nik": "351019230590", "since": "kemarin", "purpose": "bank", "shoe": "42"},
        today=TODAY, language="id",
    )  # fmt: skip
    found = {fault.field: fault for fault in faults}
    assert found["nik"].value == ""
    assert found["since"].value == "kemarin"
    assert found["nik"].remedy == "Tulis 16 angka NIK"
    assert "shoe" in found
    assert clean == {"purpose": "bank"}


def test_personal_answers_are_set_apart():
    service = shipped_service("surat-keterangan-domisili").service
    plain, sealed = split_personal(service, {"name": "Wati", "purpose": "bank"})
    assert (plain, sealed) == ({"purpose": "bank"}, {"name": "Wati"})


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(kind=st.sampled_from(sorted(FIELD_KINDS)), value=ANYTHING)
def test_whatever_is_given_is_kept_as_json_or_refused(kind, value):
    try:
        kept = read_value(field(kind), value, today=TODAY)
    except AnswerError:
        return
    assert json.loads(json.dumps(kept)) == kept
    assert read_value(field(kind), kept, today=TODAY) == kept
