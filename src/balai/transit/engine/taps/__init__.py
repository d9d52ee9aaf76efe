"""What taps alone tell: clocks that are off, cards that cannot have been in two places."""

from balai.transit.engine.taps.clocks import Clock, clocks
from balai.transit.engine.taps.travel import Impossible, impossible_taps, metres_between

__all__ = ["Clock", "Impossible", "clocks", "impossible_taps", "metres_between"]
