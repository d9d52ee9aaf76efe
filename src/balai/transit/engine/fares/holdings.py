"""Which card holds which concession or pass when, and the kernel's view of a tariff's reliefs."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from balai.transit.engine.fares.taps import Ints
from balai.transit.engine.fares.tariff import Tariff


@dataclass(frozen=True, slots=True)
class Holdings:
    """What cards hold, in any order, one element each in arrays of equal length.

    `card` numbers cards as the taps do; `kind` is a place in `tariff.entitlements()`; `start` and
    `end` are seconds since 1970 UTC, both inclusive. A boarding is held by the time of its tap-in.
    """

    card: Ints
    kind: Ints
    start: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.card)

    def __post_init__(self) -> None:
        for field in fields(self):
            column = getattr(self, field.name)
            if column.ndim != 1 or column.dtype.kind not in "iu":
                raise ValueError(f"{field.name} must be a one-dimensional array of whole numbers")
            if len(column) != len(self.card):
                raise ValueError(f"{field.name} has {len(column)} holdings, card {len(self.card)}")

    @classmethod
    def none(cls) -> Holdings:
        """No card holds anything."""
        empty = np.zeros(0, np.int64)
        return cls(empty, np.zeros(0, np.int16), empty, empty)

    def check(self, tariff: Tariff) -> None:
        """Raise ValueError naming the first holding of a kind that the tariff does not have."""
        bad = (self.kind < 0) | (self.kind >= len(tariff.entitlements()))
        if bad.any():
            at = int(np.flatnonzero(bad)[0])
            raise ValueError(
                f"holding {at}: kind is no entitlement of {tariff.name} ({self.kind[at]})"
            )
