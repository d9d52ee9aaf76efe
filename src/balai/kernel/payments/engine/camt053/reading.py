"""Reading camt.053: without entities or external references, every entry judged by itself.

ISO 20022 Bank-to-Customer Statement, camt.053.001.02 to 001.13.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from balai.kernel.ledger import currencies
from balai.kernel.payments.engine.camt053.details import transactions
from balai.kernel.payments.engine.camt053.elements import (
    LONGEST_REFERENCE,
    LONGEST_TEXT,
    Elements,
    minor_units,
    short,
)
from balai.kernel.payments.engine.camt053.statement import (
    NAMESPACE,
    VERSIONS,
    Balance,
    Entry,
    Refused,
    Statement,
)
from balai.kernel.problems import Fault, ProblemError

MOST_BYTES = 50 * 2**20
SEQUENCE = re.compile(r"[0-9]{1,18}", re.ASCII)
COUNT = re.compile(r"[0-9]{1,15}", re.ASCII)
WAITING = ("PDNG", "INFO", "FUTR")
OPENING = ("OPBD", "PRCD")


def read(content: bytes) -> tuple[Statement, ...]:
    """The statements of a file, all good; ProblemError names the entry, field, value and mend of
    each fault. As `read_each` otherwise.
    """
    found = read_each(content)
    faults = tuple(fault for each in found if isinstance(each, Refused) for fault in each.faults)
    if faults:
        raise ProblemError("The bank statement cannot be taken", faults=faults)
    return tuple(each for each in found if isinstance(each, Statement))


def read_each(content: bytes) -> tuple[Statement | Refused, ...]:
    """Every statement of a file, judged by itself: one that is not good keeps no other out.

    Entities, document types and external references are refused (no XXE, no bombs): ProblemError.
    Each statement's opening balance and entries must add up to its closing balance.
    """
    root = _root(content)
    version = _version(root)
    found = list(root.iter(f"{_space(root)}Stmt"))
    if not found:
        raise _refused("Stmt", "", "the file holds no statement", "Export the account's statement")
    return tuple(_Reader(element, version).result() for element in found)


def _root(content: bytes) -> Element:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(content) > MOST_BYTES:
        raise _refused("file", f"{len(content)} bytes", "is too large", "At most 50 MB a file")
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise _refused("file", type(error).__name__, "holds a document type or entity",
                       "Export it again as plain camt.053") from None  # fmt: skip
    except (ParseError, ValueError, LookupError) as error:
        raise _refused("file", str(error), "is not XML that can be read",
                       "Export it again as camt.053") from None  # fmt: skip
    return root


def _version(root: Element) -> str:
    space = _space(root)[1:-1]
    version = space.removeprefix(NAMESPACE)
    if not space.startswith(NAMESPACE) or version not in VERSIONS:
        raise _refused("namespace", space, "is not camt.053.001.02 to 001.13",
                       "Ask the bank for one of these versions")  # fmt: skip
    return version


def _space(element: Element) -> str:
    return element.tag.partition("}")[0] + "}" if element.tag.startswith("{") else "{}"


def _refused(field: str, value: str, problem: str, remedy: str) -> ProblemError:
    fault = Fault(field=field, value=value[:100], problem=problem, remedy=remedy)
    return ProblemError("The bank statement cannot be taken", faults=(fault,))


class _Reader(Elements):
    """Reads one statement and gathers its faults."""

    def __init__(self, element: Element, version: str) -> None:
        super().__init__(_space(element))
        self.element, self.version = element, version
        self.identifier = self.text(element, "Id")
        own = self.text(element, "Acct/Ccy")
        self.currency = own if currencies.is_currency(own) else ""

    def result(self) -> Statement | Refused:
        """The statement, or why it cannot be taken."""
        statement = self.statement()
        if statement is None or self.faults:
            return Refused(identifier=self.identifier, faults=tuple(self.faults))
        return statement

    def statement(self) -> Statement | None:
        """The statement, or None where a fault stands in its way."""
        account = self.first(self.element, "Acct/Id/IBAN", "Acct/Id/Othr/Id") or self.need(
            self.element, "Acct/Id/Othr/Id"
        )
        balances = dict(self.balances())
        opening, closing = self.balance(balances, *OPENING), self.balance(balances, "CLBD")
        booked = tuple(self.booked(closing.on if closing else date.max))
        entries = tuple(part for each, found in booked for part in transactions(self, found, each))
        if self.faults or opening is None or closing is None:
            return None
        self.place = "statement"
        self.add_up(opening, closing, [each for each, _ in booked])
        self.add_up_to_summary([each for each, _ in booked])
        sequence = self.text(self.element, "ElctrncSeqNb")
        return Statement(
            identifier=self.identifier, account=account, currency=self.currency,
            opening=opening, closing=closing, entries=entries, version=self.version,
            sequence=int(sequence) if SEQUENCE.fullmatch(sequence) else None,
            remarks=tuple(self.remarks),
        )  # fmt: skip

    def balances(self) -> Iterator[tuple[str, Balance]]:
        """Each balance by its code; the first of a code holds."""
        seen = set()
        for found in self.all(self.element, "Bal"):
            code = self.text(found, "Tp/CdOrPrtry/Cd")
            if code not in (*OPENING, "CLBD") or code in seen:
                continue
            seen.add(code)
            self.place = f"balance {code}"
            amount, on = self.signed_amount(found), self.need_day(found, "Dt")
            if amount is not None and on is not None:
                yield code, Balance(amount, on)
        self.place = "statement"

    def balance(self, found: dict[str, Balance], *codes: str) -> Balance | None:
        """The first of the balances that is there."""
        for code in codes:
            if code in found:
                return found[code]
        if any(f"balance {code}" in fault.field for fault in self.faults for code in codes):
            return None
        paged = self.text(self.element, "StmtPgntn/LastPgInd") == "false" or (
            self.text(self.element, "StmtPgntn/PgNb") not in ("", "1")
        )
        self.fault("Bal", "", f"the balance {codes[0]} is missing",
                   "It is one page of several: ask for the statement in one piece" if paged
                   else "Ask for a full statement")  # fmt: skip
        return None

    def booked(self, closing: date) -> Iterator[tuple[Entry, Element]]:
        """Every booked entry, whole, with its element; one without a day is of the closing day."""
        for number, found in enumerate(self.all(self.element, "Ntry"), 1):
            self.place = f"entry {number}"
            status = self.first(found, "Sts/Cd", "Sts", "Sts/Prtry")
            if status != "BOOK":
                # Pending and informational entries are not in the balances.
                if status not in WAITING:
                    self.fault("Sts", status, "is not a status", "BOOK, PDNG, INFO or FUTR")
                continue
            entry = self.entry(found, number, closing)
            if entry is not None:
                yield entry, found

    def entry(self, found: Element, number: int, closing: date) -> Entry | None:
        """The entry as a whole."""
        amount = self.signed_amount(found)
        if amount is None:
            return None
        if amount == 0:
            self.remark("Amt", "0", "is zero: it moves nothing", "It is left out")
            return None
        return Entry(
            number=str(number), amount=amount,
            booked=self.day(found, "BookgDt") or self.day(found, "ValDt") or closing,
            valued=self.day(found, "ValDt"),
            reference=short(self.first(found, "AcctSvcrRef", "NtryRef"), LONGEST_REFERENCE),
            code=self.code(found), reversal=self.text(found, "RvslInd") in ("true", "1"),
            remittance=self.text(found, "AddtlNtryInf")[:LONGEST_TEXT],
        )  # fmt: skip

    def add_up(self, opening: Balance, closing: Balance, entries: list[Entry]) -> None:
        """Fault where opening and entries are not the closing balance."""
        total = opening.amount + sum(entry.amount for entry in entries)
        if total != closing.amount:
            self.fault("Bal CLBD", str(closing.amount),
                       f"is not the opening balance and the entries, which make {total}",
                       "A part of it is missing or changed: export it again")  # fmt: skip

    def add_up_to_summary(self, entries: list[Entry]) -> None:
        """Fault where TxsSummry counts or sums more or less than there is on a side.

        A credit that is missing with its own reversal leaves the balances right: the summary
        alone tells. Some banks count pending entries too, so either number will do.
        """
        for name, sign in (("TtlCdtNtries", 1), ("TtlDbtNtries", -1)):
            found = self.child(self.element, f"TxsSummry/{name}")
            if found is None:
                continue
            own = [abs(entry.amount) for entry in entries if entry.amount * sign > 0]
            every = self.of_side("CRDT" if sign > 0 else "DBIT")
            self.agree(f"{name} NbOfNtries", self.text(found, "NbOfNtries"), len(own), len(every))
            if None not in every:
                self.agree(f"{name} Sum", self.text(found, "Sum"), sum(own),
                           sum(each or 0 for each in every))  # fmt: skip

    def of_side(self, side: str) -> list[int | None]:
        """The amounts of every entry of a side, pending ones too."""
        return [
            self.own_amount(each, "Amt") for each in self.all(self.element, "Ntry")
            if self.text(each, "CdtDbtInd") == side
        ]  # fmt: skip

    def agree(self, field: str, text: str, *right: int) -> None:
        """Fault where a count or sum that is told is none of those that are right."""
        if not text:
            return
        told = self.summed(text) if field.endswith("Sum") else (
            int(text) if COUNT.fullmatch(text) else None
        )  # fmt: skip
        if told not in right:
            self.fault(f"TxsSummry {field}", text, f"is not what the entries make, {right[0]}",
                       "A part of it is missing or changed: export it again")  # fmt: skip

    def summed(self, text: str) -> int | None:
        """A sum without its currency in minor units of the statement's."""
        element = Element("Sum", Ccy=self.currency)
        element.text = text
        return minor_units(element)
