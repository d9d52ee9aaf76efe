"""Making a code: static (the payer enters the amount) or dynamic (for one payment)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from balai.kernel.payments.engine.qris.reading import parse
from balai.kernel.payments.engine.qris.tags import (
    CRC,
    DYNAMIC,
    INDONESIA,
    QRIS_GUID,
    RUPIAH,
    SHORT_NAMES,
    STATIC,
    is_account,
)
from balai.kernel.payments.engine.qris.tlv import checksum, write
from balai.kernel.problems import Fault, ProblemError

LARGEST = Decimal("9999999999999")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account to pay into: template 26 to 45 with the acquirer's reversed domain name.

    `pan` is the merchant's number at the acquirer, `criteria` its size class (UMI, UKE, UME, UBE,
    URE; PSO for a public service).
    """

    tag: str
    guid: str
    pan: str = ""
    merchant_id: str = ""
    criteria: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """Who is paid. `nmid` is the National Merchant ID, in template 51."""

    name: str
    city: str
    postal_code: str = ""
    category: str = "9399"
    nmid: str = ""
    criteria: str = "URE"
    accounts: tuple[Account, ...] = ()
    country: str = INDONESIA
    currency: str = RUPIAH


@dataclass(frozen=True, slots=True)
class Tip:
    """`01` asks the payer for a tip, `02` adds a fixed fee, `03` a percentage."""

    kind: Literal["01", "02", "03"]
    value: Decimal | None = None


def make(
    merchant: Merchant,
    *,
    amount: Decimal | int | None = None,
    dynamic: bool | None = None,
    tip: Tip | None = None,
    bill_number: str = "",
    reference_label: str = "",
    customer_label: str = "",
    terminal_label: str = "",
    purpose: str = "",
    language: tuple[str, str, str] | None = None,
) -> str:
    """The text of a code; `amount` in the currency's major unit makes it dynamic unless told.

    `language` is (language, name, city) in another script. ProblemError names each field that
    does not fit its tag.
    """
    _refuse_bad_fields(merchant, amount, tip)
    is_dynamic = dynamic if dynamic is not None else amount is not None
    extra = {
        "01": bill_number, "05": reference_label, "06": customer_label, "07": terminal_label,
        "08": purpose,
    }  # fmt: skip
    parts = [
        write("00", "01"),
        write("01", DYNAMIC if is_dynamic else STATIC),
        *(_account(account) for account in sorted(merchant.accounts, key=lambda each: each.tag)),
        _national(merchant),
        write("52", merchant.category),
        write("53", merchant.currency),
        write("54", _plain(Decimal(amount))) if amount is not None else "",
        *_tip(tip),
        write("58", merchant.country),
        write("59", merchant.name),
        write("60", merchant.city),
        _optional("61", merchant.postal_code),
        _optional("62", "".join(_optional(tag, value) for tag, value in extra.items())),
        _language(language),
    ]
    body = "".join(parts) + f"{CRC}04"
    return parse(body + checksum(body)).text


def _account(account: Account) -> str:
    values = (("00", account.guid), ("01", account.pan), ("02", account.merchant_id),
              ("03", account.criteria))  # fmt: skip
    return write(account.tag, "".join(_optional(tag, value) for tag, value in values))


def _national(merchant: Merchant) -> str:
    if not merchant.nmid:
        return ""
    return _account(Account(tag="51", guid=QRIS_GUID, merchant_id=merchant.nmid,
                            criteria=merchant.criteria))  # fmt: skip


def _tip(tip: Tip | None) -> list[str]:
    if tip is None:
        return []
    detail = {"02": "56", "03": "57"}.get(tip.kind)
    return [write("55", tip.kind), write(detail, _plain(tip.value or Decimal(0))) if detail else ""]


def _language(language: tuple[str, str, str] | None) -> str:
    if language is None:
        return ""
    return write("64", "".join(_optional(f"{n:02}", value) for n, value in enumerate(language)))


def _optional(tag: str, value: str) -> str:
    return write(tag, value) if value else ""


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _refuse_bad_fields(merchant: Merchant, amount: Decimal | int | None, tip: Tip | None) -> None:
    faults = [
        Fault(field=field, value=value, problem=f"is not of 1 to {most} characters",
              remedy="Shorten it")
        for field, value, most in (
            ("merchant name", merchant.name, SHORT_NAMES["59"]),
            ("merchant city", merchant.city, SHORT_NAMES["60"]),
        )
        if not 0 < len(value) <= most
    ]  # fmt: skip
    faults += [
        Fault(field=f"account {each.tag}", value=each.guid, problem="is not in tags 26 to 50",
              remedy="Tag 51 is made from the NMID")
        for each in merchant.accounts
        if not (each.tag.isdigit() and len(each.tag) == 2 and is_account(each.tag))
        or each.tag == "51"
    ]  # fmt: skip
    if not merchant.accounts and not merchant.nmid:
        faults.append(Fault(field="account", problem="is missing", remedy="Give an NMID"))
    if amount is not None and not _is_money(Decimal(amount)):
        faults.append(_bad_money("amount", amount))
    faults += _tip_faults(tip)
    if faults:
        raise ProblemError("The QR code cannot be made", faults=tuple(faults))


def _tip_faults(tip: Tip | None) -> list[Fault]:
    if tip is None or (tip.kind == "01" and tip.value is None):
        return []
    if tip.kind == "01":
        return [Fault(field="tip", value=str(tip.value), problem="is named where it is asked for",
                      remedy="Ask for a tip, or name a fee")]  # fmt: skip
    if tip.value is None:
        return [Fault(field="tip", problem="is missing",
                      remedy="A fixed fee such as 1000, or a percentage such as 2.5%")]  # fmt: skip
    if not _is_money(tip.value):
        return [_bad_money("tip", tip.value)]
    if tip.kind == "03" and tip.value >= 100:
        return [Fault(field="tip", value=str(tip.value), problem="is not below 100 percent",
                      remedy="0.01 to 99.99")]  # fmt: skip
    return []


def _bad_money(field: str, value: Decimal | int) -> Fault:
    return Fault(field=field, value=str(value),
                 problem="is not an amount above zero with at most two decimals",
                 remedy="Such as 15000")  # fmt: skip


def _is_money(value: Decimal) -> bool:
    return value.is_finite() and 0 < value <= LARGEST and value == value.quantize(Decimal("0.01"))
