"""Words of the case's history: acts, effects, and the refusal of an act that may not be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from balai.kernel.problems import ConflictError, Fault

RESIDENT = "resident"
"""The role of whoever asked for the service (or the stranger who reported)."""

SYSTEM = "system"
"""The role of the clock's watcher and of moves between versions."""

SUPERVISOR = "cases.supervisor"

KINDS = frozenset(
    {"open", "submit", "claim", "release", "assign", "check", "approve", "sign", "return",
     "resubmit", "send_back", "refuse", "pause", "resume", "withdraw", "hand_over", "note",
     "attach", "escalate", "appeal", "migrate"}
)  # fmt: skip
FREE_TEXT = frozenset({"reason", "text", "question"})
"""Members of an event's payload that people wrote themselves: to be kept sealed."""


class WorkingTime(Protocol):
    """What the engine asks of a calendar (`balai.kernel.calendars.Calendar` is one)."""

    def add_working(
        self, start: datetime, *, minutes: int = 0, hours: int = 0, days: int = 0
    ) -> datetime:
        """The moment when so much working time has passed."""

    def working_minutes(self, start: datetime, end: datetime) -> int:
        """Whole minutes of working time between two moments; negative backwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody does: kind, moment (aware), username (empty: nobody signed in), role."""

    kind: str
    at: datetime
    actor: str
    role: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Tell somebody. `to`: `resident`, `holder` or a role in the case's office."""

    kind: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDocument:
    """Make the step's document (`signature` 1), or add the n-th signature to the one there is."""

    kind: str
    step: str
    signature: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDeadline:
    """The deadlines as they now stand; None while the clock stands or the case has ended."""

    due_at: datetime | None
    step_due_at: datetime | None
    escalates_at: datetime | None


Effect = Notify | IssueDocument | SetDeadline


class RefusedAct(ConflictError):  # noqa: N818 - the domain's word
    """An act that the case, the step or the role does not allow: why, and what helps.

    Both texts are whole sentences without inserted values, so that they can be translated. With a
    `field` it is that member of the act's payload that cannot be taken (HTTP 422, else 409).
    """

    def __init__(self, problem: str, remedy: str = "", *, field: str = "") -> None:
        super().__init__(problem, detail=f"{problem} {remedy}".strip(), kind="act-refused")
        self.problem, self.remedy = problem, remedy
        if field:
            self.status = 422
            self.faults = (Fault(field=field, problem=problem, remedy=remedy),)


def gettext_noop(text: str) -> str:
    """Mark a sentence for the translators, who find it by this name."""
    return text
