"""The fare as arithmetic a rider can repeat, each figure with its article and date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from balai.kernel.laws import DatedValue
from balai.transit.engine.fares.explaining import Explanation, explain_boarding
from balai.transit.engine.fares.quoting import Line, Quote
from balai.transit.engine.fares.taps import UNKNOWN, Reason
from balai.transit.engine.fares.tariff import CappedWindow, DistanceIntegrated, Tariff
from balai.transit.queries.tariffs import tariff_law

RELIEFS = {"promotion": "promotions", "pass": "products", "concession": "concessions",
           "cap": "period_caps"}  # fmt: skip
"""The parameter of a tariff that tells of each kind of relief."""
JOINED = frozenset({Reason.INTEGRATED, Reason.INTEGRATED_CAP})


@dataclass(frozen=True, slots=True)
class BillLine:
    """A row of the arithmetic, in rupiah; the template puts it into words.

    `kind`: ride (a boarding by itself: `name`, `reason`), base (once, valid `minutes`), distance
    (`km` at `rate` a km, made of `parts`), cap (taken off: a trip costs at most `cap`), before
    (own fares that were paid before the fare became an integrated one).
    """

    kind: str
    name: str
    amount: int
    reason: str = ""
    minutes: int = 0
    km: float = 0.0
    parts: tuple[tuple[str, float], ...] = ()
    rate: int = 0
    cap: int = 0
    opened: datetime | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """Where a figure of the arithmetic stands in law."""

    title: Mapping[str, str]
    dated: DatedValue


@dataclass(frozen=True, slots=True)
class Bill:
    """The rows, their total, what paying ride by ride would cost, and the articles used."""

    lines: tuple[BillLine, ...]
    total: int
    separately: int
    cap: int | None
    articles: tuple[Article, ...]

    @property
    def saved(self) -> int:
        """How much less than paying ride by ride, in rupiah; 0 where it is not less."""
        return max(0, self.separately - self.total)


def bill(quote: Quote, tariff: Tariff, names: Mapping[str, str], on: date) -> Bill:
    """The arithmetic of a quote; `names` tells a route's id from what riders call it."""
    journeys: dict[int, list[Line]] = defaultdict(list)
    for line in quote.lines:
        journeys[line.journey].append(line)
    rows = tuple(row for each in journeys.values() for row in _rows(each, tariff, names))
    rows += tuple(_reliefs(quote.lines, tariff))
    if quote.earlier:
        rows += (BillLine("earlier", "", quote.earlier),)
    rule = tariff.rule
    cap = rule.cap if isinstance(rule, CappedWindow | DistanceIntegrated) else None
    assert sum(row.amount for row in rows) == quote.total, "the arithmetic must give the fare"
    return Bill(rows, quote.total, quote.separately, cap, tuple(_articles(quote, tariff, on)))


def reason_words(reason: Reason) -> str:
    """Why a boarding is charged what it is, for a rider."""
    return {
        Reason.FULL_PRICE: _("full price"),
        Reason.FREE_MODE: _("this mode is free"),
        Reason.TOPPED_UP_TO_CAP: _("only up to the most a trip costs"),
        Reason.CAP_REACHED: _("free: the most a trip costs is paid"),
        Reason.TICKET_OPEN: _("free: the ticket is still open"),
        Reason.OWN_FARE: _("the operator's own fare"),
        Reason.INTEGRATED: _("part of the integrated fare"),
        Reason.INTEGRATED_CAP: _("integrated fare, at its cap"),
        Reason.MISSED_TAP_OUT: _("no tap-out: priced as the farthest trip"),
        Reason.OUTSIDE_CAP: _("full price, outside the cap"),
    }[reason]


def _rows(lines: Sequence[Line], tariff: Tariff, names: Mapping[str, str]) -> Iterator[BillLine]:
    joined = any(row.reason in JOINED for row in lines)
    if isinstance(tariff.rule, DistanceIntegrated) and joined and lines[0].number == 1:
        yield from _integrated(lines, tariff.rule, names)
        return
    for line in lines:
        name = names.get(line.leg.route, line.leg.mode.code)
        yield BillLine(
            "ride", name, line.charge + line.relief, reason=reason_words(line.reason),
            opened=_opened(lines, tariff),
        )  # fmt: skip


def _opened(lines: Sequence[Line], tariff: Tariff) -> datetime | None:
    """When the window of these rides opened, where a ride before the trip opened it."""
    line = lines[0]
    (why, *_rest) = _explained(line, tariff)
    if line.number == 1 or why.opened is None:
        return None
    return datetime.fromtimestamp(why.opened, UTC)


def _explained(line: Line, tariff: Tariff) -> tuple[Explanation, ...]:
    return explain_boarding(
        tariff, line.reason, line.charge, opened=line.opened, relief=line.relief,
        metres=UNKNOWN if line.metres is None else line.metres, relief_code=line.relief_code,
    )  # fmt: skip


def _reliefs(lines: Sequence[Line], tariff: Tariff) -> Iterator[BillLine]:
    """What is taken off, one row for each promotion, pass, concession and cap."""
    taken: dict[str, int] = defaultdict(int)
    for line in lines:
        for why in _explained(line, tariff)[1:]:
            taken[_relief_name(why)] += why.amount
    for name, amount in taken.items():
        yield BillLine("relief", name, -amount)


def _relief_name(why: Explanation) -> str:
    if why.kind == "cap":
        return {
            "day": _("the most a day costs"), "week": _("the most a week costs"),
            "month": _("the most a month costs"),
        }[why.period]  # fmt: skip
    titles = dict(why.title)
    return titles.get((get_language() or "id")[:2]) or titles.get("id") or why.code


def _integrated(
    lines: Sequence[Line], rule: DistanceIntegrated, names: Mapping[str, str]
) -> Iterator[BillLine]:
    yield BillLine("base", "", rule.base, minutes=rule.validity_seconds // 60)
    metres = sum(line.leg.metres for line in lines)
    by_distance = rule.per_km * metres // 1000
    parts = tuple(
        (names.get(line.leg.route, line.leg.mode.code), line.leg.metres / 1000) for line in lines
    )
    yield BillLine("distance", "", by_distance, km=metres / 1000, parts=parts, rate=rule.per_km)
    charged = sum(line.charge + line.relief for line in lines)
    if rest := charged - rule.base - by_distance:
        yield BillLine("cap" if rest < 0 else "before", "", rest, cap=rule.cap)


def _articles(quote: Quote, tariff: Tariff, on: date) -> Iterator[Article]:
    law = tariff_law(tariff.name)
    wanted = ["base", "per_km", "cap", "validity_seconds", "window_seconds"]
    if any(line.reason not in JOINED for line in quote.lines):
        wanted += ["mode_price", "distance_price", "timed_price"]
    wanted += sorted({
        RELIEFS[why.kind] for line in quote.lines for why in _explained(line, tariff)[1:]
        if why.kind in RELIEFS
    })  # fmt: skip
    for name in wanted:
        parameter = law.parameters.get(name)
        if parameter is not None and (dated := parameter.on(on)):
            yield Article(parameter.title, dated)
