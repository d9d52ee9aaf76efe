"""Estimating by how much validators' clocks are off, from when their uploads came in.

A validator that uploads as it goes sends its newest tap a short while after it was made. The delay
from its newest tap to the upload is then that short while less what its clock is ahead, and much
the same in every upload. A validator that was offline has delays of hours that differ widely. So
the estimate is the median delay, it is trusted only where the delays' spread (the interquartile
range) is small, and it is compared with the median of the validators around it: what delays all of
them, such as a slow network, is no clock's fault. Medians and quartiles are not moved by a few
uploads that came late (Rousseeuw and Croux 1993, on robust estimates of scale).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Clock:
    """A validator's clock: seconds it is `ahead` of ours (behind: below zero).

    From `uploads` whose delays lie within `spread` seconds (interquartile range).
    """

    ahead: int
    spread: int
    uploads: int


def clocks(delays: Mapping[str, Sequence[float]], *, most_spread: float) -> dict[str, Clock]:
    """The clock of each validator by the delays of its uploads, in seconds.

    A delay is the upload's arrival less its newest tap, below zero where the clock is ahead. The
    delay common to all is the median over the validators whose own delays agree within
    `most_spread`: those that are online. Where none is, nothing is common.
    """
    told = {
        code: np.percentile(np.asarray(each, float), (25, 50, 75))
        for code, each in delays.items()
        if len(each)
    }
    online = [float(middle) for low, middle, high in told.values() if high - low <= most_spread]
    common = float(np.median(online)) if online else 0.0
    return {
        code: Clock(
            ahead=round(common - float(middle)), spread=round(float(high - low)),
            uploads=len(delays[code]),
        )
        for code, (low, middle, high) in told.items()
    }  # fmt: skip
