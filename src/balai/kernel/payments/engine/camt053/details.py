"""The transactions of an entry: what each moved of the amount that the bank booked.

ISO 20022 says that Ntry/Amt is what was booked on the account. A detail may tell more: the amount
in the payer's currency, or before the bank's charges. So the entry's amount always holds, and what
a detail says is used only as far as it explains it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from balai.kernel.ledger import currencies
from balai.kernel.payments.engine.camt053.elements import (
    LONGEST_ACCOUNT,
    LONGEST_REFERENCE,
    LONGEST_TEXT,
    SIDES,
    Elements,
    minor_units,
    short,
)
from balai.kernel.payments.engine.camt053.statement import Entry

OWN_AMOUNTS = (
    "Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt", "AmtDtls/AnncdPstngAmt/Amt",
    "AmtDtls/InstdAmt/Amt",
)  # fmt: skip
"""Where a transaction tells its amount; the first in the account's currency is taken."""
CHARGE = "ACMT/MDOP/CHRG"
COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)


def transactions(told: Elements, found: Element, entry: Entry) -> list[Entry]:
    """The entry as one for each of its transactions: together they are exactly its amount.

    With one transaction or none it is the entry itself. One that tells no amount in the account's
    currency takes what the others leave; where several do, or some are not told at all, what is
    left is one part that `is_rest`, with a remark that names it.
    """
    parts = told.all(found, "NtryDtls/TxDtls")
    untold = _untold(told, found, len(parts))
    if not parts:
        return [entry]
    if len(parts) == 1 and not untold:
        return [_one(told, parts[0], entry)]
    read = [_part(told, part, entry, number) for number, part in enumerate(parts, 1)]
    amounts = _amounts(told, parts, entry)
    known = [replace(part, amount=amount)
             for part, amount in zip(read, amounts, strict=True) if amount]  # fmt: skip
    unknown = [part for part, amount in zip(read, amounts, strict=True) if amount is None]
    rest = entry.amount - sum(part.amount for part in known)
    if rest == 0 and not unknown:
        return known
    if not unknown and rest == -charges(told, found):
        return [*known, replace(entry, number=f"{entry.number}.{len(parts) + 1}", amount=rest,
                                reference=f"{entry.reference}.charges", code=CHARGE)]  # fmt: skip
    if len(unknown) == 1 and not untold and rest * entry.amount > 0:
        return [*known, replace(unknown[0], amount=rest)]
    return _with_rest(told, entry, known, unknown, rest, untold)


def _with_rest(
    told: Elements, entry: Entry, known: list[Entry], unknown: Sequence[Entry], rest: int,
    untold: int,
) -> list[Entry]:  # fmt: skip
    """What cannot be told apart as one part; the whole entry where the details contradict it."""
    told.place = f"entry {entry.number}"
    if rest * entry.amount <= 0 or not (unknown or untold):
        told.remark("TxDtls", _plain(told, entry.amount - rest),
                    f"do not add up to the entry's {_plain(told, entry.amount)}",
                    "The entry is taken whole: match it by hand")  # fmt: skip
        return [replace(entry, is_rest=True,
                        note="Its transactions do not add up to what was booked")]  # fmt: skip
    names = ", ".join(part.number for part in unknown) or f"{untold} of them"
    why = f"tell no amount in {told.currency}" if unknown else "are not told"
    told.remark("TxDtls", names, why,
                f"What is left of the entry, {_plain(told, rest)}, is taken as one: match it by "
                "hand, or ask the bank for all transactions with AmtDtls/CntrValAmt")  # fmt: skip
    notes = "; ".join(f"{part.number}: {part.note or part.remittance}" for part in unknown)
    return [*known, replace(entry, number=f"{entry.number}.{len(known) + len(unknown) + 1}",
                            amount=rest, is_rest=True, reference=f"{entry.reference}.rest",
                            note=notes[:500])]  # fmt: skip


def _one(told: Elements, found: Element, entry: Entry) -> Entry:
    """The only transaction of an entry: all that was booked is its own."""
    part = _part(told, found, entry, 1)
    own_reference = short(told.text(found, "Refs/AcctSvcrRef"), LONGEST_REFERENCE)
    own = _own(told, found)
    if own is not None and own != abs(entry.amount) and "charges" not in part.note:
        note = f"the transaction says {_plain(told, own)}"
        part = replace(part, note="; ".join(filter(None, (part.note, note))))
    return replace(part, number=entry.number, amount=entry.amount,
                   reference=own_reference or entry.reference or part.reference)  # fmt: skip


