"""Figures of a drafted tariff: read, compared, told apart by a digest, and made a law.

A drafted tariff maps a parameter's name to `{"value", "from", "article", "source", "verified"}`,
the keys of a tariff's law; the values are those that `tariff_from_parameters` reads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from balai.kernel.laws import DatedValue, Law, Parameter
from balai.kernel.problems import Fault
from balai.transit.engine.fares.tariff import Tariff, TariffError, tariff_from_parameters

FIELDS = ("value", "from", "article", "source", "verified")
LONGEST_TEXT, DEEPEST, MOST = 500, 5, 1_000_000_000
Words = Callable[[str], tuple[Mapping[str, str], str]]
"""Title by language, and unit, of a parameter's name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure: its value, the first day it holds, and where it comes from."""

    value: Any
    start: date
    article: str
    source: str
    verified: bool

    def as_dict(self) -> dict[str, Any]:
        """The entry as it is stored."""
        return {"value": plain(self.value), "from": self.start.isoformat(),
                "article": self.article, "source": self.source,
                "verified": self.verified}  # fmt: skip


def read_entries(raw: Any) -> tuple[dict[str, Entry], list[Fault]]:
    """The entries of a stored or sent mapping, and what is wrong with those that cannot be read."""
    if not isinstance(raw, Mapping) or not raw:
        return {}, [Fault(field="parameters", problem="must map parameters to their figures",
                          remedy="Copy an existing tariff")]  # fmt: skip
    entries, faults = {}, []
    for name, fields in raw.items():
        wrong = _faults(str(name), fields)
        faults += wrong
        if not wrong:
            entries[str(name)] = Entry(plain(fields["value"]), date.fromisoformat(fields["from"]),
                                       fields["article"].strip(), fields["source"].strip(),
                                       fields["verified"])  # fmt: skip
    return entries, faults


def _faults(name: str, fields: Any) -> list[Fault]:
    if not isinstance(fields, Mapping) or set(fields) != set(FIELDS):
        return [Fault(field=name, problem=f"needs exactly {', '.join(FIELDS)}",
                      remedy="Give the figure with its day and where it comes from")]  # fmt: skip
    found = []
    if problem := _unkept(fields["value"]):
        found.append(Fault(field=name, problem=problem, remedy="Correct the figure"))
    if not _is_day(fields["from"]):
        found.append(Fault(field=f"{name}.from", value=str(fields["from"])[:80],
                           problem="is not a day",
                           remedy="Write it as 2027-01-31"))  # fmt: skip
    for key in ("article", "source"):
        text = fields[key]
        if not isinstance(text, str) or not text.strip():
            found.append(Fault(field=f"{name}.{key}", problem="is missing",
                               remedy="Say where the figure comes from"))  # fmt: skip
        elif problem := _unkept(text):
            found.append(Fault(field=f"{name}.{key}", problem=problem,
                               remedy="Shorten it, in plain text"))  # fmt: skip
    if not isinstance(fields["verified"], bool):
        found.append(Fault(field=f"{name}.verified", problem="must be true or false"))
    return found


def _unkept(value: Any, depth: int = 0) -> str:
    """Why a value cannot be kept as a figure's: too deep, too large, or no plain text."""
    if depth > DEEPEST:
        return "is nested too deeply"
    if isinstance(value, Mapping):
        return next(filter(None, (_unkept(each, depth + 1)
                                  for pair in value.items() for each in pair)), "")  # fmt: skip
    if isinstance(value, list | tuple):
        return next(filter(None, (_unkept(each, depth + 1) for each in value)), "")
    if isinstance(value, str):
        plain_text = value.isprintable() and len(value) <= LONGEST_TEXT
        return "" if plain_text else f"must be plain text of at most {LONGEST_TEXT} characters"
    if isinstance(value, int | float) and not -MOST <= value <= MOST:
        return f"must be a number of at most {MOST}"
    return ""


def _is_day(text: Any) -> bool:
    try:
        date.fromisoformat(text)
    except (TypeError, ValueError):
        return False
    return len(text) == 10


def tariff_of(name: str, entries: Mapping[str, Entry]) -> Tariff:
    """The tariff these figures make, whatever their days. TariffError names the parameter."""
    return tariff_from_parameters(name, {key: entry.value for key, entry in entries.items()})


def tariff_faults(name: str, entries: Mapping[str, Entry]) -> list[Fault]:
    """What keeps these figures from being a tariff, by parameter; none where they are one."""
    try:
        tariff_of(name, entries)
    except TariffError as error:
        return [Fault(field=error.parameter, problem=error.problem, remedy=error.remedy)]
    except (TypeError, KeyError, AttributeError, OverflowError, ValueError) as error:
        return [Fault(field="parameters", problem=f"cannot be read as a tariff: {error}",
                      remedy="Compare it with an existing tariff")]  # fmt: skip
    return []


def entries_of(law: Law, on: date) -> dict[str, Entry]:
    """A law's figures on a day, to be drawn up anew. Raises LawGap where it did not hold then."""
    return {
        name: Entry(plain(dated.value), dated.start, dated.article, dated.source, dated.verified)
        for name, dated in law.on(on).items()
    }


def law_of(
    name: str, title: Mapping[str, str], region: str, entries: Mapping[str, Entry], words: Words
) -> Law:
    """The figures as a law, so that whoever reads tariffs need not know where they are kept."""
    parameters = {}
    for key, entry in entries.items():
        told, unit = words(key)
        value = DatedValue(value=entry.value, unit=unit, article=entry.article,
                           source=entry.source, verified=entry.verified,
                           start=entry.start)  # fmt: skip
        parameters[key] = Parameter(key, told, unit, (value,))
    return Law(f"transit/tariff/{name}", MappingProxyType(dict(title)), region,
               MappingProxyType(parameters))  # fmt: skip


def digest_of(name: str, title: Mapping[str, str], entries: Mapping[str, Entry]) -> str:
    """SHA-256, in hexadecimal, of the tariff's name, titles and figures in one fixed writing."""
    whole = [name, dict(title), {key: entry.as_dict() for key, entry in entries.items()}]
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Difference:
    """A parameter that two tariffs differ in; None where one does not have it."""

    parameter: str
    before: Entry | None
    after: Entry | None

    @property
    def figure(self) -> bool:
        """Whether the value itself differs, not only its day, article or source."""
        one = self.before and self.before.value
        other = self.after and self.after.value
        return bool((self.before is None) != (self.after is None) or one != other)


def differences(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> list[Difference]:
    """Where two tariffs differ, in the order of the later one; what it lacks comes last."""
    names = [*after, *(name for name in before if name not in after)]
    pairs = [Difference(name, before.get(name), after.get(name)) for name in names]
    return [pair for pair in pairs if pair.before != pair.after]


def plain(value: Any) -> Any:
    """A value as dictionaries and lists, which JSON can hold."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(each) for each in value]
    return value
