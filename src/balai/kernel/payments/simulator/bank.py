"""The simulated bank: accounts, payments, notices, statements, and its faults. Pure and seeded.

It knows no clock and no network: the caller tells the time and carries the notices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from random import Random
from typing import Literal

from balai.kernel.payments.engine.camt053 import Balance, Entry, Statement

Channel = Literal["virtual_account", "qris"]
VA_CODE, QR_CODE, FEE_CODE, REFUND_CODE = (
    "PMNT/RCDT/VCOM", "PMNT/MCRD/POSP", "ACMT/MDOP/CHRG", "PMNT/ICDT/DMCT",
)  # fmt: skip


class Fault(StrEnum):
    """What a bank can do wrong with one payment."""

    NONE = "none"
    DELAY = "delay"
    REPEAT = "repeat"
    WRONG_AMOUNT = "wrong-amount"
    WRONG_SIGNATURE = "wrong-signature"
    NEVER_CREDITED = "never-credited"
    NO_NOTICE = "no-notice"
    REVERSED = "reversed-next-day"
    CONTRADICT = "contradict"


LIES = frozenset(Fault) - {Fault.NONE, Fault.DELAY, Fault.REPEAT}
"""Faults that an officer must find listed; delay and repetition must simply not matter."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How often (per thousand payments) the bank does each fault, and whether notices come in
    another order than the payments.
    """

    faults: Mapping[Fault, int] = field(default_factory=dict)
    reorder: bool = False
    charges: int = 0


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment as the bank truly has it; `credited` is what its statement shows."""

    reference: str
    account: str
    channel: Channel
    amount: int
    at: datetime
    fault: Fault
    credited: int


@dataclass(frozen=True, slots=True)
class Notice:
    """What the bank tells us, when, and whether it signs it right."""

    reference: str
    account: str
    channel: Channel
    amount: int
    paid_at: datetime
    due: datetime
    is_signed_well: bool = True


