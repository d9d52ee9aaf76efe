"""The schedule of penalties in force on a day: what a breach of the service standard costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from balai.transit.engine.settlement.terms import AUTOMATIC
from balai.transit.models import Contract
from balai.transit.queries.settlement.contracts import (
    STANDARD,
    Figure,
    figures_on,
    standard_figure,
    standard_of,
)
from balai.transit.queries.settlement.words import (
    penalty_free,
    penalty_measure,
    penalty_price,
    penalty_title,
    share_of_pay,
)

POLICY = gettext_noop("policy of this installation")
"""The source of most figures, as the law's file writes it."""
FIGURES = ("penalties", "penalty_cap", "missed_below", "headway_s", "headway_share")
"""What the schedule is read from: its rules, their common cap, and how breaches are measured."""


@dataclass(frozen=True, slots=True)
class PenaltyRow:
    """A breach, how it is measured and what it costs, in the reader's language.

    `basis` and `value` are the exact figure: rupiah (`amount`), km at the contract's rate
    (`kilometres`) or a share of the day's pay (`share`), each beyond `free` a day. `counted`: the
    engine counts it; else an inspector records it. `own`: the contract's, not the standard's.
    """

    code: str
    title: str
    measure: str
    price: str
    basis: str
    value: str
    free: int
    free_words: str
    cap: str
    counted: bool
    article: str
    source: str
    verified: bool
    own: bool


@dataclass(frozen=True, slots=True)
class PenaltySchedule:
    """The schedule of a day. `borrowed`: the city has no standard, another's holds."""

    day: date
    title: Mapping[str, str]
    borrowed: bool
    rows: tuple[PenaltyRow, ...]
    cap: Figure
    cap_words: str
    cap_source: str
    start: date
    end: date | None


def penalties_on(city: str, day: date, contract: Contract | None = None) -> PenaltySchedule:
    """The penalties in force on a day: the standard's, or as a contract changes them.

    ProblemError where the standard says nothing of the day.
    """
    if contract is None:
        figures = {name: standard_figure(city, name, day) for name in FIGURES}
    else:
        figures = figures_on(contract, day)
    law, schedule, cap = standard_of(city), figures["penalties"], figures["penalty_cap"]
    return PenaltySchedule(
        day=day, title=law.title, borrowed=law.name != STANDARD.format(city=city),
        rows=tuple(_row(each, schedule, figures) for each in schedule.value),
        cap=cap, cap_words=share_of_pay(cap.value), cap_source=_sourced(cap.source),
        start=schedule.start, end=schedule.end,
    )  # fmt: skip


def days_of_change(city: str) -> tuple[date, ...]:
    """The days from which the standard's schedule, or how breaches are measured, was another."""
    law = standard_of(city)
    starts = {value.start for name in FIGURES for value in law.parameters[name].values}
    return tuple(sorted(starts, reverse=True))


def _sourced(source: str) -> str:
    return _(source) if source else ""


def _said(told: Any) -> str:
    """Words of a law in the reader's language, where it has them by language."""
    if not isinstance(told, Mapping):
        return str(told or "")
    return str(told.get((get_language() or "id")[:2]) or told["en"])


def _row(rule: Mapping[str, Any], schedule: Figure, figures: Mapping[str, Figure]) -> PenaltyRow:
    code, cap = rule["code"], rule.get("cap")
    return PenaltyRow(
        code=code, title=penalty_title(code),
        measure=penalty_measure(code, {name: figures[name].value for name in FIGURES[2:]}),
        price=penalty_price(rule), basis=rule["basis"], value=rule["value"], free=rule["free"],
        free_words=penalty_free(rule["free"]),
        cap=share_of_pay(cap) if cap is not None else "", counted=code in AUTOMATIC,
        article=_said(rule.get("article")) or schedule.article,
        source=_said(rule.get("source")) or _sourced(schedule.source),
        verified=rule.get("verified", schedule.verified), own=schedule.own,
    )  # fmt: skip
