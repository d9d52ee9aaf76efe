"""Taking statements in: in sets, in slices, by a job; good ones beside bad ones; every rupiah."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from balai.kernel.access.actions import ensure_demo_users
from balai.kernel.access.models import User
from balai.kernel.jobs import run_waiting
from balai.kernel.jobs import start as start_job
from balai.kernel.jobs.models import Job
from balai.kernel.ledger import queries as ledger
from balai.kernel.payments import jobs, queries
from balai.kernel.payments.actions import (
    announce_payment,
    files,
    refund,
    request_payment,
    take_file,
    take_statement,
)
from balai.kernel.payments.actions.acts import By
from balai.kernel.payments.actions.statements import begin, book_slice, entries_of
from balai.kernel.payments.engine import camt053
from balai.kernel.payments.engine.camt053 import Balance, Entry, Statement, write
from balai.kernel.payments.models import (
    Bill,
    Difference,
    Move,
    Payment,
    Refund,
    StatementFile,
)
from balai.kernel.payments.models import Entry as EntryRow
from balai.kernel.payments.models import Statement as Row
from balai.kernel.payments.payable import Announcement
from balai.kernel.problems import ConflictError, ProblemError
from balai.kernel.row_security import rows_of

from .conftest import NOW, RECEIVABLE, owe
from .engine.test_camt053_as_banks_write_it import FOREIGN, amount, detail, entry, file
from .engine.test_camt053_as_banks_write_it import statement as as_written

DAY = date(2026, 11, 23)
BY = By("kasir", "looked at", NOW + timedelta(days=2))


def told(value: int, reference: str, number: str = "1", **more) -> Entry:
    return Entry(number=number, amount=value, reference=reference, booked=DAY, **more)


def statement(bank, *entries: Entry, day: date = DAY, opening: int = 0, **changes) -> Statement:
    closing = Balance(opening + sum(each.amount for each in entries), day)
    given = {
        "identifier": f"S{day}",
        "account": bank.account_number,
        "currency": "IDR",
        "opening": Balance(opening, day),
        "closing": closing,
        "entries": entries,
    }
    return Statement(**{**given, **changes})


def written(*statements: Statement) -> bytes:
    return write(statements, message="M", at=NOW)


def take(bank, *entries: Entry, **changes) -> None:
    take_statement(bank, written(statement(bank, *entries, **changes)))


def announced(bank, reference: str, value: int, bill: str = "") -> Bill:
    owed = owe(bill or reference, value)
    asked = request_payment(owed, "qris", bank=bank, at=NOW)
    word = Announcement(
        reference=reference,
        account=asked.account,
        amount=value,
        currency="IDR",
        paid_at=NOW,
        method="qris",
    )
    announce_payment(bank, word, at=NOW)
    return owed


def balanced(bank) -> bool:
    return not [line for line in queries.books(bank) if line.residual] and ledger.check().holds


def places(bank) -> dict[str, int]:
    return {line.place: line.ledger for line in queries.books(bank)}


def test_a_batch_that_cannot_be_told_apart_keeps_its_good_rows_and_holds_the_rest(bank):
    good = request_payment(owe("G", 20_000), "qris", bank=bank, at=NOW).account
    named = f"<RmtInf><Strd><CdtrRefInf><Ref>{good}</Ref></CdtrRefInf></Strd></RmtInf>"
    batch = entry(
        300_000, detail(amount(20_000), more=named) + detail(FOREIGN, "T2") + detail(FOREIGN, "T3")
    )
    take_statement(bank, file(as_written(batch, entry(9, reference="E2"), closing=300_009)))
    assert Bill.objects.get(reference="G").state == "paid"
    held = Difference.objects.get(entry__number="1.4")
    assert (held.kind, held.remaining) == ("unknown", 280_000)
    assert "USD 10.00" in held.entry.note
    assert "CntrValAmt" in Row.objects.get().remarks[0]
    assert balanced(bank)


def test_a_whole_entry_without_its_parts_is_matched_to_nobody(bank):
    announced(bank, "E1", 39_999)
    details = detail(amount(20_000)) + detail(amount(50_000), "T2")
    take_statement(bank, file(as_written(entry(39_999, details), closing=39_999)))
    assert Payment.objects.get(reference="E1").state == "in-transit"
    assert Difference.objects.get(entry__isnull=False).kind == "unknown"
    assert balanced(bank)


def test_a_file_gives_its_good_statements_though_one_is_bad(bank):
    good = statement(bank, told(5, "A"))
    foreign = statement(bank, told(7, "B"), account="999", day=DAY + timedelta(days=1))
    after = statement(bank, told(6, "C"), day=DAY + timedelta(days=2), opening=5)
    intake = take_file(bank, written(after, foreign, good))
    assert [each.statement.day for each in intake.taken] == [DAY, DAY + timedelta(days=2)]
    (refused,) = intake.refused
    assert "is not 0170001234" in str(refused.faults[0])
    assert places(bank)["bank"] == 11
    assert balanced(bank)
    with pytest.raises(ProblemError, match="cannot be taken"):
        take_file(bank, written(foreign))


def test_all_or_none_holds_where_it_is_asked_for(bank):
    good = statement(bank, told(5, "A"))
    gap = statement(bank, told(6, "C"), day=DAY + timedelta(days=2), opening=500)
    with pytest.raises(ProblemError):
        take_statement(bank, written(good, gap))
    assert Row.objects.count() == Move.objects.count() == 0


def test_one_statement_written_twice_or_in_another_version_changes_nothing(bank):
    first = statement(bank, told(5, "A"), told(-2, "F", "2", code="ACMT/MDOP/CHRG"))
    again = statement(bank, *first.entries, version="02", identifier="COPY")
    (one,) = take_statement(bank, written(first))
    other, twice = take_file(bank, written(again, first)).taken
    assert (one.repeated, other.repeated, twice.repeated) == (False, True, True)
    assert EntryRow.objects.count() == 2


def test_a_bank_that_numbers_its_statements_anew_each_year_is_taken(bank):
    take(bank, told(5, "A"), identifier="1")
    take(bank, told(5, "B"), identifier="1", day=DAY + timedelta(days=365), opening=5)
    assert [row.identifier for row in Row.objects.order_by("day")] == ["1", "1 2027-11-23"]


def test_entries_are_booked_in_sets(bank):
    def queries_for(count: int, day: date, opening: int) -> int:
        for n in range(count):
            announced(bank, f"P{day}{n}", 1000)
        paid = [told(1000, f"P{day}{n}", str(n + 1)) for n in range(count)]
        strange = [told(7, f"U{day}{n}", str(count + n + 1)) for n in range(count)]
        with CaptureQueriesContext(connection) as caught:
            take(bank, *paid, *strange, day=day, opening=opening)
        return len(caught)

    first = queries_for(2, DAY, 0)
    assert queries_for(40, DAY + timedelta(days=1), 2 * 1007) <= first + 2
    assert Payment.objects.filter(state="settled").count() == 84
    assert balanced(bank)


def test_a_payment_credited_corrected_and_reversed_on_one_statement(bank):
    bill = announced(bank, "A", 150_000)
    take(bank, told(160_000, "A"), told(-160_000, "RA", "2", reversal=True, reverses="A"))
    bill.refresh_from_db()
    assert (bill.paid, bill.state) == (0, "open")
    assert Payment.objects.get().state == "reversed"
    assert not Difference.objects.filter(remaining__gt=0).exists()
    assert places(bank) == {}
    assert balanced(bank)


def test_one_reference_credited_twice_on_one_statement_stands_twice(bank):
    bill = announced(bank, "A", 150_000)
    take(bank, told(150_000, "A"), told(150_000, "A", "2"), told(150_000, "A", "3"))
    bill.refresh_from_db()
    assert bill.paid == 150_000
    assert places(bank) == {"bank": 450_000, "suspense/double": 300_000}
    assert {p.reference for p in Payment.objects.all()} == {"A", "A#2", "A#3"}
    assert balanced(bank)


def test_two_payments_of_one_bill_on_one_statement_credit_it_once(bank):
    account = request_payment(owe("B1", 50_000), "virtual_account", bank=bank, at=NOW).account
    take(bank, told(50_000, "A", account=account), told(50_000, "B", "2", account=account))
    assert Bill.objects.get().paid == 50_000
    assert places(bank)["suspense/double"] == 50_000
    assert ledger.balance(RECEIVABLE).amount == 0
    assert balanced(bank)


def test_a_charge_the_bank_gives_back_lowers_the_charges(bank):
    take(
        bank,
        told(10_000, "A"),
        told(-2_500, "F", "2", code="ACMT/MDOP/CHRG"),
        told(2_500, "RF", "3", code="ACMT/MDOP/CHRG", reversal=True),
    )
    assert places(bank) == {"bank": 10_000, "suspense/unknown": 10_000}
    assert balanced(bank)


def test_a_refund_that_comes_back_is_due_again(bank):
    take(bank, told(30_000, "T1"))
    refund(Difference.objects.get(), BY)
    reference = Refund.objects.get().reference
    for ahead, value in ((1, -30_000), (2, 30_000)):
        take(
            bank,
            told(value, f"OUT{ahead}", end_to_end=reference, reversal=value > 0),
            day=DAY + timedelta(days=ahead),
            opening=30_000 if ahead == 1 else 0,
        )
        assert balanced(bank)
    assert Refund.objects.get().sent_at is None
    assert places(bank) == {"bank": 30_000, "refunds-due": 30_000}


@pytest.mark.parametrize(
    ("sent", "listed"),
    [(None, "reversed"), ("before", "reversal-unmatched"), ("after", "withdrawn")],
)
def test_the_bank_reverses_a_payment_whose_refund_was_ordered(bank, sent, listed):
    take(bank, told(30_000, "T1"))
    refund(Difference.objects.get(), BY)
    out = told(-30_000, "OUT", end_to_end=Refund.objects.get().reference)
    back = told(-30_000, "RT1", reversal=True, reverses="T1")
    order = {None: [back], "before": [out, back], "after": [back, out]}[sent]
    numbered = [replace(each, number=str(n)) for n, each in enumerate(order, 1)]
    take(bank, *numbered, day=DAY + timedelta(days=1), opening=30_000)
    assert balanced(bank)
    assert Difference.objects.filter(kind=listed, state="open").exists()
    assert (Refund.objects.get().cancelled_at is None) == (sent == "before")


@pytest.mark.parametrize("most", [35, 140, 1000])
def test_texts_longer_than_the_standard_allows_are_taken(bank, most):
    long = "x" * most
    row = entry(
        50,
        detail(
            amount(50),
            long,
            more=f"<RmtInf><Ustrd>{long}</Ustrd><Strd><CdtrRefInf>"
            f"<Ref>{long}</Ref></CdtrRefInf></Strd></RmtInf>",
        ),
        reference=long,
    )
    other = entry(51, reference=long + "y")
    take_statement(bank, file(as_written(row, other, closing=101, identifier=long)))
    assert len({each.reference for each in Payment.objects.all()}) == 2
    assert balanced(bank)


class TestSlices:
    """A statement taken in bit by bit: the books hold at every moment, nothing is done twice."""

    def opened(self, bank) -> tuple[Row, list[Entry]]:
        entries = [told(10 + n, f"U{n}", str(n)) for n in range(1, 7)]
        given = statement(bank, *entries, told(-5, "W", "7"), opening=100)
        row, repeated = begin(bank, given, "kasir")
        assert not repeated
        return row, entries_of(given)

    def test_the_books_hold_after_every_slice(self, bank):
        row, entries = self.opened(bank)
        for first in range(0, len(entries), 2):
            assert not row.is_whole
            book_slice(row, entries[first : first + 2])
            book_slice(row, entries[first : first + 2])
            assert balanced(bank)
        assert row.is_whole
        assert row.entries.count() == len(entries)

    def test_another_statement_waits_until_it_is_whole(self, bank):
        row, entries = self.opened(bank)
        book_slice(row, entries[:3])
        later = statement(bank, told(1, "X"), day=DAY + timedelta(days=1), opening=row.closing)
        with pytest.raises(ConflictError, match="wait for its job"):
            take_statement(bank, written(later))
        whole = statement(bank, *sorted(entries, key=lambda e: int(e.number)), opening=100)
        (taken,) = take_statement(bank, written(whole))
        assert (taken.statement, row.is_whole) == (row, True)
        take_statement(bank, written(later))
        assert balanced(bank)


class TestJob:
    """A large file goes to a job; its slices are steps."""

    @pytest.fixture
    def officer(self, bank, settings, tmp_path, monkeypatch) -> Client:
        ensure_demo_users()
        settings.KEYS_ROOT = tmp_path / "keys"
        monkeypatch.setattr(files, "AT_ONCE", 3)
        monkeypatch.setattr(jobs, "SLICE", 4)
        client = Client()
        client.force_login(User.objects.get(username="kasir"))
        return client

    def send(self, officer, bank, content: bytes, tmp_path):
        path = tmp_path / "s.xml"
        path.write_bytes(content)
        with path.open("rb") as opened:
            given = {"bank": bank.pk, "file": opened}
            return officer.post("/makassar/payments/officer/days/", given)

    def test_a_large_file_is_taken_in_by_its_job(self, officer, bank, tmp_path):
        first = statement(bank, *[told(10, f"A{n}", str(n)) for n in range(1, 11)])
        second = statement(
            bank,
            *[told(10, f"B{n}", str(n)) for n in range(1, 4)],
            opening=100,
            day=DAY + timedelta(days=1),
        )
        answer = self.send(officer, bank, written(second, first), tmp_path)
        assert answer["Location"].startswith("/makassar/jobs/")
        assert b"A1" not in bytes(StatementFile.objects.get().sealed)
        run_waiting()
        job = Job.objects.get(name="payments.statement")
        assert (job.state, job.result["entries"], job.result["statements"]) == ("done", 13, 2)
        assert (job.pulse.done, job.pulse.total) == (13, 13)
        assert not StatementFile.objects.exists()
        assert officer.get(job.result["url"]).status_code == 200
        assert places(bank)["bank"] == 130
        assert balanced(bank)

    def test_a_job_takes_up_what_another_left_off(self, officer, bank, tmp_path):
        given = statement(bank, *[told(10, f"A{n}", str(n)) for n in range(1, 11)])
        row, _ = begin(bank, given, "kasir")
        book_slice(row, entries_of(given)[:6])
        self.send(officer, bank, written(given), tmp_path)
        run_waiting()
        assert row.entries.count() == Payment.objects.count() == 10
        assert balanced(bank)

    def test_the_serving_role_may_do_all_of_it(self, officer, bank, as_application):
        given = statement(bank, *[told(10, f"A{n}", str(n)) for n in range(1, 9)])
        with rows_of("73.71"):
            files.take_later(bank, written(given), User.objects.get(username="kasir"))
        start_job("payments.sweep")
        run_waiting()
        assert {job.state for job in Job.objects.all()} == {"done"}
        with rows_of("73.71"):
            assert Row.objects.get().is_whole
            assert not StatementFile.objects.exists()
            assert places(bank)["bank"] == 80

    def test_a_file_that_cannot_be_taken_ends_its_job_in_words(self, officer, bank, tmp_path):
        bad = statement(bank, *[told(10, f"A{n}", str(n)) for n in range(1, 9)], account="999")
        self.send(officer, bank, written(bad), tmp_path)
        run_waiting()
        job = Job.objects.get(name="payments.statement")
        assert job.state == "failed"
        assert "is not 0170001234" in job.problem
        assert not Row.objects.exists()


def test_the_reader_is_as_strict_as_its_word(bank):
    assert camt053.read(written(statement(bank, told(5, "A"))))[0].closing.amount == 5
