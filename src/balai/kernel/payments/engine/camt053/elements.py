"""Reading texts, days and amounts out of one statement's elements, and gathering its faults."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from hashlib import blake2s
from xml.etree.ElementTree import Element

from balai.kernel.ledger import currencies
from balai.kernel.problems import Fault

LARGEST = 10**15
BLANK = " \t\r\n"
DECIMAL = re.compile(r"\+?([0-9]{1,18}(\.[0-9]{0,5})?|\.[0-9]{1,5})", re.ASCII)
LONGEST_REFERENCE, LONGEST_ACCOUNT, LONGEST_TEXT = 100, 64, 1000
"""The standard gives references 35 characters; some banks write more."""
LONGEST_CODE = 60
SIDES = {"CRDT": 1, "DBIT": -1}


class Elements:
    """What a statement's elements say. `place` is what is being read, for faults to name."""

    def __init__(self, space: str) -> None:
        self.space = space
        self.faults: list[Fault] = []
        self.remarks: list[Fault] = []
        self.place = "statement"
        self.currency = ""

    def signed_amount(self, found: Element) -> int | None:
        """Amount by its indicator: CRDT above zero, DBIT below."""
        element = self.child(found, "Amt")
        side = self.text(found, "CdtDbtInd")
        if side not in SIDES:
            self.fault("CdtDbtInd", side, "is not CRDT or DBIT", "Say which side it is on")
            return None
        if element is None:
            self.fault("Amt", "", "is missing", "Give the amount")
            return None
        amount = self.amount(element)
        return amount if amount is None else SIDES[side] * amount

    def amount(self, element: Element) -> int | None:
        """Whole minor units of the element's amount, which must be in the account's currency."""
        currency = element.get("Ccy", "")
        if not currencies.is_currency(currency):
            self.fault("Ccy", currency, "is not a currency", "Three capitals, such as IDR")
            return None
        self.currency = self.currency or currency
        if currency != self.currency:
            self.fault("Ccy", currency, f"differs from the statement's {self.currency}",
                       "One statement has one currency")  # fmt: skip
            return None
        minor = minor_units(element)
        if minor is None:
            self.fault("Amt", (element.text or "").strip(BLANK),
                       "is not an amount in whole minor units", "Such as 15000.00")  # fmt: skip
        return minor

    def own_amount(self, found: Element, path: str) -> int | None:
        """The amount at a path where it is in the account's currency, or None."""
        element = self.child(found, path)
        if element is None or element.get("Ccy") != self.currency:
            return None
        return minor_units(element)

    def need_day(self, found: Element, path: str) -> date | None:
        """The date at a path; a fault where there is none."""
        text = self.first(found, f"{path}/Dt", f"{path}/DtTm")
        day = _date(text)
        if day is None:
            self.fault(path, text, "is not a date" if text else "is missing", "Such as 2026-11-23")
        return day

    def day(self, found: Element, path: str) -> date | None:
        """The date at a path, given as a date or a date with time; a remark where it is none."""
        text = self.first(found, f"{path}/Dt", f"{path}/DtTm")
        day = _date(text)
        if text and day is None:
            self.remark(path, text, "is not a date", "Such as 2026-11-23")
        return day

    def code(self, found: Element) -> str:
        """The bank transaction code as domain/family/sub-family, or the bank's own."""
        domain = "BkTxCd/Domn"
        parts = [self.text(found, f"{domain}/{path}")
                 for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]  # fmt: skip
        code = "/".join(filter(None, parts)) or self.text(found, "BkTxCd/Prtry/Cd")
        return code[:LONGEST_CODE]

    def need(self, found: Element, path: str) -> str:
        """The text at a path; a fault where there is none."""
        text = self.text(found, path)
        if not text:
            self.fault(path, "", "is missing", "Ask the bank for a full statement")
        return text

    def first(self, found: Element, *paths: str) -> str:
        """The first text that is not empty."""
        return next(filter(None, (self.text(found, path) for path in paths)), "")

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

    def all(self, found: Element, path: str) -> list[Element]:
        """Every element at a path."""
        return found.findall(self.path(path))

    def path(self, path: str) -> str:
        """A path with the namespace in each step."""
        return "/".join(f"{self.space}{step}" for step in path.split("/"))

    def fault(self, field: str, value: str, problem: str, remedy: str) -> None:
        """Add a fault at the place that is being read: the statement cannot be taken."""
        self.faults.append(self._told(field, value, problem, remedy))

    def remark(self, field: str, value: str, problem: str, remedy: str) -> None:
        """Add a remark at the place that is being read: the statement can be taken all the same."""
        self.remarks.append(self._told(field, value, problem, remedy))

    def _told(self, field: str, value: str, problem: str, remedy: str) -> Fault:
        place = f"{self.place}, {field}"
        return Fault(field=place, value=value[:100], problem=problem, remedy=remedy)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def short(text: str, most: int) -> str:
    """A reference that fits: a longer one is cut, and told apart by its digest."""
    if len(text) <= most:
        return text
    return f"{text[: most - 17]}~{blake2s(text.encode(), digest_size=8).hexdigest()}"


def minor_units(element: Element) -> int | None:
    """Whole minor units of an amount in its own currency; None where it is none."""
    text, currency = (element.text or "").strip(BLANK), element.get("Ccy", "")
    # xs:decimal knows no exponent and no infinity, which Decimal would take.
    if not currencies.is_currency(currency) or not DECIMAL.fullmatch(text):
        return None
    minor = Decimal(text).scaleb(currencies.digits(currency))
    if not 0 <= minor < LARGEST or minor != minor.to_integral_value():
        return None
    return int(minor)
