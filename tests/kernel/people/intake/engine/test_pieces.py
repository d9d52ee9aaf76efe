"""A file judged in pieces comes out as the whole file would, and is never held whole."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from balai.kernel.people.intake.engine import (
    as_written,
    check,
    check_pieces,
    csv_tables,
    read_csv,
    tables_of_cells,
)
from balai.kernel.people.intake.workbook import read_file
from kernel.people.intake.engine.test_reading_and_checking import CONTEXT

HEADER = "NIK;NO_KK;NAMA;JK;TGL LAHIR;KODE_WILAYAH;SHDK;ALAMAT"
LINES = st.sampled_from(
    [
        "3510191708850001;3510190101100001;Budi;L;17-08-1985;35.10.19.2001;KEPALA KELUARGA;Jl. A",
        "3510191708850001;3510190101100001;Budi;L;17-08-1985;35.10.19.2001;KEPALA KELUARGA;Jl. A",
        "3510191708850001;;Lain;L;17-08-1985;35.10.19.2001;;",
        "3510195209880002;3510190101100001;Siti;P;12-09-1988;35.10.19.2001;KEPALA KELUARGA;",
        "3510190305150001;3510190101100001;Rangga;L;31-02-2015;35.10.19.2001;ANAK;x",
        '3510190305150003;;"Ani\nWati";P;03-05-2015;35.10.19.2009;ANAK;"Jl. ""B"""',
        "3,51E+15;;Nol;L;03-05-2015;35.10.19.2001;ANAK;",
        "",
    ]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(LINES, min_size=1, max_size=30), st.integers(1, 400))
def test_a_file_in_pieces_is_judged_as_the_whole_file(lines, size):
    content = "\n".join((HEADER, *lines)).encode()
    whole = check(read_csv(content), CONTEXT)
    # The first piece holds the header, however small the others are.
    chunks = [content[:200], *(content[at : at + size] for at in range(200, len(content), size))]
    pieces = check_pieces(csv_tables(chunks, size=max(size, 120)), CONTEXT)
    assert pieces.good.count == whole.good.height
    for rows in pieces.good.pieces(10**6):
        assert rows.sort("row").equals(whole.good)
    assert pieces.aside.equals(whole.aside)
    assert pieces.faults == whole.faults
    assert pieces.issues.all() == whole.issues.all()
    assert pieces.read == whole.read


def test_a_piece_of_blank_lines_alone_counts_its_rows():
    line = "3510195209880002;3510190101100001;Siti;P;12-09-1988;35.10.19.2001;KEPALA KELUARGA;"
    pieces = csv_tables([f"{HEADER}\n{line}\n".encode(), b"\n\n\n", line.encode()], size=1)
    assert [table.frame["row"].to_list() for table in pieces] == [[2], [], [6]]


def test_judged_rows_written_again_say_the_same():
    lines = ["3510191708850001;3510190101100001;Budi;L;17-08-1985;35.10.19.2001;ANAK;Jl. A",
             "3510195209880002;;Siti;P;12-09-1988;35.10.19.2001;;"]  # fmt: skip
    good = check(read_csv("\n".join((HEADER, *lines)).encode()), CONTEXT).good
    texts = as_written(good).drop("row")
    again = "\n".join(
        (";".join(texts.columns), *(";".join(v or "" for v in row) for row in texts.iter_rows()))
    )
    for field, heading in (("name", "NAMA"), ("sex", "JK"), ("birth_date", "TGL LAHIR"),
                           ("region", "KODE WILAYAH"), ("address", "ALAMAT"),
                           ("relation", "SHDK"), ("kk", "NO KK")):  # fmt: skip
        again = again.replace(field, heading, 1)
    assert check(read_csv(again.encode()), CONTEXT).good.equals(good)


def test_a_file_in_windows_1252_keeps_its_letters_and_each_such_row_is_told():
    lines = ["3510191708850001;;Budi;L;17-08-1985;35.10.19.2001;;",
             "3510195209880002;;Andr\xe9 D\xb4Souza;L;12-09-1988;35.10.19.2001;;"]  # fmt: skip
    checked = check(read_csv("\n".join((HEADER, *lines)).encode("windows-1252")), CONTEXT)
    assert checked.good["name"].to_list() == ["Budi", "Andr\xe9 D\xb4Souza"]
    assert [i.row for i in checked.issues.all() if i.kind == "not_utf8"] == [3]


def test_a_quotation_mark_left_open_costs_its_own_row_at_most_its_neighbours():
    good = "3510191708850001;;Budi;L;17-08-1985;35.10.19.2001;;"
    odd = '3510195209880002;;5" Siti;P;12-09-1988;35.10.19.2001;;'
    checked = check(read_csv("\n".join((HEADER, odd, good)).encode()), CONTEXT)
    assert "Budi" in checked.good["name"].to_list()


def test_a_workbook_is_read_in_pieces_with_its_own_row_numbers():
    rows = [["Daftar penduduk"], [], ["NIK", "NAMA", "JK", "TGL LAHIR", "KODE_WILAYAH"]]
    rows += [[f"35101917088500{n:02}", f"W {n}", "L", "17-08-1985", "35.10.19.2001"]
             for n in range(1, 8)]  # fmt: skip
    assert [t.frame["row"].to_list() for t in tables_of_cells(rows, size=3)] == [
        [4, 5, 6], [7, 8, 9], [10]
    ]  # fmt: skip
    out = io.BytesIO()
    book = Workbook(out)
    sheet = book.add_worksheet()
    for at, cells in enumerate(rows):
        sheet.write_row(at + 2, 1, cells)
    book.close()
    # Two empty rows stand above: a row is counted as the spreadsheet counts it.
    assert read_file(out.getvalue()).frame["row"].to_list() == list(range(6, 13))


MEASURED = """
import resource, sys
import polars
from datetime import date
from kernel.people.intake.engine.test_reading_and_checking import CONTEXT
from balai.kernel.people.intake.engine import check_pieces, csv_tables

def chunks():
    yield b"NIK;NAMA;JK;TGL LAHIR;KODE_WILAYAH;ALAMAT\\n"
    for block in range(int(sys.argv[1])):
        yield b"".join(
            b"351019%02d%02d85%04d;Warga;L;%02d-%02d-1985;35.10.19.2001;%s\\n" % (
                n % 28 + 1, block % 12 + 1, n // 28 + 1 + 130 * (block // 12),
                n % 28 + 1, block % 12 + 1, b"Jalan Kawah Ijen %d" % n)
            for n in range(3500))

checked = check_pieces(csv_tables(chunks()), CONTEXT)
assert checked.good.count == 3500 * int(sys.argv[1]), checked.issues.all()[:5]
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
def test_a_larger_file_takes_no_more_memory_than_its_judged_rows():
    # 29 and 86 MB. Held whole, as text and as columns, a file takes seven times its size.
    small, large = (_peak_mb(blocks) for blocks in (110, 330))
    assert large - small < 100


def _peak_mb(blocks: int) -> int:
    told = subprocess.run([sys.executable, "-c", MEASURED, str(blocks)], check=True,
                          capture_output=True, text=True, env=_environment())  # fmt: skip
    return int(told.stdout)


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
