"""A service as data: what is asked, which papers, who acts where, and what is promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from balai.kernel.problems import Fault, ProblemError

Words = Mapping[str, str]
"""A text by language: `id` and `en` at least."""

FIELD_KINDS = frozenset(
    {"text", "long_text", "integer", "money", "date", "choice", "choices", "yes_no", "region",
     "person", "phone", "email", "file"}
)  # fmt: skip
OFFICES = ("village", "district", "city")
"""Levels of office, nearest to the resident first: Kemendagri codes of 4, 3 and 2 parts."""

APPLICANTS = frozenset({"self", "officer", "anyone"})
PASSING = frozenset({"check", "approve", "sign"})
"""The acts that end a step well; `sign` is the one that makes or signs the step's document."""

STEP_ACTS = PASSING | {"return", "refuse", "pause", "hand_over", "send_back"}


class DefinitionError(ProblemError):
    """A definition that cannot be taken: each fault names its path (`field`), value and mend."""

    def __init__(self, name: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(
            f"The service {name} is not well defined", kind="service-definition", faults=faults
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Working time promised: hours of open offices, or whole working days. Exactly one is set."""

    hours: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an answer must keep to. `low` and `high` bound numbers, dates (ISO, or `today`) and
    how many of a `choices` field are taken; `shortest` and `longest` count letters.
    """

    low: int | str | None = None
    high: int | str | None = None
    shortest: int = 0
    longest: int = 200
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of the answers of a field of kind `choice` or `choices`."""

    value: str
    title: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A question. `shown_if` names an earlier field and the answer that brings this one up;
    `prefill` what of the person's record it starts with (`person.name`); `personal` answers are
    kept sealed, and never repeated in a fault.
    """

    name: str
    kind: str
    title: Words
    help: Words = field(default_factory=dict)
    required: bool = True
    shown_if: tuple[str, Any] | None = None
    limits: Limits = Limits()
    options: tuple[Option, ...] = ()
    prefill: str = ""
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper the resident brings. One given within `reuse_days` need not be brought again."""

    code: str
    title: Words
    required: bool = True
    types: tuple[str, ...] = ("application/pdf", "image/jpeg", "image/png")
    max_mb: int = 5
    reuse_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stage: the role and level of office that have it, the acts open there, what follows.

    An empty `next` ends the case approved. `document` is the kind that `sign` makes or adds its
    signature to. When `escalate_at` of the step's promised time has passed (0 to 1), whoever has
    `escalate_to` may act as well.
    """

    code: str
    title: Words
    role: str
    office: str
    acts: frozenset[str]
    next: str = ""
    promise: Promise | None = None
    document: str = ""
    escalate_to: str = ""
    escalate_at: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A legal ground on which a request may be refused, with its article."""

    code: str
    text: Words
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What the service costs, in whole rupiah, and the article that sets it."""

    code: str
    title: Words
    amount: int
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One version of a service. Fields are in the order asked; the first step is the first taken.

    `personal` is false where a case needs no resident behind it; `office_level` is where cases
    start; an appeal goes to `appeal_step` within `appeal_days` (calendar days) of the refusal.
    """

    code: str
    version: int
    titles: Words
    summary: Words
    fields: tuple[Field, ...]
    papers: tuple[Paper, ...]
    steps: tuple[Step, ...]
    promise: Promise
    grounds: tuple[Ground, ...]
    applicants: frozenset[str]
    office_level: str
    fees: tuple[Fee, ...] = ()
    appeal_days: int = 0
    appeal_step: str = ""
    retention_days: int = 3650
    personal: bool = True

    def step(self, code: str) -> Step:
        """The step of that code; LookupError where there is none."""
        for step in self.steps:
            if step.code == code:
                return step
        raise LookupError(f"{self.code} version {self.version} has no step {code!r}")

    def has_step(self, code: str) -> bool:
        """Whether this version knows the step."""
        return any(step.code == code for step in self.steps)

    def field_named(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((each for each in self.fields if each.name == name), None)

    def ground(self, code: str) -> Ground | None:
        """The ground of refusal of that code, or None."""
        return next((each for each in self.grounds if each.code == code), None)

    @property
    def order(self) -> tuple[str, ...]:
        """The codes of the steps in the order a case takes them."""
        codes, code = [], self.steps[0].code
        while code:
            codes.append(code)
            code = self.step(code).next
        return tuple(codes)

    @property
    def levels(self) -> frozenset[str]:
        """The levels of office that have a step."""
        return frozenset(step.office for step in self.steps)

    def role_at(self, level: str) -> str:
        """The role of the service's first step at a level of office; empty where it has none."""
        return next((step.role for step in self.steps if step.office == level), "")


def read_service(text: str, name: str = "service") -> Service:
    """A service from YAML; `name` is for messages. DefinitionError names every fault at once."""
    from balai.kernel.cases.engine.reading import parse

    return parse(text, name)
