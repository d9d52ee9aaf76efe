"""Compile the numeric kernels once, so that no command waits for it: `python -m ...engine.warm`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable


def main() -> None:
    """Compile each kernel by using it on the smallest input, saying how long each took."""
    for name, compile_kernels in kernels():
        began = time.monotonic()
        compile_kernels()
        print(f"  {name}: {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)


def kernels() -> tuple[tuple[str, Callable[[], object]], ...]:
    """Each kernel's name, and a function that makes numba compile and keep it."""
    from balai.transit.engine import fares, planner, simulation

    return (("fares", fares.warm), ("planner", planner.warm), ("simulation", simulation.warm))


if __name__ == "__main__":
    main()
