"""Reading camt.053: without entities or external references, every entry judged by itself.

ISO 20022 Bank-to-Customer Statement, camt.053.001.02 and 001.08.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from balai.kernel.ledger import currencies
from balai.kernel.payments.engine.camt053.statement import (
    NAMESPACE,
    VERSIONS,
    Balance,
    Entry,
    Statement,
)
from balai.kernel.problems import Fault, ProblemError

MOST_BYTES = 50 * 2**20
LARGEST = 10**15
BLANK = " \t\r\n"
SEQUENCE = re.compile(r"[0-9]{1,18}", re.ASCII)
DECIMAL = re.compile(r"[0-9]{1,18}(\.[0-9]{1,5})?", re.ASCII)


def read(content: bytes) -> tuple[Statement, ...]:
    """The statements of a file; ProblemError names the entry, field, value and mend of each fault.

    Entities, document types and external references are refused (no XXE, no bombs). Each
    statement's opening balance and entries must add up to its closing balance.
    """
    root = _root(content)
    version = _version(root)
    found = [_Reader(element, version) for element in root.iter(f"{_space(root)}Stmt")]
    if not found:
        raise _refused("Stmt", "", "the file holds no statement", "Export the account's statement")
    statements = [reader.statement() for reader in found]
    faults = tuple(fault for reader in found for fault in reader.faults)
    if faults:
        raise ProblemError("The bank statement cannot be taken", faults=faults)
    return tuple(each for each in statements if each is not None)


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
        raise _refused("namespace", space, "is not camt.053.001.02 or 001.08",
                       "Ask the bank for one of these versions")  # fmt: skip
    return version


def _space(element: Element) -> str:
    return element.tag.partition("}")[0] + "}" if element.tag.startswith("{") else "{}"


def _refused(field: str, value: str, problem: str, remedy: str) -> ProblemError:
    fault = Fault(field=field, value=value[:100], problem=problem, remedy=remedy)
    return ProblemError("The bank statement cannot be taken", faults=(fault,))


class _Reader:
    """Reads one statement and gathers its faults."""

    def __init__(self, element: Element, version: str) -> None:
        self.element, self.version = element, version
        self.space = _space(element)
        self.faults: list[Fault] = []
        self.place = "statement"
        self.currency = ""

    def statement(self) -> Statement | None:
        """The statement, or None where a fault stands in its way."""
        account = self.text(self.element, "Acct/Id/IBAN") or self.need(
            self.element, "Acct/Id/Othr/Id"
        )
        balances = dict(self.balances())
        opening, closing = self.balance(balances, "OPBD", "PRCD"), self.balance(balances, "CLBD")
        entries = tuple(self.entries())
        if self.faults or opening is None or closing is None:
            return None
        self.add_up(opening, closing, entries)
        sequence = self.text(self.element, "ElctrncSeqNb")
        return Statement(
            identifier=self.text(self.element, "Id"), account=account, currency=self.currency,
            opening=opening, closing=closing, entries=entries,
            sequence=int(sequence) if SEQUENCE.fullmatch(sequence) else None, version=self.version,
        )  # fmt: skip

    def balances(self) -> Iterator[tuple[str, Balance]]:
        """Each balance by its code."""
        for found in self.all(self.element, "Bal"):
            code = self.text(found, "Tp/CdOrPrtry/Cd")
            if code not in ("OPBD", "PRCD", "CLBD"):
                continue
            self.place = f"balance {code}"
            amount, on = self.signed_amount(found), self.day(found, "Dt")
            if amount is not None and on is not None:
                yield code, Balance(amount, on)
        self.place = "statement"

    def balance(self, found: dict[str, Balance], *codes: str) -> Balance | None:
        """The first of the balances that is there."""
        for code in codes:
            if code in found:
                return found[code]
        if not any(codes[0] in fault.field for fault in self.faults):
            self.fault("Bal", "", f"the balance {codes[0]} is missing", "Ask for a full statement")
        return None

    def entries(self) -> Iterator[Entry]:
        """Every booked transaction; a batch with details gives one for each."""
        for number, found in enumerate(self.all(self.element, "Ntry"), 1):
            self.place = f"entry {number}"
            status = self.text(found, "Sts/Cd") or self.text(found, "Sts")
            if status != "BOOK":
                # Pending and informational entries are not in the balances.
                if status not in ("PDNG", "INFO", "FUTR"):
                    self.fault("Sts", status, "is not a status", "BOOK, PDNG, INFO or FUTR")
                continue
            entry = self.entry(found, number)
            if entry is not None:
                yield from self.details(found, entry)

    def entry(self, found: Element, number: int) -> Entry | None:
        """The entry as a whole."""
        amount = self.signed_amount(found)
        booked = self.day(found, "BookgDt")
        if amount is None or booked is None:
            return None
        if amount == 0:
            self.fault("Amt", "0", "is zero", "An entry moves money")
            return None
        return Entry(
            number=str(number), amount=amount, booked=booked,
            valued=self.day(found, "ValDt", optional=True),
            reference=self.text(found, "AcctSvcrRef") or self.text(found, "NtryRef"),
            code=self.code(found), reversal=self.text(found, "RvslInd") in ("true", "1"),
            remittance=self.text(found, "AddtlNtryInf"),
        )  # fmt: skip

    def details(self, found: Element, entry: Entry) -> Iterator[Entry]:
        """The transactions of an entry: itself where it has none or one."""
        transactions = [
            each for group in self.all(found, "NtryDtls") for each in self.all(group, "TxDtls")
        ]
        if not transactions:
            yield entry
            return
        parts = [
            self.transaction(each, entry, number, batch=len(transactions) > 1)
            for number, each in enumerate(transactions, 1)
        ]
        good = [part for part in parts if part is not None]
        self.place = f"entry {entry.number}"
        if len(good) == len(parts) and sum(part.amount for part in good) != entry.amount:
            self.fault("TxDtls", str(sum(part.amount for part in good)),
                       f"do not add up to the entry's {entry.amount}",
                       "Ask the bank for a corrected statement")  # fmt: skip
        yield from good

    def transaction(
        self, found: Element, entry: Entry, number: int, *, batch: bool
    ) -> Entry | None:
        """One transaction of an entry, with what the entry says where it is silent."""
        self.place = f"entry {entry.number}.{number}" if batch else f"entry {entry.number}"
        amount = self.detail_amount(found, entry, batch=batch)
        if amount is None:
            return None
        own = self.text(found, "Refs/AcctSvcrRef") or (entry.reference if not batch else "")
        end_to_end = self.text(found, "Refs/EndToEndId")
        return replace(
            entry,
            number=f"{entry.number}.{number}" if batch else entry.number,
            amount=amount,
            reference=own or self.text(found, "Refs/TxId") or f"{entry.reference}.{number}",
            end_to_end="" if end_to_end == "NOTPROVIDED" else end_to_end,
            account=self.text(found, "RmtInf/Strd/CdtrRefInf/Ref")
            or self.text(found, "RltdPties/CdtrAcct/Id/Othr/Id"),
            code=self.code(found) or entry.code,
            remittance=" ".join(self.texts(found, "RmtInf/Ustrd")) or entry.remittance,
            reverses=self.text(found, "Refs/ClrSysRef"),
            payer=self.text(found, "RltdPties/Dbtr/Nm")
            or self.text(found, "RltdPties/Dbtr/Pty/Nm"),
            reversal=entry.reversal or self.child(found, "RtrInf") is not None,
        )

    def detail_amount(self, found: Element, entry: Entry, *, batch: bool) -> int | None:
        """The signed amount of a transaction: version 08 has Amt, 02 has AmtDtls."""
        for path in ("Amt", "AmtDtls/TxAmt/Amt"):
            if (element := self.child(found, path)) is not None:
                amount = self.amount(element)
                if amount is None:
                    return None
                side = self.text(found, "CdtDbtInd")
                sign = {"CRDT": 1, "DBIT": -1}.get(side, 1 if entry.amount > 0 else -1)
                return sign * amount
        if batch:
            self.fault("Amt", "", "is missing in a batch", "Each transaction needs its amount")
            return None
        return entry.amount

    def signed_amount(self, found: Element) -> int | None:
        """Amount by its indicator: CRDT above zero, DBIT below."""
        element = self.child(found, "Amt")
        side = self.text(found, "CdtDbtInd")
        if side not in ("CRDT", "DBIT"):
            self.fault("CdtDbtInd", side, "is not CRDT or DBIT", "Say which side it is on")
            return None
        if element is None:
            self.fault("Amt", "", "is missing", "Give the amount")
            return None
        amount = self.amount(element)
        return amount if amount is None or side == "CRDT" else -amount

    def amount(self, element: Element) -> int | None:
        """Whole minor units of the element's amount, in the statement's one currency."""
        text, currency = (element.text or "").strip(BLANK), element.get("Ccy", "")
        if not currencies.is_currency(currency):
            self.fault("Ccy", currency, "is not a currency", "Three capitals, such as IDR")
            return None
        self.currency = self.currency or currency
        if currency != self.currency:
            self.fault("Ccy", currency, f"differs from the statement's {self.currency}",
                       "One statement has one currency")  # fmt: skip
            return None
        # xs:decimal knows no exponent and no infinity, which Decimal would take.
        value = Decimal(text if DECIMAL.fullmatch(text) else "NaN")
        minor = value.scaleb(currencies.digits(currency))
        if not minor.is_finite() or not 0 <= minor < LARGEST or minor != minor.to_integral_value():
            self.fault("Amt", text, "is not an amount in whole minor units", "Such as 15000.00")
            return None
        return int(minor)

    def add_up(self, opening: Balance, closing: Balance, entries: tuple[Entry, ...]) -> None:
        """Fault where opening and entries are not the closing balance."""
        self.place = "statement"
        total = opening.amount + sum(entry.amount for entry in entries)
        if total != closing.amount:
            self.fault("Bal CLBD", str(closing.amount),
                       f"is not the opening balance and the entries, which make {total}",
                       "A part of it is missing or changed: export it again")  # fmt: skip

    def day(self, found: Element, path: str, *, optional: bool = False) -> date | None:
        """The date at a path, given as a date or a date with time."""
        text = self.text(found, f"{path}/Dt") or self.text(found, f"{path}/DtTm")
        if not text and optional:
            return None
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            self.fault(path, text, "is not a date" if text else "is missing", "Such as 2026-11-23")
            return None

    def code(self, found: Element) -> str:
        """The bank transaction code as domain/family/sub-family, or the bank's own."""
        domain = "BkTxCd/Domn"
        parts = [self.text(found, f"{domain}/{path}")
                 for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]  # fmt: skip
        return "/".join(filter(None, parts)) or self.text(found, "BkTxCd/Prtry/Cd")

    def need(self, found: Element, path: str) -> str:
        """The text at a path; a fault where there is none."""
        text = self.text(found, path)
        if not text:
            self.fault(path, "", "is missing", "Ask the bank for a full statement")
        return text

    def text(self, found: Element, path: str) -> str:
        """The text at a path, empty where there is none."""
        element = self.child(found, path)
        return (element.text or "").strip(BLANK) if element is not None else ""

    def texts(self, found: Element, path: str) -> list[str]:
        """Every text at a path."""
        return [(each.text or "").strip(BLANK) for each in found.findall(self.path(path))]

    def child(self, found: Element, path: str) -> Element | None:
        """The first element at a path."""
        return found.find(self.path(path))

    def all(self, found: Element, name: str) -> list[Element]:
        """Every child of that name."""
        return found.findall(self.path(name))

    def path(self, path: str) -> str:
        """A path with the namespace in each step."""
        return "/".join(f"{self.space}{step}" for step in path.split("/"))

    def fault(self, field: str, value: str, problem: str, remedy: str) -> None:
        """Add a fault at the place that is being read."""
        self.faults.append(
            Fault(field=f"{self.place}, {field}", value=value[:100], problem=problem, remedy=remedy)
        )
