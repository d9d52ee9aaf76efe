"""The compiled fare kernel: taps are packed, sorted card by card and folded in one pass.

A tap becomes one 63-bit key (low bits of its card, seconds since the first tap, direction, its
position) beside a 32-bit payload (mode and metres). Keys are first spread over partitions of
neighbouring cards small enough for the processor's cache, then each partition is sorted by card
and time and its journeys are folded while it is still there. Every function releases the GIL.
"""

from balai.transit.engine.fares.kernel.fold import add, close_gap, fold
from balai.transit.engine.fares.kernel.packing import count, spread
from balai.transit.engine.fares.kernel.reliefs import card_bounds, relieve

__all__ = ["add", "card_bounds", "close_gap", "count", "fold", "relieve", "spread"]