class SimulatedBank:
    """One account at a bank. Everything follows from the seed and the calls, in their order."""

    def __init__(
        self, account: str, *, seed: int, zone: tzinfo, habits: Habits | None = None,
        opening: int = 0, currency: str = "IDR",
    ) -> None:  # fmt: skip
        self.account, self.currency, self.zone = account, currency, zone
        self.habits = habits or Habits()
        self.random = Random(seed)  # noqa: S311 - a simulation, repeatable by its seed
        self.seed = seed
        self.opening = opening
        self.payments: list[Paid] = []
        self.notices: list[Notice] = []
        self.entries: dict[date, list[Entry]] = {}
        self.closed: date | None = None
        self.statements = 0
        self.serial = 0

    def pay(
        self, account: str, amount: int, at: datetime, *, channel: Channel,
        fault: Fault | None = None,
    ) -> Paid:  # fmt: skip
        """A payer pays `amount` to a virtual account or QRIS reference; the bank then does what
        `fault` says, or what its habits and seed choose.
        """
        chosen = fault if fault is not None else self._fault()
        self.serial += 1
        paid = Paid(
            reference=f"{at.astimezone(self.zone):%Y%m%d}{self.seed % 10**6:06}{self.serial:08}",
            account=account, channel=channel, amount=amount, at=at, fault=chosen,
            credited=self._credited(amount, chosen),
        )  # fmt: skip
        self.payments.append(paid)
        self._announce(paid)
        self._enter(paid)
        return paid

    def transfer(self, amount: int, at: datetime, *, remittance: str = "") -> Paid:
        """Somebody sends money without any number of ours: the statement alone shows it."""
        return self.pay(remittance, amount, at, channel="virtual_account", fault=Fault.NO_NOTICE)

    def send(self, reference: str, amount: int, day: date) -> None:
        """Send a refund out under our reference."""
        self._add(day, Entry(number="0", amount=-amount, reference=f"OUT{reference}"[:35],
                             end_to_end=reference, booked=day, code=REFUND_CODE))  # fmt: skip

    def due(self, now: datetime) -> list[Notice]:
        """The notices whose time has come, taken off the bank's desk; in another order than they
        were paid where that is its habit.
        """
        ready = sorted(
            (n for n in self.notices if n.due <= now), key=lambda n: (n.due, n.reference)
        )
        self.notices = [n for n in self.notices if n.due > now]
        if self.habits.reorder:
            self.random.shuffle(ready)
        return ready

    def settle(self, reference: str, *, refused: bool) -> None:
        """A notice was refused with a reason (the bill was paid): an honest bank gives the payer
        the money back before it is booked; nothing shows on the statement.
        """
        if not refused:
            return
        for entries in self.entries.values():
            entries[:] = [entry for entry in entries if entry.reference != reference]

    def close(self, day: date) -> Statement:
        """The statement of a day; days are closed in order, each once. ValueError otherwise."""
        if self.closed is not None and day <= self.closed:
            raise ValueError(f"{day} is closed already")
        entries = [e for d in sorted(self.entries) if d <= day for e in self.entries.pop(d)]
        if entries and self.random.randrange(1000) < self.habits.charges:
            entries.append(
                Entry(
                    number="0",
                    amount=-2500,
                    booked=day,
                    code=FEE_CODE,
                    reference=f"FEE{day:%Y%m%d}",
                    remittance="Biaya administrasi",
                )
            )
        numbered = numbered_entries(entries, day)
        opening, self.closed = self.opening, day
        self.opening += sum(entry.amount for entry in numbered)
        self.statements += 1
        return Statement(
            identifier=f"{self.account}-{day:%Y%m%d}", account=self.account,
            currency=self.currency, opening=Balance(opening, day),
            closing=Balance(self.opening, day), entries=numbered, sequence=self.statements,
        )  # fmt: skip

    def _fault(self) -> Fault:
        drawn = self.random.randrange(1000)
        for fault in Fault:
            share = self.habits.faults.get(fault, 0)
            if drawn < share:
                return fault
            drawn -= share
        return Fault.NONE

    def _credited(self, amount: int, fault: Fault) -> int:
        if fault is Fault.NEVER_CREDITED:
            return 0
        if fault is Fault.WRONG_AMOUNT:
            # Never the same figure: that would be no lie.
            return max(1, amount + self.random.choice((-1, 1)) * self.random.randint(1, amount))
        return amount

    def _announce(self, paid: Paid) -> None:
        wait = timedelta(seconds=self.random.randint(1, 20))
        if paid.fault is Fault.DELAY:
            wait = timedelta(hours=self.random.randint(1, 60))
        notice = Notice(
            paid.reference, paid.account, paid.channel, paid.amount, paid.at, paid.at + wait,
            paid.fault is not Fault.WRONG_SIGNATURE,
        )  # fmt: skip
        if paid.fault is Fault.NO_NOTICE:
            return
        self.notices.append(notice)
        if paid.fault in (Fault.REPEAT, Fault.CONTRADICT):
            more = 1 if paid.fault is Fault.CONTRADICT else 0
            later = notice.due + timedelta(minutes=self.random.randint(1, 300))
            self.notices.append(
                Notice(notice.reference, notice.account, notice.channel, notice.amount + more,
                       notice.paid_at, later)
            )  # fmt: skip

    def _enter(self, paid: Paid) -> None:
        day = paid.at.astimezone(self.zone).date()
        if not paid.credited:
            return
        code = QR_CODE if paid.channel == "qris" else VA_CODE
        self._add(day, Entry(number="0", amount=paid.credited, reference=paid.reference,
                             booked=day, code=code, account=paid.account))  # fmt: skip
        if paid.fault is Fault.REVERSED:
            after = day + timedelta(days=1)
            self._add(after, Entry(number="0", amount=-paid.credited, booked=after, code=code,
                                   reference=f"R{paid.reference}", reversal=True,
                                   reverses=paid.reference))  # fmt: skip

    def _add(self, day: date, entry: Entry) -> None:
        if self.closed is not None and day <= self.closed:
            day = self.closed + timedelta(days=1)
        self.entries.setdefault(day, []).append(entry)


def numbered_entries(entries: list[Entry], day: date) -> tuple[Entry, ...]:
    """Entries as booked: payments by QRIS of a day are one batch, the rest stand by themselves."""
    from dataclasses import replace

    batch = [each for each in entries if each.code == QR_CODE and not each.reversal]
    single = [each for each in entries if each not in batch]
    numbered = [replace(each, number=str(n), booked=day) for n, each in enumerate(single, 1)]
    number = len(single) + 1
    numbered += [
        replace(each, number=f"{number}.{n}", booked=day) for n, each in enumerate(batch, 1)
    ]
    return tuple(numbered)
