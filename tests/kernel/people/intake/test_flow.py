"""A list with errors comes in, is mended in both ways, and who looks at a resident is seen."""

from __future__ import annotations

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
    own_folders,
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
    assert client.post(f"{url}aside/", {"file": file}).status_code == 302


def looked_up(client, nik: str, *, reason: str) -> str:
    asked = {"scheme": "nik", "number": nik, "purpose": "service", "reason": reason}
    answer = client.post(f"{HOME}officer/look-up/", asked, follow=True)
    assert nik not in answer.redirect_chain[-1][0]
    return str(answer.content.decode())
