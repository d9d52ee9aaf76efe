"""Reading a definition's members one by one, keeping every fault with its path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from balai.kernel.problems import Fault

CODE = re.compile(r"[a-z][a-z0-9_-]{0,59}")
LANGUAGES = ("id", "en")
LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Node:
    """A mapping of the definition, where it stands (`steps[1]`), and the faults found so far."""

    members: Mapping[str, Any]
    path: str
    faults: list[Fault]

    def at(self, key: str) -> str:
        """The path of a member."""
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, problem: str, remedy: str) -> None:
        """Keep a fault of a member, with its value where it has a short one."""
        value = self.members.get(key)
        shown = "" if value is None or isinstance(value, dict | list) else str(value)[:60]
        self.faults.append(
            Fault(field=self.at(key) if key else self.path, value=shown, problem=problem,
                  remedy=remedy)
        )  # fmt: skip

    def only(self, known: Iterable[str]) -> None:
        """Every other member is a fault: a misspelt one must not pass in silence."""
        known = tuple(known)
        for key in self.members:
            if key not in known:
                self.fault(str(key), "is not known here", f"Use one of {', '.join(known)}")

    def text(self, key: str, *, required: bool = False) -> str:
        """A text; empty where it is not given or is a fault."""
        value = self.members.get(key)
        if value is None or value == "":
            if required:
                self.fault(key, "is missing", "Give a text")
            return ""
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            self.fault(key, "is not a text", f"Write at most {LONGEST_TEXT} letters, in quotes")
            return ""
        return value.strip()

    def code(self, key: str, *, required: bool = True) -> str:
        """A code: small letters, digits, hyphens and underscores."""
        value = self.text(key, required=required)
        if value and not CODE.fullmatch(value):
            self.fault(key, "is not a code", "Begin with a small letter; then a-z, 0-9, - and _")
            return ""
        return value

    def words(self, key: str, *, required: bool = True) -> dict[str, str]:
        """A text in each language; both must be there once one is."""
        value = self.members.get(key)
        if value is None:
            if required:
                self.fault(key, "is missing", "Give it as {id: ..., en: ...}")
            return {}
        if not isinstance(value, Mapping):
            self.fault(key, "is not in two languages", "Give it as {id: ..., en: ...}")
            return {}
        inner = Node(value, self.at(key), self.faults)
        inner.only(LANGUAGES)
        return {language: inner.text(language, required=True) for language in LANGUAGES}

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number within bounds; `default` None asks for it."""
        value = self.members.get(key, default)
        if value is None:
            self.fault(key, "is missing", f"Give a whole number from {low} to {high}")
            return low
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fault(key, "is not a whole number that fits", f"Between {low} and {high}")
            return low
        return value

    def share(self, key: str, default: float) -> float:
        """A share above 0, at most 1."""
        value = self.members.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            self.fault(key, "is not a share", "Above 0 and at most 1, such as 0.8")
            return default
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        """Yes or no."""
        value = self.members.get(key, default)
        if not isinstance(value, bool):
            self.fault(key, "is neither true nor false", "Write true or false")
            return default
        return value

    def one_of(self, key: str, known: Iterable[str], default: str = "") -> str:
        """One of the known names; `default` empty asks for it."""
        names = sorted(known)
        value = self.members.get(key, default)
        if value not in names:
            self.fault(key, "is missing" if value == "" else "is not known",
                       f"Choose one of {', '.join(names)}")  # fmt: skip
            return names[0]
        return str(value)

    def some_of(self, key: str, known: Iterable[str]) -> frozenset[str]:
        """One or more of the known names, as a list."""
        names, value = sorted(known), self.members.get(key)
        if not isinstance(value, list) or not value:
            self.fault(key, "is missing" if not value else "is not a list",
                       f"List some of {', '.join(names)}")  # fmt: skip
            return frozenset()
        for number, each in enumerate(value):
            if each not in names:
                self.faults.append(
                    Fault(field=f"{self.at(key)}[{number}]", value=str(each)[:60],
                          problem="is not known", remedy=f"Choose from {', '.join(names)}")
                )  # fmt: skip
        return frozenset(each for each in value if each in names)

    def inner(self, key: str) -> Node | None:
        """A member that is a mapping; None where it is not given."""
        value = self.members.get(key)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.fault(key, "is not a mapping", "Write its members below it, indented")
            return None
        return Node(value, self.at(key), self.faults)

    def items(self, key: str, *, required: bool = False, most: int = 200) -> list[Node]:
        """The mappings of a list."""
        value = self.members.get(key)
        if not value and required:
            self.fault(key, "is missing", "Give a list with at least one item")
        if value is not None and (not isinstance(value, list) or len(value) > most):
            self.fault(key, "is not a list that fits", f"Begin each item with - ; at most {most}")
            return []
        found = []
        for number, each in enumerate(value or ()):
            if isinstance(each, Mapping):
                found.append(Node(each, f"{self.at(key)}[{number}]", self.faults))
            else:
                self.faults.append(
                    Fault(field=f"{self.at(key)}[{number}]", value=str(each)[:60],
                          problem="is not a mapping", remedy="Name its members")
                )  # fmt: skip
        return found
