"""How the solver's kernels are compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

# No kernel makes an array, so none needs to count references to those it is given: the counting
# at each call from one kernel to another costs as much as the search itself.
WITHOUT_COUNTING: dict[str, Any] = {"_nrt": False}


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel that makes no array of its own."""
    compiled: Callable[..., Any] = njit(cache=True, **WITHOUT_COUNTING)(function)
    return compiled
