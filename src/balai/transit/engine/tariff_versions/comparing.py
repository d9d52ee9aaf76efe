"""What a tariff would have meant for journeys that were made: the same taps under two tariffs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balai.transit.engine.fares import Charges, Holdings, TapArrays, Tariff, price_taps

EDGES = (-10_000, -5_000, -2_000, -1_000, 0, 1_000, 2_000, 5_000, 10_000)
"""Bounds of the bands of change, in rupiah; no change is a band of its own."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same boardings under two tariffs, by journeys of the first.

    `before` and `after` are rupiah a journey, `card` whose it was, `boardings` how many it has;
    `rows` are, for every boarding in order, the place of its tap, its journey, and both charges.
    `revenue` is the whole of both, also of boardings that only one of them knows.
    """

    before: NDArray[np.int64]
    after: NDArray[np.int64]
    card: NDArray[np.int64]
    boardings: NDArray[np.int64]
    rows: NDArray[np.int64]
    revenue: tuple[int, int]

    @property
    def change(self) -> NDArray[np.int64]:
        """How much more each journey would have cost."""
        return self.after - self.before


def compare(
    taps: TapArrays, now: Tariff, then: Tariff,
    held: tuple[Holdings | None, Holdings | None] = (None, None),
) -> Comparison:  # fmt: skip
    """Price the taps under both tariffs; `held` is what the cards hold of the one's entitlements
    and of the other's. Raises ValueError for a mode that one has no price of.
    """
    first = price_taps(taps, now, holdings=held[0])
    second = price_taps(taps, then, holdings=held[1])
    charge = _by_tap(second, len(taps))
    boarding = first.boarding.astype(np.int64)
    journey = first.journey.astype(np.int64)
    count = first.journeys
    later = charge[boarding]
    card = np.zeros(count, np.int64)
    card[journey] = taps.card[boarding]
    return Comparison(
        before=_summed(journey, first.charge, count),
        after=_summed(journey, later, count),
        card=card,
        boardings=np.bincount(journey, minlength=count).astype(np.int64),
        rows=np.stack([boarding, journey, first.charge.astype(np.int64), later], axis=1),
        revenue=(first.revenue, second.revenue),
    )


def _by_tap(charges: Charges, taps: int) -> NDArray[np.int64]:
    """The charge of each tap that is a boarding; 0 for the others."""
    found = np.zeros(taps, np.int64)
    found[charges.boarding] = charges.charge
    return found


def _summed(journey: NDArray[np.int64], amounts: NDArray[Any], count: int) -> NDArray[np.int64]:
    # Sums of whole rupiah stay below 2^53, so the float in between is exact.
    return np.bincount(journey, weights=amounts, minlength=count).astype(np.int64)


def summary(found: Comparison) -> dict[str, Any]:
    """Totals, bands of change, and how many cards pay more or less, as JSON can hold them."""
    change = found.change
    cards, place = np.unique(found.card, return_inverse=True)
    by_card = np.bincount(place, weights=change, minlength=len(cards))
    return {
        "journeys": len(change),
        "boardings": int(found.boardings.sum()),
        "revenue_now": found.revenue[0],
        "revenue_then": found.revenue[1],
        "dearer": int((change > 0).sum()),
        "cheaper": int((change < 0).sum()),
        "same": int((change == 0).sum()),
        "cards": len(cards),
        "cards_dearer": int((by_card > 0).sum()),
        "cards_cheaper": int((by_card < 0).sum()),
        "bands": bands(change),
    }


def bands(change: NDArray[np.int64]) -> list[dict[str, Any]]:
    """How many journeys changed by how much: `low` to `high`, None at the open ends."""
    found: list[dict[str, Any]] = []
    bounds: list[int | None] = [None, *EDGES, None]
    for low, high in pairwise(bounds):
        # Bands lie above their lower bound below 0 and up to their upper bound above it.
        held = np.ones(len(change), bool)
        if low is not None:
            held &= change > low if low >= 0 else change >= low
        if high is not None:
            held &= change <= high if high > 0 else change < high
        found.append({"low": low, "high": high, "journeys": int(held.sum())})
        if high == 0:
            found.append({"low": 0, "high": 0, "journeys": int((change == 0).sum())})
    return found


def striking(found: Comparison, most: int) -> list[int]:
    """Journeys to show: those that change most, up and down, and some that do not."""
    change = found.change
    order = np.lexsort((np.arange(len(change)), change))
    down = [int(j) for j in order[: most // 2] if change[j] < 0]
    up = [int(j) for j in order[::-1][: most // 2] if change[j] > 0]
    same = np.flatnonzero((change == 0) & (found.boardings > 1))[: max(2, most // 4)]
    return [*up, *down, *(int(j) for j in same)][:most]


def total_of(parts: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two summaries of different cards as one."""
    added = {key: parts[key] + other[key] for key in parts if key != "bands"}
    pairs = zip(parts["bands"], other["bands"], strict=True)
    return added | {
        "bands": [one | {"journeys": one["journeys"] + two["journeys"]} for one, two in pairs]
    }
