"""Writing camt.053, as a bank would: for the simulator and for handing statements on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from balai.kernel.ledger import currencies
from balai.kernel.payments.engine.camt053.statement import (
    AMOUNTS_SINCE,
    CODES_SINCE,
    NAMESPACE,
    Balance,
    Entry,
    Statement,
)


def write(statements: Sequence[Statement], *, message: str, at: datetime) -> bytes:
    """A camt.053 file of the statements in the first one's version; `at` (aware) is its time.

    Entries whose numbers share their whole part (`3.1`, `3.2`) become one batch.
    """
    version = statements[0].version if statements else "08"
    space = f"{NAMESPACE}{version}"
    register_namespace("", space)
    root = Element(f"{{{space}}}Document")
    body = _add(root, "BkToCstmrStmt")
    header = _add(body, "GrpHdr")
    _add(header, "MsgId", message)
    _add(header, "CreDtTm", at.isoformat(timespec="seconds"))
    for statement in statements:
        _statement(body, statement, at)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _statement(body: Element, statement: Statement, at: datetime) -> None:
    element = _add(body, "Stmt")
    _add(element, "Id", statement.identifier)
    if statement.sequence is not None:
        _add(element, "ElctrncSeqNb", str(statement.sequence))
    _add(element, "CreDtTm", at.isoformat(timespec="seconds"))
    account = _add(element, "Acct")
    _add(_add(_add(account, "Id"), "Othr"), "Id", statement.account)
    _add(account, "Ccy", statement.currency)
    _balance(element, "OPBD", statement.opening, statement.currency)
    _balance(element, "CLBD", statement.closing, statement.currency)
    for _, group in groupby(statement.entries, key=lambda each: each.number.partition(".")[0]):
        _entry(element, list(group), statement)


def _balance(element: Element, code: str, balance: Balance, currency: str) -> None:
    found = _add(element, "Bal")
    _add(_add(_add(found, "Tp"), "CdOrPrtry"), "Cd", code)
    _amount(found, balance.amount, currency)
    _add(_add(found, "Dt"), "Dt", balance.on.isoformat())


def _entry(element: Element, parts: list[Entry], statement: Statement) -> None:
    first = parts[0]
    found = _add(element, "Ntry")
    _amount(found, sum(part.amount for part in parts), statement.currency)
    if first.reversal:
        _add(found, "RvslInd", "true")
    status = _add(found, "Sts", None if statement.version >= CODES_SINCE else "BOOK")
    if statement.version >= CODES_SINCE:
        _add(status, "Cd", "BOOK")
    _add(_add(found, "BookgDt"), "Dt", first.booked.isoformat())
    if first.valued:
        _add(_add(found, "ValDt"), "Dt", first.valued.isoformat())
    batch = len(parts) > 1 or "." in first.number
    number = first.number.partition(".")[0]
    _add(found, "AcctSvcrRef", f"BATCH-{number}" if batch else first.reference)
    _code(found, first.code)
    details = _add(found, "NtryDtls")
    for part in parts:
        _transaction(details, part, statement)


def _transaction(details: Element, part: Entry, statement: Statement) -> None:
    found = _add(details, "TxDtls")
    references = _add(found, "Refs")
    _add(references, "AcctSvcrRef", part.reference)
    _add(references, "EndToEndId", part.end_to_end or "NOTPROVIDED")
    if part.reverses:
        _add(references, "ClrSysRef", part.reverses)
    if statement.version >= AMOUNTS_SINCE:
        _amount(found, part.amount, statement.currency)
    else:
        amounts = _add(_add(found, "AmtDtls"), "TxAmt")
        _money(amounts, part.amount, statement.currency)
    _code(found, part.code)
    if part.payer:
        debtor = _add(_add(found, "RltdPties"), "Dbtr")
        _add(_add(debtor, "Pty") if statement.version >= CODES_SINCE else debtor, "Nm", part.payer)
    if part.remittance or part.account:
        told = _add(found, "RmtInf")
        if part.remittance:
            _add(told, "Ustrd", part.remittance)
        if part.account:
            _add(_add(_add(told, "Strd"), "CdtrRefInf"), "Ref", part.account)


def _code(found: Element, code: str) -> None:
    if not code:
        return
    holder = _add(found, "BkTxCd")
    parts = code.split("/")
    if len(parts) != 3:
        _add(_add(holder, "Prtry"), "Cd", code)
        return
    domain = _add(holder, "Domn")
    _add(domain, "Cd", parts[0])
    family = _add(domain, "Fmly")
    _add(family, "Cd", parts[1])
    _add(family, "SubFmlyCd", parts[2])


def _amount(found: Element, amount: int, currency: str) -> None:
    _money(found, amount, currency)
    _add(found, "CdtDbtInd", "CRDT" if amount >= 0 else "DBIT")


def _money(found: Element, amount: int, currency: str) -> None:
    # Banks write the rupiah with its sen, which the ledger does not keep.
    sen = ".00" if currency in currencies.KEPT_DIGITS else ""
    text = currencies.decimal(abs(amount), currency) + sen
    _add(found, "Amt", text).set("Ccy", currency)


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    space = parent.tag.partition("}")[0] + "}"
    child = SubElement(parent, f"{space}{name}")
    child.text = text
    return child
