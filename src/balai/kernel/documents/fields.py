"""The typed fields of a kind of document, and how each is read, written and masked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from balai.kernel.documents.engine.masking import masked_digits, masked_name

TYPES = frozenset({"text", "name", "nik", "date", "integer", "money", "choice", "lines"})
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
NIK = re.compile(r"\d{16}")


@dataclass(frozen=True, slots=True)
class Field:
    """A field: name, type, title by language, whether it must be given, how long it may be."""

    name: str
    type: str
    title: Mapping[str, str]
    required: bool = True
    longest: int = 200
    choices: tuple[str, ...] = ()
    hint: Mapping[str, str] | None = None

    @property
    def personal(self) -> bool:
        """Whether a fault's message must not repeat the value."""
        return self.type in {"name", "nik"}

    def read(self, value: Any) -> str:
        """The value in its stored form (dates ISO, money in minor units); ValueError in words."""
        text = "" if value is None else str(value).strip()
        if not text:
            if self.required:
                raise ValueError("is missing")
            return ""
        if len(text) > self.longest:
            raise ValueError(f"is longer than {self.longest} letters")
        if CONTROL.search(text):
            raise ValueError("contains a control character")
        return self._typed(text)

    def masked(self, text: str) -> str:
        """What the page of verification may show of it."""
        if self.type == "name":
            return masked_name(text)
        return masked_digits(text) if self.type == "nik" else text

    def _typed(self, text: str) -> str:
        if self.type == "nik" and not NIK.fullmatch(text):
            raise ValueError("is not a NIK of 16 digits")
        if self.type == "date":
            return _day(text)
        if self.type in {"integer", "money"}:
            return _whole(text)
        if self.type == "choice" and text not in self.choices:
            raise ValueError(f"is none of {', '.join(self.choices)}")
        return text


def read_fields(rows: Sequence[Mapping[str, Any]]) -> tuple[Field, ...]:
    """The fields of a definition."""
    return tuple(
        Field(row["name"], row["type"], row["title"], bool(row.get("required", True)),
              int(row.get("longest", 200)), tuple(row.get("choices", ())), row.get("hint"))
        for row in rows
    )  # fmt: skip


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("is not a date such as 2026-11-23") from None


def _whole(text: str) -> str:
    if not re.fullmatch(r"\d{1,18}", text):
        raise ValueError("is not a whole number")
    return str(int(text))
