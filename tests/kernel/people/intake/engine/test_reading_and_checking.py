"""Files as they come, and what is said about them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.kernel.people.engine.nik import read_nik
from balai.kernel.people.intake.engine import (
    Context,
    FileRefusedError,
    check,
    read_csv,
    table_of_cells,
)
from balai.kernel.people.intake.engine.issues import KINDS, masked
from balai.kernel.people.intake.engine.values import Places, read_date, read_phone, read_sex
from balai.kernel.people.intake.workbook import read_file

ON = date(2026, 11, 22)
PLACES = Places(
    within="35.10", within_name="Banyuwangi",
    known=frozenset({"35", "35.10", "35.10.19", "35.10.19.2001", "35.10.19.2009", "35.09"}),
    successors={"35.10.19.2009": "35.10.19.2001"}, names={"LICIN": ("35.10.19.2001",)},
    districts=frozenset({"351019"}),
)  # fmt: skip
CONTEXT = Context(on=ON, places=PLACES, choices={"relation": {"KEPALA KELUARGA": 1, "ANAK": 4}})
HEADER = "NIK,NAMA,JK,TGL LAHIR,KODE_WILAYAH"
GOOD = "3510191708850001,Budi,L,17-08-1985,35.10.19.2001"


def judged(*lines, header=HEADER, context=CONTEXT):
    return check(read_csv("\n".join((header, *lines)).encode()), context)


def kinds(checked):
    return {(issue.row, issue.kind) for issue in checked.issues.all()}


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_separator_mark_and_line_end_is_read(separator, mark, end):
    text = end.join((HEADER, GOOD, "")).replace(",", separator)
    checked = check(read_csv(mark + text.encode()), CONTEXT)
    assert checked.good["name"].to_list() == ["Budi"]
    assert checked.read == 1


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "empty"), (b"\xff\xfeN\x00", "UTF-16"),
     (b"PK\x03\x04rest", "damaged"), (b"\x00\x01\x02", "not text"), (b"a;b\n1;2\n", "No header"),
     (b"\xd0\xcf\x11\xe0old", "old")],
)  # fmt: skip
def test_what_is_no_list_is_refused_in_words(content, word):
    with pytest.raises(FileRefusedError, match=word):
        read_file(content)


@pytest.mark.parametrize(
    ("number", "kind"),
    [("3,51E+15", "nik_number"), ("351019170885001", "nik_length"), ("", "missing_value"),
     ("351019170885000O", "nik_characters"), ("9910191708850001", "nik_region"),
     ("3510197208850001", "nik_date"), ("3510193002850001", "nik_date"),
     ("3510191708850000", "nik_serial")],
)  # fmt: skip
def test_a_broken_nik_keeps_its_row_aside_and_its_neighbours_not(number, kind):
    line = GOOD.replace("3510191708850001", f'"{number}"')
    checked = judged(GOOD, line)
    assert (3, kind) in kinds(checked)
    assert checked.good["row"].to_list() == [2]
    assert checked.aside["row"].to_list() == [3]


def test_a_workbook_number_that_lost_its_last_digit_is_named_as_such():
    header = ["NIK", "NAMA", "JK", "TGL LAHIR", "KODE_WILAYAH"]
    day = datetime(1985, 8, 17, tzinfo=UTC)
    rows = [header, [3510191708850000.0, "A", "L", day, "35.10.19.2001"],
            [3510191708850001.0, "B", "L", 31276, "35.10.19.2001"]]  # fmt: skip
    checked = check(table_of_cells(rows), CONTEXT)
    assert {(2, "nik_number"), (3, "nik_kept_number")} <= kinds(checked)
    assert checked.good["birth_date"].to_list() == [date(1985, 8, 17)]


def test_a_column_rounded_by_a_spreadsheet_is_seen_as_a_whole():
    lines = [GOOD.replace("0001,", f"{n:03}0,") for n in range(1, 13)]
    assert {kind for _, kind in kinds(judged(*lines))} == {"nik_rounded"}


def test_mismatches_warn_and_never_reject():
    checked = judged(GOOD.replace("L,17-08-1985", "P,18-08-1985"))
    assert kinds(checked) == {(2, "nik_birth_date"), (2, "nik_sex")}
    assert checked.good.height == 1


def test_an_abolished_code_is_written_as_its_successor():
    checked = judged(GOOD.replace("2001", "2009"))
    assert kinds(checked) == {(2, "region_abolished")}
    assert checked.good["region"].to_list() == ["35.10.19.2001"]


def test_the_second_of_two_alike_is_taken_once_and_of_two_different_kept_aside():
    checked = judged(GOOD, GOOD, GOOD.replace("Budi", "Wati"))
    assert kinds(checked) == {(3, "row_repeated"), (4, "nik_repeated")}
    assert checked.good["row"].to_list() == [2]


def test_a_broken_row_bars_no_good_one_of_the_same_nik():
    checked = judged(GOOD.replace("17-08", "31-02"), GOOD)
    assert checked.good["row"].to_list() == [3]


def test_a_row_of_too_many_fields_is_told_and_the_others_read():
    checked = judged(GOOD + ",x,y", GOOD)
    assert (2, "many_fields") in kinds(checked)
    assert checked.good["row"].to_list() == [3]


def test_the_report_shows_no_whole_number():
    checked = judged(GOOD.replace("0001", "0000"))
    assert all("3510191708850000" not in str(issue) for issue in checked.issues.all())
    assert masked("351019571290O004") == "351019••••••O•••"


@pytest.mark.parametrize(
    "text",
    ["17-08-1985", "17/08/1985", "17.8.1985", "1985-08-17", "19850817", "31276",
     "17 Agustus 1985", "17-Aug-1985", "1985-08-17 00:00:00"],
)  # fmt: skip
def test_a_date_is_read_in_every_form(text):
    assert read_date(text, on=ON).value == date(1985, 8, 17)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("31-02-1985", "date_impossible"), ("17-08-85", "date_two_digits"), ("x", "date_form"),
     ("17-08-2085", "date_future"), ("17-08-1885", "date_too_old")],
)  # fmt: skip
def test_what_is_no_birth_date_is_named(text, kind):
    assert read_date(text, on=ON).kind == kind


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text):
    for read in (lambda t: read_date(t, on=ON), read_sex, read_phone):
        found = read(text)
        assert (found.value is None) <= bool(found.kind)


@settings(deadline=None)
@given(st.from_regex(r"351019[0-7][0-9][01][0-9][0-9]{2}000[0-9]", fullmatch=True))
def test_the_column_judges_a_nik_as_the_reader_of_one_does(number):
    alone = read_nik(number, {"35.10.19"}, on=ON)
    found = {kind for _, kind in kinds(judged(GOOD.replace("3510191708850001", number)))}
    errors = {kind for kind in found if KINDS[kind].severity == "error"}
    assert bool(errors) == bool(alone.errors)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    with suppress(FileRefusedError):
        checked = check(read_file(content), CONTEXT)
        assert checked.good.height + len(checked.faults) <= checked.read
