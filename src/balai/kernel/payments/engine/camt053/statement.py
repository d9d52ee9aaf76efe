"""A statement in memory: balances, and one entry for each transaction, signed by its effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from balai.kernel.problems import Fault

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
VERSIONS = tuple(f"{number:02}" for number in range(2, 14))
"""What banks send: 001.02 of 2009 to 001.13 of 2024. They differ in a few elements alone."""
AMOUNTS_SINCE, CODES_SINCE = "04", "08"
"""A transaction has its own Amt since 04; status and parties have a choice inside since 08."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One transaction of a statement. `amount` is above zero for money in, below for money out.

    - `number`: `3` is the third entry, `3.2` the second transaction of a batch.
    - `reference`: the bank's own (AcctSvcrRef); `end_to_end`: the payer's (EndToEndId).
    - `code`: bank transaction code as domain/family/sub-family (`PMNT/RCDT/VCOM`).
    - `reversal`: it takes an earlier entry back; `reverses` is that entry's reference if told.
    - `account`: the virtual account or QRIS reference paid into, where the bank tells it.
    - `note`: what is worth a look: charges kept by the bank, an amount in another currency.
    - `is_rest`: what is left of an entry whose details cannot be taken one by one.
    """

    number: str
    amount: int
    reference: str
    booked: date
    valued: date | None = None
    end_to_end: str = ""
    account: str = ""
    code: str = ""
    reversal: bool = False
    reverses: str = ""
    remittance: str = ""
    payer: str = ""
    note: str = ""
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance in minor units on a day: below zero where the account is overdrawn."""

    amount: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A day (or more) of one account. `opening` plus all entries is `closing`.

    `remarks` name what the bank wrote wrong though each entry's booked amount holds.
    """

    identifier: str
    account: str
    currency: str
    opening: Balance
    closing: Balance
    entries: tuple[Entry, ...]
    sequence: int | None = None
    version: str = "08"
    remarks: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A statement of a file that cannot be taken, and why."""

    identifier: str
    faults: tuple[Fault, ...]
