"""A statement in memory: balances, and one entry for each transaction, signed by its effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
VERSIONS = ("02", "08")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One transaction of a statement. `amount` is above zero for money in, below for money out.

    - `number`: `3` is the third entry, `3.2` the second transaction of a batch.
    - `reference`: the bank's own (AcctSvcrRef); `end_to_end`: the payer's (EndToEndId).
    - `code`: bank transaction code as domain/family/sub-family (`PMNT/RCDT/VCOM`).
    - `reversal`: it takes an earlier entry back; `reverses` is that entry's reference if told.
    - `account`: the virtual account or QRIS reference paid into, where the bank tells it.
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


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance in minor units on a day: below zero where the account is overdrawn."""

    amount: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A day (or more) of one account. `opening` plus all entries is `closing`."""

    identifier: str
    account: str
    currency: str
    opening: Balance
    closing: Balance
    entries: tuple[Entry, ...]
    sequence: int | None = None
    version: str = "08"