def _part(told: Elements, found: Element, entry: Entry, number: int) -> Entry:
    """A transaction with what the entry says where it is silent; its amount comes later."""
    end_to_end = told.text(found, "Refs/EndToEndId")
    reference = told.first(found, "Refs/AcctSvcrRef", "Refs/TxId")
    account = told.first(found, "RmtInf/Strd/CdtrRefInf/Ref", "RltdPties/CdtrAcct/Id/Othr/Id")
    return replace(
        entry,
        number=f"{entry.number}.{number}",
        reference=short(reference or f"{entry.reference}.{number}", LONGEST_REFERENCE),
        end_to_end="" if end_to_end == "NOTPROVIDED" else short(end_to_end, LONGEST_REFERENCE),
        account=account if len(account) <= LONGEST_ACCOUNT else "",
        code=told.code(found) or entry.code,
        remittance=" ".join(told.texts(found, "RmtInf/Ustrd"))[:LONGEST_TEXT] or entry.remittance,
        reverses=short(told.text(found, "Refs/ClrSysRef"), LONGEST_REFERENCE),
        payer=told.first(found, "RltdPties/Dbtr/Nm", "RltdPties/Dbtr/Pty/Nm")[:LONGEST_TEXT],
        reversal=entry.reversal or told.child(found, "RtrInf") is not None,
        note=_note(told, found),
    )  # fmt: skip


def _own(told: Elements, found: Element) -> int | None:
    """The transaction's amount in the account's currency, where it tells one."""
    for path in OWN_AMOUNTS:
        if (amount := told.own_amount(found, path)) is not None:
            return amount
    return None


def _sign(told: Elements, found: Element, entry: Entry) -> int:
    side = told.text(found, "CdtDbtInd")
    return SIDES.get(side, 1 if entry.amount > 0 else -1)


def _amounts(told: Elements, parts: Sequence[Element], entry: Entry) -> list[int | None]:
    """The signed amount of each transaction, None where it tells none in the account's currency.

    Before charges, or after them where it is these that add up to the entry.
    """
    gross: list[int | None] = []
    net: list[int | None] = []
    for part in parts:
        sign, own = _sign(told, part, entry), _own(told, part)
        gross.append(None if own is None else sign * own)
        net.append(None if own is None else sign * own - charges(told, part))
    if None in gross or sum(filter(None, gross)) == entry.amount:
        return gross
    return net if sum(filter(None, net)) == entry.amount else gross


def charges(told: Elements, found: Element) -> int:
    """What the bank kept of a transaction, in the account's currency: 0 where it tells none."""
    total = 0
    # Version 02 repeats Chrgs; since 03 one Chrgs holds records.
    for record in [*told.all(found, "Chrgs/Rcrd"), *told.all(found, "Chrgs")]:
        amount = told.own_amount(record, "Amt")
        if amount is not None:
            total += -amount if told.text(record, "CdtDbtInd") == "CRDT" else amount
    return total


def _note(told: Elements, found: Element) -> str:
    """Charges, and amounts in another currency with their rate, for the person who matches."""
    notes = []
    for path in ("AmtDtls/InstdAmt", "AmtDtls/TxAmt", "."):
        element = told.child(found, f"{path}/Amt") if path != "." else told.child(found, "Amt")
        if element is None or element.get("Ccy") == told.currency:
            continue
        minor, currency = minor_units(element), element.get("Ccy", "")
        amount = (element.text or "").strip() if minor is None else (
            currencies.decimal(minor, currency)
        )  # fmt: skip
        rate = told.first(found, f"{path}/CcyXchg/XchgRate", "AmtDtls/CntrValAmt/CcyXchg/XchgRate")
        notes.append(f"{currency[:3]} {amount[:30]}" + (f" at {rate[:20]}" if rate else ""))
        break
    if kept := charges(told, found):
        notes.append(f"charges {_plain(told, kept)}")
    return "; ".join(notes)


def _untold(told: Elements, found: Element, details: int) -> int:
    """How many transactions of the batch have no details, by its NbOfTxs."""
    counts = [text for text in told.texts(found, "NtryDtls/Btch/NbOfTxs") if text]
    if not details or not counts:
        return 0
    if not all(COUNT.fullmatch(text) for text in counts):
        told.remark("NbOfTxs", ", ".join(counts), "is not a number", "Ask the bank to mend it")
        return 0
    total = sum(map(int, counts))
    if total != details:
        told.remark("NbOfTxs", str(total), f"is not the number of transactions told, {details}",
                    "Ask the bank for all of them")  # fmt: skip
    return max(0, total - details)


def _plain(told: Elements, amount: int) -> str:
    return currencies.decimal(amount, told.currency)
