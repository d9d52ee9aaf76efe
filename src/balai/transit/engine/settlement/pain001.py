"""The bank's payment file: ISO 20022 customer credit transfer initiation, pain.001.001.09.

Structure as the message definition has it (ISO 20022, Payments Initiation, 2019): the group header,
one payment information block with the debtor, one transaction a creditor, in the order of the
schema. Amounts are written in the currency's major unit; the control sum is theirs, exact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from balai.kernel.ledger.currencies import decimal

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
TEXT = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
"""What the Latin set of SWIFT's networks does not hold."""
MOST_NAME, MOST_ID, MOST_NOTE, MOST_ACCOUNT = 140, 35, 140, 34
BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")


@dataclass(frozen=True, slots=True)
class Party:
    """Who pays or is paid: name, account number, and the bank by its BIC."""

    name: str
    account: str
    bank: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """A credit: `reference` comes back on the statement (EndToEndId), `amount` in minor units."""

    to: Party
    amount: int
    reference: str
    note: str


def payment_file(
    *, reference: str, made_at: datetime, execution: date, debtor: Party,
    transfers: Sequence[Transfer], currency: str,
) -> bytes:  # fmt: skip
    """The file. ValueError names a transfer whose party, reference or amount cannot be written."""
    for number, each in enumerate(transfers, 1):
        if problem := fault_of(each):
            raise ValueError(f"transfer {number} ({each.to.name}): {problem}")
    if not transfers:
        raise ValueError("there is nothing to pay")
    count = str(len(transfers))
    total = decimal(sum(each.amount for each in transfers), currency)
    document = Element("Document", xmlns=NAMESPACE)
    root = SubElement(document, "CstmrCdtTrfInitn")
    header = SubElement(root, "GrpHdr")
    _texts(header, MsgId=reference[:MOST_ID], CreDtTm=made_at.replace(microsecond=0).isoformat(),
           NbOfTxs=count, CtrlSum=total)  # fmt: skip
    SubElement(SubElement(header, "InitgPty"), "Nm").text = _name(debtor.name)
    block = SubElement(root, "PmtInf")
    _texts(block, PmtInfId=reference[:MOST_ID], PmtMtd="TRF", BtchBookg="false", NbOfTxs=count,
           CtrlSum=total)  # fmt: skip
    SubElement(SubElement(block, "ReqdExctnDt"), "Dt").text = execution.isoformat()
    SubElement(SubElement(block, "Dbtr"), "Nm").text = _name(debtor.name)
    _account(block, "DbtrAcct", debtor.account, currency)
    _agent(block, "DbtrAgt", debtor.bank)
    SubElement(block, "ChrgBr").text = "SLEV"
    for each in transfers:
        _transfer(block, each, currency)
    indent(document)
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    body: bytes = tostring(document, encoding="utf-8")
    return head + body + b"\n"


def fault_of(transfer: Transfer) -> str:
    """What keeps a transfer from being written; empty where nothing does."""
    if transfer.amount <= 0:
        return "the amount is not above zero"
    if not BIC.fullmatch(transfer.to.bank):
        return "the bank is not a BIC of 8 or 11 characters"
    if not re.fullmatch(r"[A-Za-z0-9]{4,34}", transfer.to.account):
        return "the account number is not of 4 to 34 letters and digits"
    if not 0 < len(transfer.reference) <= MOST_ID or TEXT.search(transfer.reference):
        return "the reference is not of 1 to 35 plain letters"
    return "" if transfer.to.name.strip() else "the name is missing"


def _transfer(block: Element, each: Transfer, currency: str) -> None:
    told = SubElement(block, "CdtTrfTxInf")
    _texts(SubElement(told, "PmtId"), InstrId=each.reference, EndToEndId=each.reference)
    amount = SubElement(SubElement(told, "Amt"), "InstdAmt", Ccy=currency)
    amount.text = decimal(each.amount, currency)
    _agent(told, "CdtrAgt", each.to.bank)
    SubElement(SubElement(told, "Cdtr"), "Nm").text = _name(each.to.name)
    _account(told, "CdtrAcct", each.to.account, "")
    SubElement(SubElement(told, "RmtInf"), "Ustrd").text = TEXT.sub(" ", each.note)[:MOST_NOTE]


def _account(parent: Element, name: str, number: str, currency: str) -> None:
    account = SubElement(parent, name)
    other = SubElement(SubElement(account, "Id"), "Othr")
    SubElement(other, "Id").text = number[:MOST_ACCOUNT]
    if currency:
        SubElement(account, "Ccy").text = currency


def _agent(parent: Element, name: str, bank: str) -> None:
    SubElement(SubElement(SubElement(parent, name), "FinInstnId"), "BICFI").text = bank


def _name(text: str) -> str:
    return TEXT.sub(" ", text).strip()[:MOST_NAME]


def _texts(parent: Element, **values: str) -> None:
    for name, value in values.items():
        SubElement(parent, name).text = value
