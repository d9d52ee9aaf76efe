from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.people.engine.nik import make_nik, masked, read_nik

TODAY = date(2026, 11, 22)
KNOWN = {"35.10.19", "73.71.01"}


def kinds(remarks):
    return [each.kind for each in remarks]


def read(text, **more):
    return read_nik(text, KNOWN, on=TODAY, **more)


def test_a_womans_day_has_forty_added():
    reading = read("3510195708900001")
    assert reading.is_valid
    assert (reading.district, reading.birth_date, reading.sex, reading.serial) == (
        "35.10.19", date(1990, 8, 17), "f", "0001",
    )  # fmt: skip


def test_people_write_it_with_spaces_dots_and_dashes():
    assert read("3510.1957-0890 0001").digits == "3510195708900001"


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("", "malformed"),
        ("351019570890000", "malformed"),
        ("35101957089000012", "malformed"),
        ("35101957089000O1", "malformed"),
        ("٣٥١٠١٩٥٧٠٨٩٠٠٠٠١", "malformed"),
        ("3510185708900001", "unknown-district"),
        ("3510195708900000", "serial-zero"),
        ("3510190008900001", "impossible-date"),
        ("3510193213900001", "impossible-date"),
        ("3510197202900001", "impossible-date"),
        ("3510193002900001", "impossible-date"),
    ],
)
def test_what_is_no_nik_is_an_error(number, error):
    assert kinds(read(number).errors) == [error]


def test_every_error_is_told_at_once():
    assert kinds(read("9999993213900000").errors) == [
        "unknown-district", "impossible-date", "serial-zero",
    ]  # fmt: skip


def test_a_mismatch_with_the_record_warns_and_never_rejects():
    reading = read("3510195708900001", sex="m", birth_date=date(1991, 8, 17))
    assert reading.is_valid
    assert kinds(reading.warnings) == ["birth-date-differs", "sex-differs"]


def test_a_year_belongs_to_the_latest_century_that_is_not_in_the_future():
    assert read("3510192211260001").birth_date == TODAY
    assert read("3510192311260001").birth_date == date(1926, 11, 23)
    # 1900 was no leap year, 2000 was.
    assert read("3510192902000001").birth_date == date(2000, 2, 29)


def test_a_district_may_be_asked_of_a_function():
    assert read_nik("3510195708900001", lambda code: code == "35.10.19", on=TODAY).is_valid


@given(
    st.dates(date(1927, 1, 1), TODAY), st.sampled_from("mf"), st.integers(1, 9999),
    st.sampled_from(sorted(KNOWN)),
)  # fmt: skip
def test_a_nik_reads_as_it_was_made(born, sex, serial, district):
    reading = read(make_nik(district, born, sex, serial), sex=sex, birth_date=born)
    assert (reading.errors, reading.warnings) == ((), ())
    assert (reading.birth_date, reading.sex, reading.district) == (born, sex, district)
    assert reading.serial == f"{serial:04}"


@given(st.text(max_size=24))
def test_no_text_breaks_the_reader(text):
    reading = read(text)
    assert reading.is_valid or reading.errors


def test_a_masked_number_hides_its_middle():
    assert masked("3510195708900001") == "3510••••••••0001"
    assert masked("A1234567") == "••••••67"
