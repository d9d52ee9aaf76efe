"""Which ways a notice goes, in which order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wishes for a kind of notice: nothing, or these channels in this order."""

    off: bool = False
    channels: tuple[str, ...] = ()


def ways(
    usual: Sequence[str],
    reachable: Collection[str],
    *,
    legal: bool,
    wishes: Sequence[Wish] = (),
) -> tuple[str, ...]:
    """The channels to try, the first that works being enough.

    `usual` is the kind's own order; `wishes` the person's, the most particular first. A wish for
    nothing is granted unless the notice is one the law demands, which then goes its usual ways.
    Channels a person wishes for come first; the usual ones follow, so that a dead address does
    not silence what must be said.
    """
    for wish in wishes:
        if wish.off:
            return _reached(usual, reachable) if legal else ()
        if wish.channels:
            rest = [each for each in usual if each not in wish.channels]
            return _reached([*wish.channels, *(rest if legal else ())], reachable)
    return _reached(usual, reachable)


def _reached(order: Sequence[str], reachable: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in order if each in reachable))
