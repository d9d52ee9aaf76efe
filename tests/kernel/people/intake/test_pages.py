"""Imports in the browser's words: upload, report, mend, workbook and back, undo; and the API."""

from __future__ import annotations

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from balai.kernel.access.actions.grants import grant_role
from balai.kernel.access.origin import Origin
from balai.kernel.jobs import run_waiting
from balai.kernel.people.models import AsideRow, Person, ResidentImport
from balai.kernel.row_security import EVERYWHERE, rows_of
from kernel.people.intake.conftest import CARD, FAMILY, HEADER

BAD = FAMILY[2].replace("2015-05-03", "31-02-2015")
HOME = "/banyuwangi/people/officer/imports/"


@pytest.fixture
def officer(banyuwangi, client, django_user_model):
    user = django_user_model.objects.create_user("petugas", display_name="Bu Rini")
    grant_role(user, "people.officer", place="banyuwangi", origin=Origin(channel="test"))
    client.force_login(user)
    return client


def upload(client, *lines, name="warga.csv", **data):
    content = "\n".join((HEADER, *lines)).encode()
    answer = client.post(HOME, {"file": SimpleUploadedFile(name, content), **data})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    run_waiting()
    return answer.url


@pytest.mark.django_db
def test_a_list_is_uploaded_mended_on_a_page_and_undone(officer, settings):
    url = upload(officer, *FAMILY[:2], BAD)
    page = officer.get(url).content.decode()
    assert "31-02-2015" in page
    assert "3510190305150001" not in page
    with rows_of(EVERYWHERE):
        taken = ResidentImport.objects.get()
        row = AsideRow.objects.get()
    assert taken.counts["added"] == 2
    assert taken.upload == ""
    mend = f"{url}aside/{row.pk}/"
    form = officer.get(mend).content.decode()
    assert 'aria-invalid="true"' in form
    cells = {"nik": "3510190305150001", "kk": CARD, "name": "Rangga", "sex": "L",
             "birth_date": "03-05-2015", "region": "35.10.19.2001", "relation": "ANAK"}  # fmt: skip
    assert officer.post(mend, {**cells, "birth_date": "32-05-2015"}).status_code == 422
    assert officer.post(mend, cells).status_code == 302
    with rows_of(EVERYWHERE):
        assert Person.objects.count() == 3
    assert officer.get(f"{url}undo/").status_code == 200
    officer.post(f"{url}undo/")
    with rows_of(EVERYWHERE):
        assert not Person.objects.exists()
        assert ResidentImport.objects.get().undone == {"removed": 3, "kept": 0}


@pytest.mark.django_db
def test_kept_rows_go_out_as_text_and_come_back_mended(officer):
    url = upload(officer, *FAMILY[:2], BAD)
    answer = officer.get(f"{url}aside.xlsx")
    from python_calamine import CalamineWorkbook
    from xlsxwriter import Workbook

    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    header, line = rows.to_python()
    assert header[0] == "BARIS"
    assert line[header.index("NIK")] == "3510190305150001"
    assert line[header.index("MASALAH")].startswith("TGL_LHR")
    line[header.index("TGL_LHR")] = "03-05-2015"
    out = io.BytesIO()
    book = Workbook(out)
    sheet = book.add_worksheet()
    for at, cells in enumerate((header, line)):
        sheet.write_row(at, 0, cells)
    book.close()
    officer.post(f"{url}aside/", {"file": SimpleUploadedFile("mended.xlsx", out.getvalue())})
    run_waiting()
    with rows_of(EVERYWHERE):
        assert Person.objects.count() == 3
        assert AsideRow.objects.get().state == "mended"


@pytest.mark.django_db
def test_a_refused_file_says_why_and_changes_nothing(officer):
    content = HEADER.replace("TGL_LHR", "HOBI").encode() + b"\n1;2\n"
    answer = officer.post(HOME, {"file": SimpleUploadedFile("3510190305150001.csv", content)})
    run_waiting()
    page = officer.get(answer.url).content.decode()
    assert "TGL_LHR" in page
    assert "3510190305150001" not in page


@pytest.mark.django_db
def test_the_api_takes_a_file_once_for_a_key(officer, django_user_model):
    def post(content, key="k1"):
        return officer.post(
            "/api/v1/people/imports",
            {"file": SimpleUploadedFile("a.csv", content), "city": "banyuwangi"},
            headers={"Idempotency-Key": key, "X-CSRFToken": token},
        )

    officer.get(HOME)
    token = officer.cookies["csrftoken"].value
    content = "\n".join((HEADER, *FAMILY)).encode()
    first, again = post(content), post(content)
    assert first.status_code == 202, first.content
    assert again.json()["id"] == first.json()["id"]
    assert post(b"other").status_code == 409
    run_waiting()
    told = officer.get(f"/api/v1/people/imports/{first.json()['id']}").json()
    assert told["counts"]["added"] == 3
    assert "3510191708850001" not in json.dumps(told)


def test_a_stranger_sees_no_imports(client, banyuwangi):
    assert client.get(HOME).status_code == 302
