"""`balai people import`, `rejected` and `retry` at the terminal: answers, faults, exit codes."""

from __future__ import annotations

import io
import json

import pytest
from python_calamine import CalamineWorkbook

from balai.kernel.people.intake import commands
from balai.kernel.people.intake.workbook import write_workbook
from balai.kernel.people.models import Person
from balai.kernel.problems import ProblemError
from balai.kernel.row_security import EVERYWHERE, rows_of
from kernel.people.intake.conftest import FAMILY, HEADER

BAD = FAMILY[2].replace("2015-05-03", "31-02-2015")
pytestmark = pytest.mark.django_db


def told(capsys) -> dict:
    return json.loads(capsys.readouterr().out)


def listed(tmp_path, *lines, header=HEADER):
    file = tmp_path / "warga.csv"
    file.write_text("\n".join((header, *lines)))
    return file


def call(command, *arguments):
    """The command as the terminal calls it, without the process around it."""
    return command.main([str(each) for each in arguments], standalone_mode=False)


def test_a_list_is_imported_mended_in_its_workbook_and_taken_in(
    banyuwangi, as_application, tmp_path, capsys
):
    report = tmp_path / "report.json"
    file = listed(tmp_path, *FAMILY[:2], BAD)
    call(commands.import_residents, file, "--city", "banyuwangi", "--json", "--report", report)
    first = told(capsys)
    assert (first["counts"]["added"], first["counts"]["aside"], first["errors"]) == (2, 1, 1)
    (issue,) = [each for each in json.loads(report.read_text())["issues"]
                if each["severity"] == "error"]  # fmt: skip
    assert (issue["row"], issue["field"], issue["value"]) == (4, "TGL_LHR", "31-02-2015")
    assert issue["problem"]
    assert issue["remedy"]
    call(commands.list_rejected, first["import"], "--json")
    assert [row["row"] for row in told(capsys)["rows"]] == [4]
    workbook = tmp_path / "rows.xlsx"
    call(commands.export_rejected, first["import"], workbook)
    capsys.readouterr()
    mend(workbook, "TGL_LHR", "03-05-2015")
    call(commands.retry, first["import"], workbook, "--json")
    assert told(capsys) == {"import": first["import"], "taken": 1, "aside": 0, "unmatched": 0}
    with rows_of(EVERYWHERE):
        assert Person.objects.count() == 3


def mend(path, heading: str, value: str) -> None:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())).get_sheet_by_index(0)
    header, line = sheet.to_python()
    line[header.index(heading)] = value
    path.write_bytes(write_workbook(header, [line]))


def test_only_trying_writes_nobody(banyuwangi, as_application, tmp_path, capsys):
    file = listed(tmp_path, *FAMILY)
    call(commands.import_residents, file, "--city", "banyuwangi", "--dry-run", "--json")
    assert told(capsys)["counts"]["added"] == 3
    with rows_of(EVERYWHERE):
        assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("lines", "options", "words"),
    [(("NIK;HOBI", "1;2"), ("--city", "banyuwangi"), "NAMA_LGKP"),
     (("a;b", "1;2"), ("--city", "banyuwangi"), "No header"),
     ((HEADER, FAMILY[0]), ("--city", "atlantis"), "atlantis"),
     ((HEADER, FAMILY[0]), ("--city", "banyuwangi", "--village", "99"), "village"),
     ((), ("--city", "banyuwangi"), "Choose the file")],
)  # fmt: skip
def test_what_cannot_be_imported_is_told_in_words(
    banyuwangi, as_application, tmp_path, lines, options, words
):
    file = tmp_path / "warga.csv"
    file.write_text("\n".join(lines))
    with pytest.raises(ProblemError) as error:
        call(commands.import_residents, file, *options)
    assert words in " ".join(error.value.lines())


def test_a_file_that_is_not_there_is_told_by_its_name(banyuwangi, as_application, tmp_path):
    with pytest.raises(ProblemError) as error:
        call(commands.import_residents, tmp_path / "none.csv", "--city", "banyuwangi")
    assert "none.csv" in " ".join(error.value.lines())
