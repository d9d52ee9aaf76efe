"""What the tags are called, and what their values may be.

EMVCo MPM 1.1, chapter 4; QRIS: the national standard's use of 26 to 45 and 51. What a template
from 26 to 51 holds beside its identifier is its owner's to say: those parts are named, not judged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

QRIS_GUID = "ID.CO.QRIS.WWW"
CRC, RUPIAH, INDONESIA = "63", "360", "ID"
STATIC, DYNAMIC = "11", "12"
REQUIRED = ("00", "52", "53", "58", "59", "60", "63")


@dataclass(frozen=True, slots=True)
class Rule:
    """The form of a tag's value: its name, a pattern, and how to mend what does not fit."""

    name: str
    pattern: re.Pattern[str]
    mend: str


def _rule(name: str, pattern: str, mend: str) -> Rule:
    return Rule(name, re.compile(pattern, re.ASCII), mend)


def _text(name: str, most: int) -> Rule:
    return _rule(name, rf"[ -~]{{1,{most}}}", f"1 to {most} ordinary characters")


MONEY = r"(?=.{1,13}\Z)(?=.*[1-9])\d+(\.\d{0,2})?"
"""An amount of at most 13 characters, different from zero (sections 4.7.4 and 4.7.7)."""
RULES = {
    "00": _rule("payload format indicator", r"01", "Always 01"),
    "01": _rule("point of initiation method", r"1[12]", "11 for a static code, 12 for a dynamic"),
    "52": _rule("merchant category code", r"\d{4}", "Four digits (ISO 18245)"),
    "53": _rule("transaction currency", r"\d{3}", "Three digits (ISO 4217), 360 for rupiah"),
    "54": _rule("transaction amount", MONEY, "Digits, above zero, such as 15000"),
    "55": _rule("tip or convenience indicator", r"0[123]",
                "01 asks for a tip, 02 is a fixed fee (tag 56), 03 a percentage (tag 57)"),
    "56": _rule("convenience fee, fixed", MONEY, "Digits, above zero, such as 1000"),
    "57": _rule("convenience fee, percentage", r"(?=.{1,5}\Z)(?=.*[1-9])\d{1,2}(\.\d{0,2})?",
                "0.01 to 99.99"),
    "58": _rule("country code", r"[A-Z]{2}", "Two capitals (ISO 3166-1), ID for Indonesia"),
    "59": _text("merchant name", 99),
    "60": _text("merchant city", 99),
    "61": _text("postal code", 10),
    "63": _rule("checksum (CRC)", r"[0-9A-F]{4}", "Four capital hexadecimal digits"),
}  # fmt: skip
ACCOUNT = {
    "00": _text("globally unique identifier", 32),
    "01": _text("merchant PAN", 99),
    "02": _text("merchant ID", 99),
    "03": _text("merchant criteria", 99),
}
CRITERIA = ("UMI", "UKE", "UME", "UBE", "URE", "PSO")
"""Size classes of merchants in QRIS: micro, small, middle, large, regular; public service."""
NMID = re.compile(r"ID[0-9]{13}", re.ASCII)
ADDITIONAL = {
    "01": _text("bill number", 25), "02": _text("mobile number", 25),
    "03": _text("store label", 25), "04": _text("loyalty number", 25),
    "05": _text("reference label", 25), "06": _text("customer label", 25),
    "07": _text("terminal label", 25), "08": _text("purpose of transaction", 25),
    "09": _rule("additional consumer data request", r"(?!.*(.).*\1)[AME]{1,3}",
                "A for address, M for mobile, E for e-mail, each once"),
    "10": _text("merchant tax ID", 20),
    "11": _rule("merchant channel", r"[ -~]{3}", "Three characters"),
}  # fmt: skip
LANGUAGE = {
    "00": _rule("language preference", r"[A-Za-z]{2}", "Two letters (ISO 639)"),
    "01": Rule("merchant name, alternate language", re.compile(r".{1,25}", re.DOTALL), "1 to 25"),
    "02": Rule("merchant city, alternate language", re.compile(r".{1,15}", re.DOTALL), "1 to 15"),
}
NETWORKS = (
    (2, 3, "Visa"), (4, 5, "Mastercard"), (6, 8, "EMVCo"), (9, 10, "Discover"),
    (11, 12, "American Express"), (13, 14, "JCB"), (15, 16, "UnionPay"), (17, 25, "EMVCo"),
)  # fmt: skip
SHORT_NAMES = {"59": 25, "60": 15}
"""Longest name and city by the standard; longer ones are met in use and only remarked upon."""


def is_account(tag: str) -> bool:
    """Whether the tag is a template of merchant account information."""
    return 26 <= int(tag) <= 51


def has_identifier(tag: str) -> bool:
    """Whether the tag is a template that begins with who defines it (sub-tag 00)."""
    return is_account(tag) or 80 <= int(tag) <= 99


def is_template(tag: str) -> bool:
    """Whether the tag's value is made of tags."""
    return has_identifier(tag) or tag in ("62", "64")


def rule_of(path: str) -> Rule | None:
    """The rule of a tag by its path (`59`, `62.01`); None for one reserved or of a network."""
    parent, _, tag = path.rpartition(".")
    if not parent:
        return RULES.get(tag)
    if parent == "62":
        return ADDITIONAL.get(tag)
    if parent == "64":
        return LANGUAGE.get(tag)
    if is_account(parent):
        return ACCOUNT.get(tag)
    return _GUID if tag == "00" else None


_GUID = ACCOUNT["00"]


def name_of(path: str) -> str:
    """What a tag is called."""
    rule = rule_of(path)
    if rule:
        return rule.name
    if "." in path:
        return "reserved or of the payment network"
    number = int(path)
    for first, last, network in NETWORKS:
        if first <= number <= last:
            return f"merchant account, {network}"
    if number == 51:
        return "merchant account, national repository (QRIS)"
    if is_account(path):
        return "merchant account"
    return {"62": "additional data", "64": "language template"}.get(path) or (
        "unreserved template" if number >= 80 else "reserved"
    )
