"""What of a person's record a form begins with; the look is written to the person's log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from balai.kernel.cases.engine import Service
from balai.kernel.cases.words import titled
from balai.kernel.people.queries import Look, open_person

PARTS = {"nik": "numbers", "kk": "numbers", "address": "addresses", "phone": "contacts",
         "email": "contacts"}  # fmt: skip


def prefilled(service: Service, person: UUID, look: Look) -> dict[str, Any]:
    """The answers that the record gives, by field; nothing is looked at where none is wanted."""
    wanted = {each.name: each.prefill.partition(".")[2] for each in service.fields if each.prefill}
    if not wanted:
        return {}
    parts = {PARTS.get(what, "identity") for what in wanted.values()}
    record = open_person(person, look=look, parts=sorted(parts), own=True)
    found = {name: _value(record, what) for name, what in wanted.items()}
    return {name: value for name, value in found.items() if value}


def _value(record: Any, what: str) -> str:
    if what in READ:
        return READ[what](record)
    if what in ("religion", "occupation", "marital_status"):
        return titled(record.title_of(what)) if getattr(record, what) is not None else ""
    return str(getattr(record, what, "") or "")


def _number(scheme: str) -> Callable[[Any], str]:
    def read(record: Any) -> str:
        numbers = record.family_cards if scheme == "kk" else record.numbers
        return next((each.shown for each in numbers
                     if each.valid_to is None and scheme in ("kk", each.scheme)), "")  # fmt: skip

    return read


def _address(record: Any) -> str:
    here = next((each for each in record.addresses if each.valid_to is None), None)
    if here is None:
        return ""
    rt = f"RT {here.rt} RW {here.rw}" if here.rt and here.rw else ""
    return ", ".join(filter(None, [here.street, rt]))


def _reach(channel: str) -> Callable[[Any], str]:
    def read(record: Any) -> str:
        return next((each.shown for each in record.contacts if each.channel == channel), "")

    return read


READ: Mapping[str, Callable[[Any], str]] = {
    "nik": _number("nik"),
    "kk": _number("kk"),
    "address": _address,
    "region": lambda record: str(record.region_code),
    "phone": _reach("phone"),
    "email": _reach("email"),
}
