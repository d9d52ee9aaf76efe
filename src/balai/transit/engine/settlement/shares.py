"""A journey's charge divided over the operators that carried it, every rupiah placed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Rule = Literal["distance", "boarding", "full_price"]
LARGEST = 2**31
"""Charges and weights are below this, so that their product is exact in 64 bits."""


@dataclass(frozen=True, slots=True)
class Legs:
    """Legs of journeys, in any order: `journey` (int64 number of the journey), `leg` (int64, tells
    legs apart and breaks ties), `metres` (int64, -1 unknown), `full_price` and `charge` (rupiah).
    """

    journey: NDArray[np.int64]
    leg: NDArray[np.int64]
    metres: NDArray[np.int64]
    full_price: NDArray[np.int64]
    charge: NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.leg.size)


@dataclass(frozen=True, slots=True)
class Shares:
    """What each leg gets of its journey's charge (`amount`, int64), in the order of the legs."""

    amount: NDArray[np.int64]


def split_charges(legs: Legs, rule: Rule = "distance") -> Shares:
    """Divide each journey's charge (the sum of its legs') over its legs by `rule`.

    Weights are metres ridden, one a boarding, or full prices. Where a leg's distance is not known,
    or all weights of a journey are zero, that journey is divided by boarding. Largest remainders;
    among equal remainders the leg with the lower number first. A journey whose charge is below
    zero (a refund beyond it) is divided as its mirror. ValueError beyond 2^31.
    """
    if not len(legs):
        return Shares(np.empty(0, np.int64))
    order = np.lexsort((legs.leg, legs.journey))
    journey = legs.journey[order]
    first = np.flatnonzero(np.append(True, journey[1:] != journey[:-1]))
    size = np.diff(np.append(first, journey.size))
    number = np.repeat(np.arange(first.size), size)
    total = np.add.reduceat(legs.charge[order], first)
    weight = _weights(legs, order, rule, first, number)
    if max(np.abs(total).max(), np.add.reduceat(weight, first).max()) >= LARGEST:
        raise ValueError("charges and weights must be below 2^31")
    parts = _divided(np.abs(total), weight, first, number) * np.sign(total)[number]
    amount = np.empty(journey.size, np.int64)
    amount[order] = parts
    return Shares(amount)


def _weights(
    legs: Legs, order: NDArray[np.int64], rule: Rule, first: NDArray[np.int64],
    number: NDArray[np.int64],
) -> NDArray[np.int64]:  # fmt: skip
    ones = np.ones(order.size, np.int64)
    if rule == "boarding":
        return ones
    weight = (legs.metres if rule == "distance" else legs.full_price)[order]
    unknown = np.minimum.reduceat(weight, first) < 0
    nothing = np.add.reduceat(np.maximum(weight, 0), first) == 0
    return np.where((unknown | nothing)[number], ones, np.maximum(weight, 0))


def _divided(
    total: NDArray[np.int64], weight: NDArray[np.int64], first: NDArray[np.int64],
    number: NDArray[np.int64],
) -> NDArray[np.int64]:  # fmt: skip
    whole = np.add.reduceat(weight, first)
    exact = total[number] * weight
    part = exact // whole[number]
    remainder = exact % whole[number]
    left = total - np.add.reduceat(part, first)
    ranked = np.lexsort((np.arange(number.size), -remainder, number))
    rank = np.empty(number.size, np.int64)
    rank[ranked] = np.arange(number.size) - np.repeat(first, np.diff(np.append(first, number.size)))
    return part + (rank < left[number])
