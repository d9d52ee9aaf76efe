"""Errors for the person who will read them: what is wrong, where, and how to mend it.

Raised by actions and queries; the API turns them into RFC 9457 problem details, the command line
into one line each and exit code 2, pages into an error summary.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with an input: its row (1 is the first), field, value and mend."""

    problem: str
    remedy: str = ""
    row: int | None = None
    field: str = ""
    value: str = ""

    def __str__(self) -> str:
        place = [f"row {self.row}"] if self.row is not None else []
        place += [self.field] if self.field else []
        where = ", ".join(place)
        value = f" ({self.value!r})" if self.value else ""
        mend = f". {self.remedy}" if self.remedy else ""
        return f"{where + ': ' if where else ''}{self.problem}{value}{mend}"

    def as_dict(self) -> dict[str, Any]:
        """The fault for JSON, without what is not known."""
        return {k: v for k, v in asdict(self).items() if v not in (None, "")}


class ProblemError(Exception):
    """An input or request that cannot be taken, with RFC 9457's members.

    `kind` is the last segment of the problem's type; `status` the HTTP status that fits.
    """

    def __init__(
        self,
        title: str,
        *,
        detail: str = "",
        kind: str = "invalid-input",
        status: int = 422,
        faults: tuple[Fault, ...] = (),
    ) -> None:
        super().__init__(detail or title)
        self.title = title
        self.detail = detail
        self.kind = kind
        self.status = status
        self.faults = faults

    def lines(self) -> list[str]:
        """The problem for a terminal: one line a fault, or the detail where there is none."""
        return [str(fault) for fault in self.faults] or [self.detail or self.title]


class ConflictError(ProblemError):
    """The same idempotency key came with another body, or the state forbids the request."""

    def __init__(self, title: str, *, detail: str = "", kind: str = "conflict") -> None:
        super().__init__(title, detail=detail, kind=kind, status=409)


class MissingError(ProblemError):
    """What was asked for does not exist, or may not be seen by who asks."""

    def __init__(self, title: str, *, detail: str = "") -> None:
        super().__init__(title, detail=detail, kind="not-found", status=404)
