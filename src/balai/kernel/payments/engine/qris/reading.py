"""Reading a code: into a tree of named tags, or a refusal that says where and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from balai.kernel.payments.engine.qris.tags import (
    CRC,
    CRITERIA,
    DYNAMIC,
    INDONESIA,
    NMID,
    QRIS_GUID,
    REQUIRED,
    RUPIAH,
    SHORT_NAMES,
    has_identifier,
    is_template,
    name_of,
    rule_of,
)
from balai.kernel.payments.engine.qris.tlv import LONGEST_CODE, checksum, fault, read, refused
from balai.kernel.problems import Fault, ProblemError


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: `path` (`62.01`), name, value, position of its first digit (1 is the first), parts."""

    path: str
    name: str
    value: str
    position: int
    children: tuple[Tag, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON; `tag` is the last part of the path."""
        told: dict[str, Any] = {
            "tag": self.path.rpartition(".")[2], "name": self.name, "length": len(self.value),
            "value": self.value, "position": self.position,
        }  # fmt: skip
        if self.children:
            told["tags"] = [child.as_dict() for child in self.children]
        return told


@dataclass(frozen=True, slots=True)
class Code:
    """A valid code. `warnings` are departures from QRIS that do not keep it from being paid."""

    text: str
    tags: tuple[Tag, ...]
    warnings: tuple[Fault, ...]

    def value(self, path: str) -> str:
        """The value of a tag by its path (`54`, `62.01`), empty where it is absent."""
        return next((tag.value for tag in walk(self.tags) if tag.path == path), "")

    @property
    def is_dynamic(self) -> bool:
        """Whether the code is for one payment (01 is 12); without tag 01 it is static."""
        return self.value("01") == DYNAMIC

    @property
    def amount(self) -> Decimal | None:
        """The amount in the currency's major unit, None where the payer enters it."""
        text = self.value("54")
        return Decimal(text) if text else None

    def as_dict(self) -> dict[str, Any]:
        """For JSON: what is asked most, then every tag."""
        amount = self.amount
        return {
            "valid": True,
            "method": "dynamic" if self.is_dynamic else "static",
            "merchant_name": self.value("59"),
            "merchant_city": self.value("60"),
            "postal_code": self.value("61"),
            "country": self.value("58"),
            "currency": self.value("53"),
            "amount": str(amount) if amount is not None else None,
            "nmid": self.value("51.02"),
            "bill_number": self.value("62.01"),
            "reference_label": self.value("62.05"),
            "terminal_label": self.value("62.07"),
            "crc": self.value(CRC),
            "warnings": [warning.as_dict() for warning in self.warnings],
            "tags": [tag.as_dict() for tag in self.tags],
        }


def parse(text: str) -> Code:
    """The code that a text is; ProblemError names position, tag, value and mend of each fault.

    Structure comes first, then the checksum: a code cut short is told as such.
    """
    if not text:
        raise refused(0, "", "", "there is no code", "Scan the code again")
    tags = _tags(text)
    _refuse_bad_checksum(text, tags)
    faults = [*_absent(tags), *_misfits(tags), *_tip_faults(tags)]
    if faults:
        raise ProblemError("The QR code is not valid QRIS", faults=tuple(faults))
    return Code(text, tags, tuple(_warnings(text, tags)))


def walk(tags: tuple[Tag, ...]) -> Iterator[Tag]:
    """Every tag, each before its children."""
    for tag in tags:
        yield tag
        yield from walk(tag.children)


def _tags(text: str, start: int = 0, path: str = "") -> tuple[Tag, ...]:
    found = []
    for piece in read(text, start=start, path=path):
        own = f"{path}{piece.tag}"
        nested = not path and is_template(piece.tag)
        children = _tags(piece.value, piece.position + 4, f"{own}.") if nested else ()
        found.append(Tag(own, name_of(own), piece.value, piece.position + 1, children))
    return tuple(found)


def _refuse_bad_checksum(text: str, tags: tuple[Tag, ...]) -> None:
    last = tags[-1]
    if last.path != CRC:
        raise refused(last.position - 1, last.path, last.value, "is the last tag, not the checksum",
                      "A code ends with 6304 and the checksum")  # fmt: skip
    right = checksum(text[:-4])
    if last.value != right and last.value.upper() == right:
        raise refused(last.position + 3, CRC, last.value, "is right, but not in capitals",
                      f"Write it {right}: a code is not changed in any character")  # fmt: skip
    if last.value != right:
        raise refused(last.position + 3, CRC, last.value, "is not the checksum of this code",
                      f"The code was changed or misread; its text gives {right}")  # fmt: skip


def _absent(tags: tuple[Tag, ...]) -> Iterator[Fault]:
    present = {tag.path for tag in tags}
    if tags[0].path != "00":
        yield fault(0, "00", tags[0].value, "does not come first", "A code begins with 000201")
    for path in REQUIRED:
        if path not in present:
            yield fault(tags[-1].position - 1, path, "", f"({name_of(path)}) is missing",
                        "Add it")  # fmt: skip
    if not any(2 <= int(path) <= 51 for path in present):
        yield fault(tags[0].position - 1, "26-51", "", "(merchant account) is missing",
                    "A code names at least one account to pay into")  # fmt: skip


def _misfits(tags: tuple[Tag, ...]) -> Iterator[Fault]:
    for tag in walk(tags):
        rule = rule_of(tag.path)
        if rule and not rule.pattern.fullmatch(tag.value):
            yield fault(tag.position + 3, tag.path, tag.value, f"does not fit ({rule.name})",
                        rule.mend)  # fmt: skip
        elif not rule and not tag.path.startswith("64.") and not _is_plain(tag):
            yield fault(tag.position + 3, tag.path, tag.value, "is not plain ASCII",
                        "Only template 64 may hold others")  # fmt: skip
        if tag.children and has_identifier(tag.path):
            yield from _without_identifier(tag)
        if tag.path == "64":
            yield from _incomplete_language(tag)


def _without_identifier(tag: Tag) -> Iterator[Fault]:
    if tag.children[0].path != f"{tag.path}.00":
        yield fault(tag.position + 3, f"{tag.path}.00", tag.children[0].value,
                    "does not come first", "A template begins with its identifier")  # fmt: skip


def _incomplete_language(tag: Tag) -> Iterator[Fault]:
    present = {child.path for child in tag.children}
    for path in ("64.00", "64.01"):
        if path not in present:
            yield fault(tag.position + 3, path, "", f"({name_of(path)}) is missing",
                        "A language template names its language and the merchant")  # fmt: skip


def _is_plain(tag: Tag) -> bool:
    # A template's own value is judged by its parts.
    return bool(tag.children) or (tag.value.isascii() and tag.value.isprintable())


def _tip_faults(tags: tuple[Tag, ...]) -> Iterator[Fault]:
    values = {tag.path: tag for tag in tags}
    wanted = {"02": "56", "03": "57"}.get(values["55"].value if "55" in values else "")
    for path in ("56", "57"):
        if path == wanted and path not in values:
            yield fault(values["55"].position - 1, path, "", f"({name_of(path)}) is missing",
                        "The indicator in tag 55 asks for it")  # fmt: skip
        elif path != wanted and path in values:
            tag = values[path]
            yield fault(tag.position - 1, path, tag.value, "is not what tag 55 announces",
                        "02 in tag 55 goes with 56, 03 with 57")  # fmt: skip


def _warnings(text: str, tags: tuple[Tag, ...]) -> Iterator[Fault]:
    values = {tag.path: tag for tag in walk(tags)}
    for path, most in SHORT_NAMES.items():
        if len(values[path].value) > most:
            yield _warning(values[path], f"is longer than {most} characters", "Shorten it")
    if values["53"].value != RUPIAH:
        yield _warning(values["53"], "is not the rupiah", "QRIS uses 360")
    if values["58"].value != INDONESIA:
        yield _warning(values["58"], "is not Indonesia", "QRIS uses ID")
    identifiers = [tag for path, tag in values.items() if path in _QRIS_HOMES]
    if not any(tag.value == QRIS_GUID for tag in identifiers):
        yield fault(0, "51", "", f"no account is of {QRIS_GUID}", "A QRIS code holds tag 51")
    yield from _national_warnings(values)
    if values.get("01") and values["01"].value == DYNAMIC and "54" not in values:
        yield _warning(values["01"], "is dynamic but names no amount", "Add tag 54")
    if len(text) > LONGEST_CODE:
        yield fault(LONGEST_CODE, "", "", f"the code is longer than {LONGEST_CODE} characters", "")


def _national_warnings(values: dict[str, Tag]) -> Iterator[Fault]:
    """What the national standard asks of tag 51 and of the postal code."""
    account = values.get("51.00")
    if account is not None and account.value == QRIS_GUID:
        nmid, criteria = values.get("51.02"), values.get("51.03")
        if nmid is None or not NMID.fullmatch(nmid.value):
            yield _warning(nmid or account, "is no National Merchant ID in tag 51.02",
                           "ID and 13 digits")  # fmt: skip
        if criteria is None or criteria.value not in CRITERIA:
            yield _warning(criteria or account, "is no merchant criteria in tag 51.03",
                           f"One of {', '.join(CRITERIA)}")  # fmt: skip
    if "61" not in values:
        yield fault(0, "61", "", "(postal code) is missing", "QRIS asks for it")


def _warning(tag: Tag, problem: str, remedy: str) -> Fault:
    return fault(tag.position + 3, tag.path, tag.value, problem, remedy)


_QRIS_HOMES = {f"{number}.00" for number in range(26, 52)}
