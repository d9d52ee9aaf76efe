"""Numbers have no gaps: with many at once, and where a transaction is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, transaction

from balai.kernel.documents import actions
from balai.kernel.documents.models import Document, PublicRecord
from balai.kernel.problems import ConflictError, ProblemError
from kernel.documents.conftest import BY, LETTER, build_hall

pytestmark = pytest.mark.django_db
TABLES = (
    "documents_publicfile", "documents_publicrecord", "documents_signature", "documents_file",
    "documents_document", "documents_counter", "documents_signatory", "documents_office",
    "documents_kindversion", "access_auditentry", "events_event",
)  # fmt: skip


@pytest.fixture
def committed(db: None, keys_root: object) -> Iterator[None]:
    """Threads have connections of their own, outside the test's transaction: sweep after them."""
    in_thread(build_hall)
    yield
    in_thread(sweep)


def sweep() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("DELETE FROM access_user WHERE username IN ('kades', 'camat-licin')")
        cursor.execute("DELETE FROM regions_city WHERE slug = 'banyuwangi'")
        cursor.execute("DELETE FROM regions_region WHERE code = 'ID' OR code LIKE '35.10%'")


def in_thread(work: Callable[[], object]) -> object:
    def run() -> object:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def together(count: int, call: Callable[[int], object]) -> list[object]:
    start = Barrier(count)

    def run(number: int) -> object:
        start.wait(timeout=60)
        try:
            return call(number)
        except Exception as error:  # noqa: BLE001 - the errors are what is looked at
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def letter(key: str) -> Document:
    return actions.issue("surat-keterangan", office="429.509", city="banyuwangi", data=LETTER,
                         about=None, by=BY, key=key)  # fmt: skip


def test_many_at_once_and_some_undone_leave_no_gap(committed):
    def call(number: int) -> object:
        with transaction.atomic():
            made = letter(f"k{number}")
            if number % 3 == 0:
                raise RuntimeError("undone")
        return made.no

    results = together(32, call)
    taken = sorted(each for each in results if isinstance(each, int))
    assert taken == list(range(1, 22))
    assert sum(isinstance(each, RuntimeError) for each in results) == 11


def test_one_key_asked_many_times_at_once_is_one_document(committed):
    results = together(12, lambda _: letter("one").id)
    assert len(set(results)) == 1
    assert in_thread(lambda: Document.objects.filter(kind="surat-keterangan").count()) == 1


def test_a_key_that_stands_for_another_document_is_refused(hall):
    hall.issue(key="one")
    with pytest.raises(ConflictError):
        hall.issue(key="one", data={**LETTER, "purpose": "lain"})


def test_each_office_kind_and_year_counts_by_itself(hall):
    at = datetime(2025, 12, 31, 18, 0, tzinfo=UTC)
    assert [hall.issue(key=f"a{n}").no for n in range(2)] == [1, 2]
    assert hall.issue("surat-pengantar-bersama", key="b").no == 1
    assert hall.issue(key="c", at=at).year == 2026, "01.00 in Banyuwangi is the new year's day"
    assert hall.issue(key="d", at=at.replace(hour=16)).number == "470/0001/429.509/2025"


def test_a_void_document_keeps_its_number_and_says_so(hall):
    first = hall.issue(key="one")
    actions.void(first.id, reason="keperluan batal", by=BY)
    assert hall.issue(key="two").no == 2
    kept = PublicRecord.objects.get(pk=first.code)
    assert (kept.number, kept.state) == (f"470/0001/429.509/{first.year}", "void")
    with pytest.raises(ConflictError):
        actions.void(first.id, reason="lagi", by=BY)


def test_a_void_needs_a_reason(hall):
    with pytest.raises(ProblemError, match=r"reason|[Aa]lasan"):
        actions.void(hall.issue().id, reason=" ", by=BY)


def test_the_database_itself_keeps_number_and_row(hall):
    made = hall.issue()
    for change in ("UPDATE documents_document SET no = 9", "DELETE FROM documents_document",
                   "UPDATE documents_file SET digest = 'x'"):  # fmt: skip
        with pytest.raises(Exception, match="forbidden"), transaction.atomic():
            connection.cursor().execute(change)
    assert Document.objects.get(pk=made.pk).no == 1


def test_bad_fields_are_named_and_nothing_is_counted(hall):
    with pytest.raises(ProblemError) as told:
        hall.issue(data={"nik": "12", "address": "x" * 300, "shoe": "42"})
    assert {fault.field for fault in told.value.faults} == {
        "name", "nik", "address", "shoe", "statement", "purpose",
    }  # fmt: skip
    assert hall.issue().no == 1


def test_another_document_takes_the_place_of_one(hall):
    old = hall.issue(key="one")
    new = actions.reissue(old.id, reason="salah tulis", by=BY, key="two",
                          changes={"purpose": "melamar kerja"})  # fmt: skip
    record = PublicRecord.objects.get(pk=old.code)
    assert (record.state, record.replaced_by) == ("replaced", new.code)
    again = actions.reissue(old.id, reason="salah tulis", by=BY, key="two")
    assert (new.no, again.id) == (2, new.id)
