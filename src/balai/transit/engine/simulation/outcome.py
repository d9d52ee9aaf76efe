"""What a replay found: its sums added up, and the figures they answer questions with.

Figures are told for all cards. Where only a share of the cards was replayed, counts and sums are
those of the sample divided by the share, and `Change.error` is half the width of a 95 per cent
interval: cards are drawn, so the spread between cards is what the interval is made from.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from balai.transit.engine.simulation.replay import NONE

if TYPE_CHECKING:
    import pyarrow as pa

Key = tuple[int, str, str, str]
NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Outcome:
    """Sums of a replay by (tariff, dimension, label, measure); a sum not there is 0.

    `tariffs` are their names, the baseline first; `share` of the cards was replayed.
    """

    tariffs: tuple[str, ...]
    share: float
    sums: Mapping[Key, int]

    @classmethod
    def of(cls, tariffs: Iterable[str], share: float, table: pa.Table) -> Outcome:
        """Add up the rows of `Replay`'s tables, whatever partitions they come from."""
        import polars as pl

        sums: dict[Key, int] = {}
        if table.num_rows:
            keys = ["tariff", "dimension", "label", "measure"]
            frame = pl.DataFrame(pl.from_arrow(table)).with_columns(
                pl.col("dimension", "label", "measure").cast(pl.String),
                # A sum of squares outgrows 64 bits.
                pl.col("value").cast(pl.Int128),
            )
            for *key, value in frame.group_by(keys).agg(pl.col("value").sum()).iter_rows():
                sums[key[0], key[1], key[2], key[3]] = int(value)
        return cls(tuple(tariffs), share, sums)

    def sum(self, tariff: int, measure: str, dimension: str = "all", label: str = NONE) -> int:
        """A sum as it was counted, not scaled to all cards."""
        return self.sums.get((tariff, dimension, label, measure), 0)

    def whole(self, tariff: int, measure: str, dimension: str = "all", label: str = NONE) -> int:
        """A sum scaled to all cards, rounded."""
        counted = self.sum(tariff, measure, dimension, label)
        return counted if self.share >= 1 else round(counted / self.share)

    def labels(self, dimension: str) -> tuple[str, ...]:
        """The labels that occur in a dimension, in order; the one of what is not known last."""
        return self._labels.get(dimension, ())

    @cached_property
    def _labels(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for _, dimension, label, _ in self.sums:
            found.setdefault(dimension, set()).add(label)
        return {
            dimension: tuple(sorted(labels, key=lambda label: (label == NONE, label)))
            for dimension, labels in found.items()
        }

    def change(self, tariff: int, unit: str, dimension: str = "all", label: str = NONE) -> Change:
        """What a group's cards or journeys (`unit`) pay more or less under the tariff."""
        name, bins = f"{unit} by {dimension}", f"{unit} binned by {dimension}"
        counted, saved, lost, squares = (
            self.sum(tariff, measure, name, label)
            for measure in ("counted", "saved", "lost", "squares")
        )
        binned = sorted(
            (int(measure), count)
            for measure, count in self._bins.get((tariff, bins, label), {}).items()
        )
        less, same, more = (
            self.whole(tariff, measure, name, label) for measure in ("less", "same", "more")
        )
        width = 500 if unit == "cards" else 100
        return Change(
            label, round(counted / self.share), less, same, more, round(saved / self.share),
            round(lost / self.share), (lost - saved) / counted if counted else 0.0,
            _quantile(binned, 0.1, width), _quantile(binned, 0.9, width),
            _error(counted, lost - saved, squares, self.share),
        )  # fmt: skip

    @cached_property
    def _bins(self) -> dict[tuple[int, str, str], dict[str, int]]:
        found: dict[tuple[int, str, str], dict[str, int]] = {}
        for (tariff, dimension, label, measure), value in self.sums.items():
            if " binned by " in dimension:
                found.setdefault((tariff, dimension, label), {})[measure] = value
        return found

    def as_dict(self) -> dict[str, Any]:
        """The outcome for JSON, in an order that does not depend on how it was computed."""
        rows = [[*key, value] for key, value in sorted(self.sums.items())]
        return {"tariffs": list(self.tariffs), "share": self.share, "sums": rows}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Outcome:
        """The outcome that `as_dict` told."""
        sums = {(row[0], row[1], row[2], row[3]): row[4] for row in told["sums"]}
        return cls(tuple(told["tariffs"]), told["share"], sums)


@dataclass(frozen=True, slots=True)
class Change:
    """How a group fares against the baseline, in rupiah; positive is dearer.

    `counted` cards or journeys; `mean` change of one; between `low` and `high` lie the changes of
    the middle 80 in 100 (to the bin's width); `error` is half a 95 per cent interval of the mean
    where a sample was replayed, else 0.
    """

    label: str
    counted: int
    less: int
    same: int
    more: int
    saved: int
    lost: int
    mean: float
    low: int
    high: int
    error: float

    @property
    def total(self) -> int:
        """What the group pays more in all."""
        return self.lost - self.saved


@dataclass(frozen=True, slots=True)
class RouteSubsidy:
    """A route's boardings, its share of the journeys' charges, its cost, and what is left to pay.

    In rupiah; `cost` and `subsidy` are None where no cost of the route is known.
    """

    route: str
    boardings: int
    revenue: int
    cost: int | None

    @property
    def subsidy(self) -> int | None:
        """The cost that fares do not cover; below 0 where they more than cover it."""
        return None if self.cost is None else self.cost - self.revenue


@dataclass(frozen=True, slots=True)
class Response:
    """Boardings and revenue if riders answered prices as assumed; not a finding of the replay.

    Modes that are free under either tariff keep their boardings: a constant elasticity says
    nothing of a price of 0.
    """

    elasticity: float
    boardings: int
    revenue: int


def subsidies(outcome: Outcome, tariff: int, costs: Mapping[str, int]) -> tuple[RouteSubsidy, ...]:
    """Every route that was boarded or costs something. `costs` in rupiah for the same days."""
    routes = sorted({*outcome.labels("route"), *costs}, key=lambda route: (route == NONE, route))
    return tuple(
        RouteSubsidy(route, outcome.whole(tariff, "boardings", "route", route),
                     outcome.whole(tariff, "charge", "route", route), costs.get(route))
        for route in routes
    )  # fmt: skip


def responses(outcome: Outcome, tariff: int, elasticities: Iterable[float]) -> tuple[Response, ...]:
    """For each elasticity: boardings by mode x (mean fare / the baseline's) ** elasticity."""
    return tuple(_response(outcome, tariff, elasticity) for elasticity in elasticities)


def _response(outcome: Outcome, tariff: int, elasticity: float) -> Response:
    boardings = revenue = Fraction(0)
    for mode in outcome.labels("mode"):
        before, after = (
            (outcome.whole(each, "boardings", "mode", mode),
             outcome.whole(each, "charge", "mode", mode))
            for each in (0, tariff)
        )  # fmt: skip
        riders = Fraction(after[0])
        if before[0] and before[1] and after[0] and after[1]:
            ratio = (after[1] / after[0]) / (before[1] / before[0])
            riders = Fraction(before[0] * ratio**elasticity)
        boardings += riders
        revenue += riders * Fraction(after[1], after[0]) if after[0] else 0
    return Response(elasticity, round(boardings), round(revenue))


def _quantile(binned: list[tuple[int, int]], share: float, width: int) -> int:
    """The change below which that share lies: the bin's edge nearer to 0."""
    left = share * sum(count for _, count in binned)
    for start, count in binned:
        left -= count
        if left <= 0:
            return start if start >= 0 else min(start + width, 0)
    return 0


def _error(counted: int, total: int, squares: int, share: float) -> float:
    if share >= 1 or counted < 2:
        return 0.0
    variance = max(0.0, (squares - total * total / counted) / (counted - 1))
    return NORMAL_95 * math.sqrt((1 - share) * variance / counted)
