"""Bytes to rows: encodings, line ends, quotation, and the line number of every row."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from balai.transit.engine.gtfs.feed import ReadLimits
from balai.transit.engine.gtfs.issues import IssueLog
from balai.transit.engine.gtfs.text import ROW, Source, parse

COLUMNS = ("a", "b", "c")


def rows_of(content, columns=COLUMNS):
    log = IssueLog(1000)
    frame = parse(content, columns, Source("x.txt", ReadLimits(), log))
    return (None if frame is None else frame.rows()), log


def test_byte_order_mark_and_line_ends_make_no_difference():
    plain = rows_of(b"a,b,c\n1,2,3\n4,5,6\n")[0]
    assert plain == [(2, "1", "2", "3"), (3, "4", "5", "6")]
    assert rows_of(b"\xef\xbb\xbfa,b,c\r\n1,2,3\r\n4,5,6\r\n")[0] == plain
    assert rows_of(b"a,b,c\r1,2,3\r4,5,6")[0] == plain
    assert rows_of("a,b,c\n1,2,3\n4,5,6\n".encode("utf-16"))[0] == plain


def test_space_around_values_and_names_is_stripped_and_empty_is_null():
    assert rows_of(b" A , b,c\n 1 ,, \n")[0] == [(2, "1", None, None)]


def test_rows_after_a_text_of_two_lines_keep_their_line_numbers():
    rows, _ = rows_of(b'a,b,c\n1,"two\nlines, here",3\n\n4,5,6\n')
    assert rows == [(2, "1", "two\nlines, here", "3"), (5, "4", "5", "6")]


def test_a_quotation_left_open_costs_its_row_only():
    rows, log = rows_of(b'a,b,c\n1,2,3\n4,"5,6\n7,8,9\n1,"x",2\n')
    assert rows == [(2, "1", "2", "3"), (4, "7", "8", "9"), (5, "1", "x", "2")]
    assert [(issue.kind, issue.row) for issue in log.issues()] == [("unreadable_row", 3)]


def test_quotation_marks_amid_text_are_text():
    rows, log = rows_of(b'a,b,c\n1,Jalan "Raya" 1,3\n2,"a ""b""",4\n')
    assert rows == [(2, "1", 'Jalan "Raya" 1', "3"), (3, "2", 'a "b"', "4")]
    assert not log.issues()


def test_too_few_fields_are_filled_and_too_many_leave_the_row_out():
    rows, log = rows_of(b"a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n")
    assert rows == [(2, "1", "2", None), (4, "1", "2", "3")]
    assert [(issue.kind, issue.row) for issue in log.issues()] == [
        ("few_fields", 2),
        ("many_fields", 3),
    ]


def test_latin_text_is_read_line_by_line_and_reported():
    rows, log = rows_of("a,b,c\n1,Señor,ü\n".encode("cp1252") + "2,Señor,ü\n".encode())
    assert rows == [(2, "1", "Señor", "ü"), (3, "2", "Señor", "ü")]
    assert [(issue.kind, issue.row) for issue in log.issues()] == [("encoding", 2)]


def test_header_troubles_are_named():
    rows, log = rows_of(b"a,b,a,zone\n1,2,3,4\n")
    assert rows == [(2, "1", "2")]
    assert [(issue.kind, issue.field) for issue in log.issues()] == [
        ("repeated_column", "a"),
        ("unknown_column", "zone"),
    ]


def test_nothing_at_all_is_an_empty_file():
    for content in (b"", b"\n \n", b"\xef\xbb\xbf"):
        rows, log = rows_of(content)
        assert rows is None
        assert [issue.kind for issue in log.issues()] == ["empty_file"]


def test_a_single_column_is_read():
    assert rows_of(b"a\n1\n\n2\n")[0] == [(2, "1"), (4, "2")]


plain_field = st.text(st.sampled_from("abc 1é;'#\\"), max_size=4)


@given(st.lists(st.tuples(plain_field, plain_field, plain_field), max_size=6))
def test_the_quick_way_and_the_careful_way_agree(rows):
    regular = "a,b,c\n" + "".join(",".join(row) + "\n" for row in rows)
    quoted = '"a",b,c\n' + "".join(",".join(f'"{field}"' for field in row) + "\n" for row in rows)
    quick, _ = rows_of(regular.encode())
    careful, _ = rows_of(quoted.encode())
    assert quick == careful
    assert [row[0] for row in quick] == list(range(2, len(rows) + 2))


@given(st.binary(max_size=200))
def test_any_bytes_give_rows_with_rising_line_numbers(content):
    log = IssueLog(1000)
    frame = parse(b"a,b,c\n" + content, COLUMNS, Source("x.txt", ReadLimits(), log))
    assert frame is not None
    assert frame[ROW].is_sorted()
    assert frame.schema[ROW] == pl.UInt32


@given(st.integers(0, 5), st.sampled_from(['"', '4,"', 'x"y,"z', '"",', ",,,,x", '"a"b"', "é"]))
def test_one_spoilt_line_never_costs_another(place, spoilt):
    lines = [f"{number},b{number},c" for number in range(5)]
    lines.insert(place, spoilt)
    rows, _ = rows_of(("a,b,c\n" + "\n".join(lines)).encode())
    numbers = {row[1] for row in rows}
    assert {str(number) for number in range(5)} <= numbers
