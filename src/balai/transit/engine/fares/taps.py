"""Taps as arrays in, charges as arrays out, and the words for why a charge is what it is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.integer[Any]]

OUT, IN = 0, 1
UNKNOWN = -1
MOST_METRES = 100_000_000


class Reason(IntEnum):
    """Why a boarding is charged what it is. The numbers are stored; never renumber them."""

    FULL_PRICE = 0
    FREE_MODE = 1
    TOPPED_UP_TO_CAP = 2
    CAP_REACHED = 3
    TICKET_OPEN = 4
    OWN_FARE = 5
    INTEGRATED = 6
    INTEGRATED_CAP = 7
    MISSED_TAP_OUT = 8
    OUTSIDE_CAP = 9

    @property
    def words(self) -> str:
        """The reason in English, for files and the command line."""
        return WORDS[self]


WORDS = {
    Reason.FULL_PRICE: "full price",
    Reason.FREE_MODE: "free: the mode costs nothing",
    Reason.TOPPED_UP_TO_CAP: "topped up to cap",
    Reason.CAP_REACHED: "free: cap reached",
    Reason.TICKET_OPEN: "free: ticket still open",
    Reason.OWN_FARE: "operator's own fare",
    Reason.INTEGRATED: "integrated fare so far",
    Reason.INTEGRATED_CAP: "integrated fare: cap reached",
    Reason.MISSED_TAP_OUT: "missed tap-out: farthest trip",
    Reason.OUTSIDE_CAP: "full price: outside the cap",
}


class Status(IntEnum):
    """What became of a tap."""

    USED = 0
    DUPLICATE = 1
    ORPHAN_OUT = 2


@dataclass(frozen=True, slots=True)
class TapArrays:
    """Taps in any order, one element each in arrays of equal length.

    `card` whole numbers from 0 (dense codes are fastest); `at` seconds since 1970 UTC;
    `direction` IN or OUT; `mode` a `Mode` (UNKNOWN allowed on a tap-out); `metres` the distance
    ridden on a tap-out, the farthest distance the rider could go on a tap-in, UNKNOWN where not
    known; `tap` the tap's identity: validator and sequence number as one whole number. Taps with
    one identity are copies of one tap and count once.
    """

    card: Ints
    at: Ints
    direction: Ints
    mode: Ints
    metres: Ints
    tap: Ints

    def __len__(self) -> int:
        return len(self.card)

    def __post_init__(self) -> None:
        for field in fields(self):
            column = getattr(self, field.name)
            if column.ndim != 1 or column.dtype.kind not in "iu":
                raise ValueError(f"{field.name} must be a one-dimensional array of whole numbers")
            if len(column) != len(self.card):
                raise ValueError(f"{field.name} has {len(column)} taps, card {len(self.card)}")


@dataclass(frozen=True, slots=True)
class Charges:
    """One element a boarding, in order of card and time; and what became of every tap.

    `boarding` and `alighting` are positions in the taps (alighting UNKNOWN where the tap-out was
    missed); `journey` numbers journeys from 0, `leg` a journey's boardings from 1; `charge` is
    what the boarding costs here and `full_price` what it would have cost by itself, in rupiah;
    `metres` the distance it was priced by (UNKNOWN where none was needed or known); `opened` when
    the journey's window opened, seconds since 1970 UTC; `reason` a `Reason`. `relief` is what a
    promotion, pass, concession or period cap took off (the rule's own charge is charge + relief),
    and `relief_reason` which took most: 1 + its place in `tariff.reliefs()`, 0 where none did.
    `status` has one `Status` a tap.
    """

    boarding: NDArray[np.int32]
    alighting: NDArray[np.int32]
    journey: NDArray[np.int32]
    leg: NDArray[np.int32]
    charge: NDArray[np.int32]
    full_price: NDArray[np.int32]
    metres: NDArray[np.int32]
    opened: NDArray[np.int64]
    reason: NDArray[np.int8]
    relief: NDArray[np.int32]
    relief_reason: NDArray[np.int16]
    status: NDArray[np.int8]
    journeys: int

    def __len__(self) -> int:
        return len(self.boarding)

    @property
    def revenue(self) -> int:
        """The sum of the charges, in rupiah."""
        return int(self.charge.sum(dtype=np.int64))

    @property
    def missed_outs(self) -> NDArray[np.intp]:
        """Positions (in the charges) of the boardings without a tap-out."""
        return np.flatnonzero(self.alighting == UNKNOWN)

    @property
    def orphan_outs(self) -> NDArray[np.intp]:
        """Positions (in the taps) of the tap-outs without a tap-in, priced or not."""
        return np.flatnonzero(self.status == Status.ORPHAN_OUT)

    @property
    def duplicates(self) -> NDArray[np.intp]:
        """Positions (in the taps) of the copies that did not count."""
        return np.flatnonzero(self.status == Status.DUPLICATE)
