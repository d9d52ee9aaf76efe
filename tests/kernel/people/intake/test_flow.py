"""A list with errors comes in, is mended in both ways, and who looks at a resident is seen."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from balai.kernel.access.actions.grants import grant_role
from balai.kernel.access.origin import Origin
from balai.kernel.jobs import run_waiting
from balai.kernel.people.actions import link_account
from balai.kernel.people.models import AccessEntry, AsideRow, Identifier, Person, ResidentImport
from balai.kernel.people.numbers import index_of
from balai.kernel.row_security import rows_of
from kernel.people.intake.conftest import (  # noqa: F401
    CARD,
    FAMILY,
    HEADER,
    banyuwangi,
)

HOME = "/banyuwangi/people/"
IMPORTS = f"{HOME}officer/imports/"
HEAD, WIFE, CHILD = (line.split(";")[0] for line in FAMILY)
LIST = (
    FAMILY[0],
    FAMILY[1].replace("12/09/1988", "12/13/1988"),
    FAMILY[2].replace("2015-05-03", "31-02-2015"),
)
REASON = "surat keterangan domisili"

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts(banyuwangi, django_user_model, as_application):  # noqa: F811
    """An officer of the register and a resident who is not joined to a record yet."""
    officer = django_user_model.objects.create_user("petugas", display_name="Bu Rini")
    grant_role(officer, "people.officer", place="banyuwangi", origin=Origin(channel="test"))
    return officer, django_user_model.objects.create_user("warga", display_name="Budi")


def test_a_list_with_errors_is_mended_and_a_look_up_is_seen_by_the_resident(client, accounts):
    officer, resident = accounts
    client.cookies["language"] = "en"
    client.force_login(officer)
    url = upload(client)
    mend_on_the_page(client, url)
    mend_in_the_workbook(client, url)
    with rows_of("35.10"):
        assert Person.objects.count() == 3
        assert set(AsideRow.objects.values_list("state", flat=True)) == {"mended"}
        # The number of a mended row finds it like any other.
        assert Identifier.objects.filter(index=index_of("nik", CHILD)).exists()
        budi = Identifier.objects.get(index=index_of("nik", HEAD)).person_id
        link_account(resident, budi, method="identity-card", origin=Origin("petugas"))
    assert "Budi Santoso" in looked_up(client, HEAD, reason=REASON)
    client.force_login(resident)
    page = client.get(f"{HOME}looks/").content.decode()
    assert REASON in page
    assert "Bu Rini" in page
    assert HEAD not in page


def test_nobody_is_looked_up_without_a_reason(client, accounts):
    client.force_login(accounts[0])
    upload(client)
    asked = {"scheme": "nik", "number": HEAD, "purpose": "service", "reason": ""}
    assert client.post(f"{HOME}officer/look-up/", asked).status_code in (200, 422)
    with rows_of("35.10"):
        assert not AccessEntry.objects.exists()


def upload(client) -> str:
    file = SimpleUploadedFile("warga.csv", "\n".join((HEADER, *LIST)).encode())
    answer = client.post(IMPORTS, {"file": file})
    assert answer.status_code == 302
    run_waiting()
    page = client.get(answer.url).content.decode()
    assert "12/13/1988" in page
    assert "31-02-2015" in page
    assert not any(nik in page for nik in (HEAD, WIFE, CHILD)), "no NIK is shown whole"
    with rows_of("35.10"):
        counts = ResidentImport.objects.get().counts
    assert (counts["read"], counts["added"], counts["aside"]) == (3, 1, 2)
    return str(answer.url)


def mend_on_the_page(client, url: str) -> None:
    with rows_of("35.10"):
        row = AsideRow.objects.get(row=3)
    cells = {"nik": WIFE, "kk": CARD, "name": "Siti Aminah", "sex": "P", "birth_date": "31-09-1988",
             "region": "35.10.19.2001", "relation": "ISTRI"}  # fmt: skip
    assert client.post(f"{url}aside/{row.pk}/", cells).status_code == 422
    mended = client.post(f"{url}aside/{row.pk}/", {**cells, "birth_date": "12-09-1988"})
    assert mended.status_code == 302


def mend_in_the_workbook(client, url: str) -> None:
    kept = io.BytesIO(client.get(f"{url}aside.xlsx").content)
    header, line = CalamineWorkbook.from_filelike(kept).get_sheet_by_index(0).to_python()
    line[header.index("TGL_LHR")] = "03-05-2015"
    out = io.BytesIO()
    book = Workbook(out)
    sheet = book.add_worksheet()
    for at, cells in enumerate((header, line)):
        sheet.write_row(at, 0, cells)
    book.close()
    file = SimpleUploadedFile("mended.xlsx", out.getvalue())
    answer = client.post(f"{url}aside/", {"file": file})
    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 200, "the job's page tells how far it is"
    run_waiting()
    page = client.get(answer.url).content.decode()
    assert "Went in" in page
    assert url in page, "it leads back to the rows"


def looked_up(client, nik: str, *, reason: str) -> str:
    asked = {"scheme": "nik", "number": nik, "purpose": "service", "reason": reason}
    answer = client.post(f"{HOME}officer/look-up/", asked, follow=True)
    assert nik not in answer.redirect_chain[-1][0]
    return str(answer.content.decode())


BROKEN = {
    # row of the file: what stands there in place of a good value, and what is said of it
    2: ("3510191708850001", "3,51E+15", "NIK", "16 digits"),
    3: ("12/09/1988", "12/13/1988", "TGL_LHR", "no such day"),
    4: ("35.10.19.2001", "99.99.99.9999", "KODE_WILAYAH", "no such region"),
    5: ("Wati", "", "NAMA_LGKP", "required"),
    6: ("3510195209880077", "351019520988007", "NIK", "16 digits"),
}


def broken_list() -> list[str]:
    rows = [*FAMILY, FAMILY[1].replace("0002;", "0055;").replace("Siti Aminah", "Wati"),
            FAMILY[1].replace("3510195209880002", "3510195209880077"),
            # The same number once more with another name, and one whose date is another's.
            FAMILY[0].replace("0001;3510190101100001", "0033;"),
            FAMILY[0].replace("0001;3510190101100001", "0033;").replace("Budi", "Joko"),
            FAMILY[1].replace("0002;", "0044;").replace("12/09/1988", "13/09/1988")]  # fmt: skip
    return [
        line.replace(BROKEN[row][0], BROKEN[row][1], 1) if row in BROKEN else line
        for row, line in enumerate(rows, 2)
    ]


@pytest.mark.parametrize(("mark", "encoding"), [(b"", "utf-8"), (b"\xef\xbb\xbf", "utf-8"),
                                               (b"", "windows-1252")])  # fmt: skip
def test_every_error_is_told_by_row_column_value_and_mend(client, accounts, mark, encoding):
    client.cookies["language"] = "en"
    client.force_login(accounts[0])
    text = "\r\n".join((HEADER.replace("NAMA_LGKP", "Nama Lengkap"), *broken_list()))
    text = text.replace("Joko Santoso", "Jok\u00e9 Santoso")
    file = SimpleUploadedFile("warga.csv", mark + text.encode(encoding))
    answer = client.post(IMPORTS, {"file": file})
    run_waiting()
    lines = list(csv.reader(io.StringIO(client.get(f"{answer.url}?format=csv").getvalue()
                                        .decode("utf-8-sig"))))  # fmt: skip
    assert lines[0] == ["row", "field", "value", "severity", "problem", "remedy"]
    errors = {(int(row), field): (value, problem, remedy)
              for row, field, value, severity, problem, remedy in lines[1:]
              if severity == "error"}  # fmt: skip
    assert {(2, "NIK"), (3, "TGL_LHR"), (4, "KODE_WILAYAH"), (5, "Nama Lengkap"), (6, "NIK"),
            (8, "NIK")} == set(errors)  # fmt: skip
    assert all(problem and remedy for _value, problem, remedy in errors.values())
    assert errors[3, "TGL_LHR"][0] == "12/13/1988"
    assert errors[6, "NIK"][0] == "351019\u2022\u2022\u2022\u2022\u2022\u2022\u2022\u2022\u2022"
    warned = {(row, field) for row, field, _v, severity, *_ in lines[1:] if severity == "warning"}
    assert ("9", "TGL_LHR") in warned, "a date other than in the NIK keeps nobody out"
    assert (("8", "") in warned) == (encoding != "utf-8")
    with rows_of("35.10"):
        counts = ResidentImport.objects.get().counts
    assert (counts["read"], counts["added"], counts["aside"]) == (8, 2, 6)


def test_a_workbook_with_numbers_for_text_is_told_what_excel_did(client, accounts):
    client.cookies["language"] = "en"
    client.force_login(accounts[0])
    out = io.BytesIO()
    book = Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER.split(";"))
    for at, line in enumerate(FAMILY, 1):
        sheet.write_row(at, 0, line.split(";"))
    sheet.write_number(1, 0, 3510191708850000)
    sheet.write_number(2, 5, 32398)
    book.close()
    file = SimpleUploadedFile("warga.xlsx", out.getvalue())
    answer = client.post(IMPORTS, {"file": file})
    run_waiting()
    page = client.get(answer.url).content.decode()
    assert "351019" in page
    assert "3510191708850000" not in page
    with rows_of("35.10"):
        assert [row.row for row in AsideRow.objects.all()] == [2]
        assert str(Person.objects.get(name="Siti Aminah").birth_date) == "1988-09-12"


def test_a_list_without_its_columns_is_refused_before_a_row_is_read(client, accounts):
    client.cookies["language"] = "en"
    client.force_login(accounts[0])
    file = SimpleUploadedFile("warga.csv", b"NIK;NO_KK\n3510191708850001;\n")
    answer = client.post(IMPORTS, {"file": file})
    run_waiting()
    page = client.get(answer.url).content.decode()
    for heading in ("NAMA_LGKP", "JENIS_KELAMIN", "TGL_LHR", "KODE_WILAYAH"):
        assert heading in page
    with rows_of("35.10"):
        assert not Person.objects.exists()


def test_an_import_is_undone_only_after_asking(client, accounts):
    client.cookies["language"] = "en"
    client.force_login(accounts[0])
    url = upload(client)
    assert "Undo the import" in client.get(f"{url}undo/").content.decode()
    with rows_of("35.10"):
        assert Person.objects.count() == 1, "asking undoes nothing"
    page = client.post(f"{url}undo/", follow=True).content.decode()
    assert "1 residents were removed" in page
    with rows_of("35.10"):
        assert not Person.objects.exists()
        assert ResidentImport.objects.get().state == "undone"
