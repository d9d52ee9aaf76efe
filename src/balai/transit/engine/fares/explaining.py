"""Why a boarding is charged what it is, as facts that a page puts into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from balai.transit.engine.fares.taps import UNKNOWN, Charges, Reason
from balai.transit.engine.fares.tariff import (
    CappedWindow,
    Concession,
    DistanceIntegrated,
    PerBoarding,
    PeriodCap,
    Product,
    Relief,
    Tariff,
)

Kind: TypeAlias = Literal["rule", "promotion", "pass", "concession", "cap", "other"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One reason, in the order in which it bore on the charge.

    `kind` "rule": the tariff's rule gave `amount` for `reason`; where a window decided, `opened`
    says when it opened (seconds since 1970 UTC), `seconds` how long it holds, `limit` the most
    that its journey costs; `metres` is the distance the price went by. Other kinds: a relief of
    the `code` and `title` (`id`, `en`; a cap has none, but its `period`) took `amount` rupiah off,
    `limit` being a cap's.
    """

    kind: Kind
    amount: int
    reason: Reason | None = None
    opened: int | None = None
    seconds: int | None = None
    limit: int | None = None
    metres: int | None = None
    code: str = ""
    title: tuple[tuple[str, str], ...] = ()
    period: str = ""


def explain(charges: Charges, row: int, tariff: Tariff) -> tuple[Explanation, ...]:
    """The reasons of one row of charges: the rule's, then what took most off it, if anything."""
    return explain_boarding(
        tariff, Reason(int(charges.reason[row])), int(charges.charge[row]),
        opened=int(charges.opened[row]), metres=int(charges.metres[row]),
        relief=int(charges.relief[row]),
        relief_code=tariff.relief_code(int(charges.relief_reason[row])),
    )  # fmt: skip


def explain_boarding(
    tariff: Tariff, reason: Reason, charge: int, *, opened: int, metres: int = UNKNOWN,
    relief: int = 0, relief_code: str = "",
) -> tuple[Explanation, ...]:  # fmt: skip
    """The reasons of a boarding that was kept as numbers and a code.

    A code that the tariff no longer has is told as it is, without a title.
    """
    seconds, limit = _window(tariff, reason)
    rule = Explanation(
        "rule", charge + relief, reason=reason, opened=opened if seconds else None,
        seconds=seconds, limit=limit, metres=None if metres == UNKNOWN else metres,
    )  # fmt: skip
    if not relief:
        return (rule,)
    taken = {each.code: each for each in tariff.reliefs()}.get(relief_code)
    return rule, _relief(taken, relief_code, relief)


def _window(tariff: Tariff, reason: Reason) -> tuple[int | None, int | None]:
    """How long the window that decided holds and the most it costs; None where none decided."""
    rule = tariff.rule
    if isinstance(rule, CappedWindow) and reason in (Reason.TOPPED_UP_TO_CAP, Reason.CAP_REACHED):
        return rule.window_seconds, rule.cap
    if isinstance(rule, PerBoarding) and reason == Reason.TICKET_OPEN:
        return rule.transfer_seconds, None
    joined = (Reason.INTEGRATED, Reason.INTEGRATED_CAP)
    if isinstance(rule, DistanceIntegrated) and reason in joined:
        return rule.validity_seconds, rule.cap
    return None, None


def _relief(taken: Relief | None, code: str, amount: int) -> Explanation:
    if isinstance(taken, PeriodCap):
        return Explanation("cap", amount, code=code, limit=taken.amount, period=taken.period)
    if taken is None:
        return Explanation("other", amount, code=code)
    kind: Kind = "promotion"
    if isinstance(taken, Product):
        kind = "pass"
    elif isinstance(taken, Concession):
        kind = "concession"
    return Explanation(kind, amount, code=code, title=tuple(sorted(taken.title.items())))
