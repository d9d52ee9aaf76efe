"""Where things stand in the kernel's arrays, and how its functions are compiled."""

from __future__ import annotations

from numba import njit

# Division by zero is ruled out by the tariff; checking it again would keep code from inlining.
compiled = njit(cache=True, nogil=True, error_model="numpy")
# Inlined before typing, so that no array's reference is counted per boarding: 4 times faster.
inlined = njit(inline="always", error_model="numpy")

MODE_BITS = 4
NO_MODE = (1 << MODE_BITS) - 1

# What the fold remembers of a card's journey, or of each of its ticket classes.
OPEN, SINCE, PAID, JOURNEY, LEG, LAST_OUT, METRES, MODES, FIRST, MODE_COUNT = range(10)
STATE = 10

# A ride of the card at hand.
BOARD, BOARD_AT, MODE, DISTANCE, OUT, OUT_AT = range(6)
RIDE = 6

# Rows of the output.
BOARDING, ALIGHTING, JOURNEY_OF, LEG_OF, CHARGE, FULL, RIDDEN, OPENED = range(8)
ROWS = 8
