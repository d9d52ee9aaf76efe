"""Whatever a bank does, in any order, the books balance and every lie is listed.

Many bills are paid over several days through a bank that delays, repeats, reorders and lies; its
notices come over SNAP with their signatures, its statements as camt.053.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balai.kernel.ledger import queries as ledger
from balai.kernel.payments import queries
from balai.kernel.payments.actions import request_payment, take_statement
from balai.kernel.payments.engine.reconcile import Kind, Outcome
from balai.kernel.payments.models import Bill, Difference, Entry, Move, Payment
from balai.kernel.payments.simulator.bank import LIES, Fault, Habits, Paid, SimulatedBank
from balai.kernel.payments.simulator.carrier import Carrier

from .conftest import PREFIX, RECEIVABLE, bank_keys, owe, prepare

ZONE = ZoneInfo("Asia/Makassar")
FIRST = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
LISTED_AS = {
    Fault.WRONG_AMOUNT: {Kind.WRONG_AMOUNT},
    Fault.WRONG_SIGNATURE: {Kind.NOTICE_REFUSED},
    Fault.NEVER_CREDITED: {Kind.NEVER_CREDITED},
    Fault.NO_NOTICE: {Kind.WITHOUT_NOTICE, Kind.UNKNOWN},
    Fault.REVERSED: {Kind.REVERSED},
    Fault.CONTRADICT: {Kind.NOTICE_CONTRADICTS},
}


class Run:
    """Bills paid through a simulated bank for some days, then three days to settle."""

    def __init__(self, seed: int, habits: Habits, bills: int, days: int) -> None:
        self.bank = prepare()
        self.random = Random(seed)
        self.simulated = SimulatedBank(
            self.bank.account_number,
            seed=seed,
            zone=ZONE,
            habits=habits,
            opening=self.random.randrange(10**6),
        )
        self.carrier = Carrier(self.simulated, bank_keys(self.bank), PREFIX)
        self.bills = [self.bill(n) for n in range(bills)]
        for day in range(days + 4):
            self.day(FIRST + timedelta(days=day), paying=day < days)

    def bill(self, n: int) -> Bill:
        late = FIRST + timedelta(hours=2) if n % 7 == 6 else None
        return owe(
            f"L{n:04}",
            self.random.randrange(1_000, 900_000),
            takes_parts=n % 5 == 4,
            expires_at=late,
        )

    def day(self, morning: datetime, *, paying: bool) -> None:
        times = sorted(self.random.uniform(0, 11) for _ in range(len(self.bills) // 2))
        for hours in times if paying else ():
            at = morning + timedelta(hours=hours)
            self.carrier.deliver(at)
            self.pay(self.random.choice(self.bills), at)
        self.carrier.deliver(morning + timedelta(hours=14))
        content = self.carrier.statement(morning + timedelta(hours=15))
        self.carrier.deliver(morning + timedelta(hours=15, minutes=30))
        (taken,) = take_statement(self.bank, content)
        assert not taken.repeated
        (again,) = take_statement(self.bank, content)
        assert again.repeated
        self.balanced()

    def pay(self, bill: Bill, at: datetime) -> None:
        channel = self.random.choice(("qris", "virtual_account"))
        bill.refresh_from_db()
        found = bill.requests.filter(method=channel, bank=self.bank).order_by("-id").first()
        if bill.due > 0 and (bill.expires_at is None or bill.expires_at > at):
            account = request_payment(bill, channel, bank=self.bank, at=at).account
        elif found is not None:
            account = found.account
        else:
            return
        amount = self.random.choice((bill.amount,) * 6 + (bill.amount - 7, bill.amount + 7))
        if self.random.random() < 0.05:
            account = f"{PREFIX}9999999999" if channel == "virtual_account" else "STRANGER"
        self.simulated.pay(account, amount, at, channel=channel)

    def balanced(self) -> None:
        """What holds at the end of every day."""
        lines = queries.books(self.bank)
        assert [line for line in lines if line.residual] == []
        for day in queries.days(self.bank):
            assert [line for line in queries.books(self.bank, day.day) if line.residual] == []
        assert ledger.check().holds

    def on_statements(self) -> dict[str, int]:
        credits = Entry.objects.filter(amount__gt=0).values_list("reference", "amount")
        return dict(credits)


def check(run: Run) -> None:
    bank_account = next(x for x in queries.books(run.bank) if x.place == "bank")
    assert bank_account.ledger == run.simulated.opening
    every_entry_stands_in_one_place(run)
    no_bill_is_credited_twice(run)
    lies_are_listed(run)
    faults_that_are_no_lies_change_nothing(run)


def every_entry_stands_in_one_place(run: Run) -> None:
    for entry in Entry.objects.all():
        moves = Move.objects.filter(entry=entry)
        into = sum(m.amount for m in moves if m.debit == "bank")
        out = sum(m.amount for m in moves if m.credit == "bank")
        assert into - out == entry.amount, entry.outcome
        assert entry.outcome in Outcome._value2member_map_
        if entry.amount > 0:
            assert entry.payment is not None
            assert entry.payment.amount == entry.amount
    settled = Payment.objects.filter(entries__amount__gt=0)
    assert len(settled) == len(set(settled)) == Entry.objects.filter(amount__gt=0).count()


def no_bill_is_credited_twice(run: Run) -> None:
    for bill in Bill.objects.all():
        credited = Counter[str]()
        for move in Move.objects.filter(bill=bill):
            sign = 1 if move.credit == "bill" else -1
            credited[str(move.payment_id)] += sign * move.amount
        assert sum(credited.values()) == bill.paid <= bill.amount
        if not bill.takes_parts:
            assert sum(1 for amount in credited.values() if amount) <= 1
    paid = sum(bill.paid for bill in Bill.objects.all())
    asked = sum(bill.amount for bill in Bill.objects.all())
    assert ledger.balance(RECEIVABLE).amount == asked - paid


def lies_are_listed(run: Run) -> None:
    shown = run.on_statements()
    for paid in run.simulated.payments:
        if paid.fault in LIES and was_taken(run, paid, shown):
            listed = kinds_of(paid)
            assert listed & LISTED_AS[paid.fault], (paid, listed)


def was_taken(run: Run, paid: Paid, shown: dict[str, int]) -> bool:
    """Not a payment that we refused when it was announced, and the bank gave back."""
    if paid.fault is Fault.WRONG_SIGNATURE:
        return True
    return paid.reference in shown or Payment.objects.filter(reference=paid.reference).exists()


def kinds_of(paid: Paid) -> set[str]:
    found = Difference.objects.filter(payment__reference=paid.reference)
    refused = Difference.objects.filter(notice__reference=paid.reference)
    return {*found.values_list("kind", flat=True), *refused.values_list("kind", flat=True)}


def faults_that_are_no_lies_change_nothing(run: Run) -> None:
    for paid in run.simulated.payments:
        if paid.fault in (Fault.NONE, Fault.REPEAT):
            found = Payment.objects.filter(reference=paid.reference)
            assert len(found) <= 1
            if found:
                assert (found[0].state, found[0].amount) == ("settled", paid.amount)


def run_and_roll_back(seed: int, habits: Habits, bills: int, days: int) -> None:
    try:
        with transaction.atomic():
            check(Run(seed, habits, bills, days))
            raise _DoneError
    except _DoneError:
        pass


class _DoneError(Exception):
    pass


ALL_FAULTS = {fault: 90 for fault in Fault if fault is not Fault.NONE}


@pytest.mark.django_db
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    seed=st.integers(0, 2**31),
    faults=st.fixed_dictionaries(
        {fault: st.integers(0, 120) for fault in Fault if fault is not Fault.NONE}
    ),
    reorder=st.booleans(),
    charges=st.sampled_from([0, 500]),
)
def test_books_balance_and_lies_are_listed_whatever_the_bank_does(seed, faults, reorder, charges):
    run_and_roll_back(seed, Habits(faults, reorder=reorder, charges=charges), bills=14, days=3)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_a_bank_with_every_fault_over_five_days(seed):
    run_and_roll_back(seed, Habits(ALL_FAULTS, reorder=True, charges=500), bills=40, days=5)


@pytest.mark.django_db
def test_an_honest_bank_leaves_nothing_to_look_at_but_payers_own_mistakes(db):
    check(run := Run(7, Habits(), bills=20, days=3))
    bank_errors = {
        Kind.WRONG_AMOUNT,
        Kind.NOTICE_REFUSED,
        Kind.NEVER_CREDITED,
        Kind.REVERSED,
        Kind.NOTICE_CONTRADICTS,
        Kind.WITHOUT_NOTICE,
    }
    assert not Difference.objects.filter(kind__in=bank_errors).exists()
    assert not Payment.objects.filter(state="in-transit").exists()
    assert run.on_statements()
