"""A routing problem as arrays: a node for each service of each visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """What is wrong in a file: where (as in `patients[3].time_window`), the value, the mend."""

    field: str
    value: str
    problem: str
    remedy: str


class InstanceRefusedError(ValueError):
    """A file that says no problem or solution; `shortcomings` lists all that is wrong with it."""

    def __init__(self, shortcomings: tuple[Shortcoming, ...]) -> None:
        super().__init__("; ".join(f"{each.field}: {each.problem}" for each in shortcomings))
        self.shortcomings = shortcomings


@dataclass(frozen=True, slots=True)
class Pair:
    """Two nodes of one visit: the second starts from `least` to `most` after the first starts."""

    first: int
    second: int
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Problem:
    """A day's visits. Times and distances share one unit; distances are travel times as well.

    `patient_ids` and `service_ids` name nodes, `caregiver_ids` the rows of `able`. By node:
    `place` (int32) is its row of `distance` (float64, square; row 0 is the office), `duration`,
    `opens` and `closes` (float64). `able[caregiver, node]` tells who can. Nodes of one visit that
    need two caregivers are a `Pair`.
    """

    patient_ids: tuple[str, ...]
    service_ids: tuple[str, ...]
    caregiver_ids: tuple[str, ...]
    place: NDArray[np.int32]
    duration: NDArray[np.float64]
    opens: NDArray[np.float64]
    closes: NDArray[np.float64]
    able: NDArray[np.bool_]
    pairs: tuple[Pair, ...]
    distance: NDArray[np.float64]

    @property
    def nodes(self) -> int:
        """Number of services to give."""
        return len(self.patient_ids)

    @property
    def caregivers(self) -> int:
        """Number of caregivers."""
        return len(self.caregiver_ids)
