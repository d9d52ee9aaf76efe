"""How the planner's kernels are compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

# A kernel that makes no array needs no count of references to those it is given. Counting them
# at each call from one kernel to another took more than half of a search's time.
WITHOUT_COUNTING: dict[str, Any] = {"_nrt": False}


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel that makes no array of its own."""
    compiled: Callable[..., Any] = njit(cache=True, **WITHOUT_COUNTING)(function)
    return compiled


def allocating(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel that makes arrays."""
    compiled: Callable[..., Any] = njit(cache=True)(function)
    return compiled
