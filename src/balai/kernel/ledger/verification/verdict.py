"""What a verification answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

NAMED = 20
"""How many broken entries of a kind a report names; it counts all."""


@dataclass(frozen=True, slots=True)
class Break:
    """One broken entry: which transfer (or guard), its key, and what is wrong with it."""

    entry: str
    key: str
    problem: str


@dataclass(frozen=True, slots=True)
class CurrencyTotal:
    """What all accounts of a currency were debited and credited with; equal, or money was made."""

    currency: str
    debits: int
    credits: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a verification. `breaks` are the first in the order of recording."""

    accounts: int
    transfers: int
    totals: tuple[CurrencyTotal, ...]
    broken: int
    breaks: tuple[Break, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken

    def as_dict(self) -> dict[str, Any]:
        """The verdict for JSON."""
        return {"holds": self.holds, **asdict(self)}
