"""What is asked of the ledger: postings and accounts to open, checked field by field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from balai.kernel.ledger.currencies import is_currency
from balai.kernel.problems import Fault, ProblemError

Kind = Literal["asset", "liability", "income", "expense", "equity"]
KINDS = ("asset", "liability", "income", "expense", "equity")
LARGEST = 2**63 - 1
CURRENCY = re.compile(r"[A-Z]{3}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]*(/[A-Za-z0-9][A-Za-z0-9_.:-]*)*")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One transfer to be made: `amount` minor units to account `debit` from account `credit`.

    `at` is when it happened (aware); `key` makes it happen once; `source` names the record it
    comes from (`transit.journey:UUID`); `reverses` the transfer it takes back.
    Raises ProblemError naming every wrong field.
    """

    debit: str
    credit: str
    amount: int
    currency: str
    at: datetime
    key: str
    reason: str
    source: str = ""
    reverses: UUID | None = None

    def __post_init__(self) -> None:
        if (
            type(self.amount) is not int
            or not 0 < self.amount <= LARGEST
            or self.debit == self.credit
            or not CURRENCY.fullmatch(self.currency)
            or self.at.tzinfo is None
            or not 0 < len(self.key) <= 200
            or not 0 < len(self.reason) <= 200
            or len(self.source) > 200
            or CONTROL.search(f"{self.key}{self.reason}{self.source}")
        ):
            raise ProblemError("The posting cannot be made", faults=_posting_faults(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A transfer as it is recorded: posted, pending, settled or voided (see `models.Transfer`)."""

    debit: str
    credit: str
    amount: int
    currency: str
    at: datetime
    key: str
    reason: str
    source: str = ""
    reverses: UUID | None = None
    reserved: int = 0
    resolves: UUID | None = None
    expires_at: datetime | None = None


def entry_of(posting: Posting) -> Entry:
    """The posted transfer that a posting asks for."""
    return Entry(
        debit=posting.debit, credit=posting.credit, amount=posting.amount,
        currency=posting.currency, at=posting.at, key=posting.key, reason=posting.reason,
        source=posting.source, reverses=posting.reverses,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account to be opened. `code` is a path such as `jakarta/transit/fare-revenue`.

    `never_negative` is for good: nothing may bring its balance, less what is reserved, below zero.
    """

    code: str
    currency: str
    kind: Kind
    title: str
    region_code: str = ""
    never_negative: bool = False

    def __post_init__(self) -> None:
        checks = {
            "code": (
                CODE.fullmatch(self.code) and len(self.code) <= 200,
                "Use letters, digits and _ . : - in parts divided by /, at most 200 in all",
            ),
            "currency": (is_currency(self.currency), "Use a code of ISO 4217, such as IDR"),
            "kind": (self.kind in KINDS, f"Use one of {', '.join(KINDS)}"),
            "title": (0 < len(self.title) <= 200, "Give the account a title, at most 200 letters"),
        }
        faults = tuple(
            Fault(field=field, value=str(getattr(self, field)), problem="is not valid", remedy=mend)
            for field, (good, mend) in checks.items()
            if not good
        )
        if faults:
            raise ProblemError("The account cannot be opened", faults=faults)


def _posting_faults(posting: Posting) -> tuple[Fault, ...]:
    faults = [*_amount_faults(posting), *_text_faults(posting)]
    if posting.debit == posting.credit:
        faults.append(
            Fault(
                field="credit",
                value=posting.credit,
                problem="is the debited account too",
                remedy="Name two different accounts",
            )
        )
    if posting.at.tzinfo is None:
        faults.append(
            Fault(
                field="at",
                value=posting.at.isoformat(),
                problem="has no time zone",
                remedy="Give the time with its offset from UTC",
            )
        )
    return tuple(faults)


def _amount_faults(posting: Posting) -> list[Fault]:
    faults = []
    if type(posting.amount) is not int or not 0 < posting.amount <= LARGEST:
        faults.append(
            Fault(
                field="amount",
                value=str(posting.amount),
                problem="is not a whole number of minor units above zero",
                remedy="Exchange debit and credit instead of using a negative amount",
            )
        )
    if not CURRENCY.fullmatch(posting.currency):
        faults.append(
            Fault(
                field="currency",
                value=posting.currency,
                problem="is not a currency code",
                remedy="Use three capitals, such as IDR",
            )
        )
    return faults


def _text_faults(posting: Posting) -> list[Fault]:
    faults = []
    for field, least in (("key", 1), ("reason", 1), ("source", 0)):
        text = getattr(posting, field)
        if not least <= len(text) <= 200:
            faults.append(
                Fault(field=field, value=text[:50], problem=f"is not of {least} to 200 letters")
            )
        elif CONTROL.search(text):
            faults.append(Fault(field=field, value=text, problem="contains a control character"))
    return faults
