"""When one rider's fare state is no worse than another's, whatever both ride from now on.

Every rule holds for journeys that are still of use: those that end by `until`, after which
something found already beats them. What cannot close before then does not tell states apart.
"""

from __future__ import annotations

from .compiling import kernel
from .meters import (
    BASE,
    BENT,
    BOUGHT,
    CAP,
    CAPPED,
    CHARGED,
    COLLECTED,
    FAMILY,
    GAP,
    LAST_OUT,
    LEAST_INSIDE,
    MODES,
    NOT_YET,
    OPENED,
    PACKAGE,
    PAID,
    PER_KM,
    RELAXED,
    RESTATED,
    RIDDEN,
    WINDOW,
    integrated,
    least,
    useful_until,
)
from .prospects import OWN_FARES, SAME_MODES


@kernel
def beats(rule, classes, states, a, b, now, found, founds, deadline, rides, more):  # type: ignore[no-untyped-def]
    """Whether row a pays no more than row b from `now` on, whatever both ride.

    b takes at least `more` rides yet, at least `rides` in all.
    """
    if rule[FAMILY] == PACKAGE:
        if states[a, PAID] + states[a, COLLECTED] > states[b, PAID] + states[b, COLLECTED]:
            return False
    elif states[a, PAID] > states[b, PAID]:
        return False
    fare = least(rule, classes, states, b, more)
    until = useful_until(found, founds, deadline, fare, rides)
    if rule[FAMILY] == CAPPED:
        return _beats_capped(rule, states, a, b, now, until)
    if rule[FAMILY] == PACKAGE:
        return _beats_package(rule, states, a, b, now, until)
    return _beats_tickets(rule, classes, states, a, b, now, until)


@kernel
def beats_from_here(  # type: ignore[no-untyped-def]
    outlook, rule, classes, states, a, b, now, found, founds, deadline, rides, more
):
    """`beats` for an a that has paid no more, where it is known what b may yet board."""
    if rule[FAMILY] == PACKAGE and states[a, BENT] > states[b, BENT]:
        return False
    if outlook == OWN_FARES:
        return True
    if outlook == SAME_MODES and not (
        _is_open(rule, states, a, now) and states[a, MODES] & ~states[b, MODES]
    ):
        return True
    return beats(rule, classes, states, a, b, now, found, founds, deadline, rides, more)


@kernel
def _beats_capped(rule, states, a, b, now, until):  # type: ignore[no-untyped-def]
    """Whether a's lead covers what it may yet pay that b has behind it.

    With one window, or two that last: the difference of what was charged in them. With a's the
    newer: the rest of a's cap. With a's the older: that and a new window's start while b's holds.
    """
    open_a, in_a = states[a, OPENED], states[a, CHARGED]
    open_b, in_b = states[b, OPENED], states[b, CHARGED]
    live_a, live_b = open_a + rule[WINDOW] >= now, open_b + rule[WINDOW] >= now
    if not live_a:
        in_a = 0
    if not live_b:
        in_b = 0
    last_a = not live_a or open_a + rule[WINDOW] >= until
    last_b = not live_b or open_b + rule[WINDOW] >= until
    if (last_a and last_b) or (live_a and live_b and open_a == open_b):
        behind = max(0, in_b - in_a)
    elif not live_a or (live_b and open_a > open_b):
        behind = rule[CAP] - in_a
    else:
        behind = rule[CAP] + in_b - in_a
    return states[a, PAID] + behind <= states[b, PAID]


@kernel
def _beats_tickets(rule, classes, states, a, b, now, until):  # type: ignore[no-untyped-def]
    """Whether a can buy anew the tickets of b that it has not as new, and pay no more.

    Where prices within a class differ, a newer ticket may be renewed at a dearer moment.
    """
    missing = 0
    for kind in range(classes.shape[0]):
        held, wanted = states[a, BOUGHT + kind], states[b, BOUGHT + kind]
        lasts = held + rule[WINDOW] >= until
        if wanted + rule[WINDOW] >= now and held < wanted and not lasts:
            missing += classes[kind, 0]
        elif held > wanted and not lasts and held + rule[WINDOW] >= now:
            missing += classes[kind, 1]
    return states[a, PAID] + missing <= states[b, PAID]


@kernel
def _beats_package(rule, states, a, b, now, until):  # type: ignore[no-untyped-def]
    """Whether a pays no more whether the package continues, becomes integrated or closes.

    Packages that close together, or not by `until`, are compared as they go on; relaxed ones,
    which may go on when they have run out, may also run out sooner, for then a may do whatever b
    may. Where a goes on and b begins anew, they close together from their next ride on. The
    caller has compared what was paid.
    """
    live_a, live_b = _is_open(rule, states, a, now), _is_open(rule, states, b, now)
    if not live_a:
        return not live_b
    if not _runs_out_alike(rule, states[a, OPENED], states[b, OPENED], rule[WINDOW], until):
        return False
    if not live_b:
        return _beats_fresh(rule, states, a, b)
    if not _beats_going_on(rule, states, a, b):
        return False
    last_a, last_b = states[a, LAST_OUT], states[b, LAST_OUT]
    if _runs_out_alike(rule, last_a, last_b, rule[GAP], until):
        return True
    return last_a > last_b and _beats_fresh(rule, states, a, b)


@kernel
def _beats_fresh(rule, states, a, b):  # type: ignore[no-untyped-def]
    """Whether a pays no more going on with its package than b beginning one.

    b then pays for a ride at the least, and a no more in all than its cap, or its own fares,
    which b pays as well.
    """
    owed = states[b, PAID] + states[b, COLLECTED]
    if states[a, PAID] + rule[CAP] > owed + rule[LEAST_INSIDE]:
        return False
    due = states[a, PAID] * 1000 + rule[PER_KM] * states[a, RIDDEN]
    return not rule[RESTATED] or due <= owed * 1000


@kernel
def _beats_going_on(rule, states, a, b):  # type: ignore[no-untyped-def]
    """Whether a pays no more while the packages of both go on.

    The total rises with the kilometres and stops at the cap, so its two ends decide. Rounding
    down may differ by a rupiah at another kilometre: what is compared is not rounded.
    """
    owed = states[b, PAID] + states[b, COLLECTED]
    alike = states[a, MODES] == states[b, MODES]
    whole = integrated(rule, states[a, MODES])
    # An integrated package costs the cap at most; one that is not yet, its own fares.
    capped = states[a, PAID] + rule[CAP] <= owed and (alike or whole)
    if capped and not rule[RESTATED]:
        return True
    if states[a, PAID] > states[b, PAID]:
        return False
    if not alike and not (whole and (capped or integrated(rule, states[b, MODES]))):
        return False
    due_a, due_b = rule[PER_KM] * states[a, RIDDEN], rule[PER_KM] * states[b, RIDDEN]
    return (
        states[a, PAID] * 1000 + due_a <= states[b, PAID] * 1000 + due_b
        or rule[BASE] * 1000 + due_b >= rule[CAP] * 1000
    )


@kernel
def _runs_out_alike(rule, since_a, since_b, limit, until):  # type: ignore[no-untyped-def]
    """Whether a limit counted from two moments tells neither apart to a's harm."""
    if since_a == since_b or min(since_a, since_b) + limit >= until:
        return True
    return rule[RELAXED] and since_a < since_b


@kernel
def _is_open(rule, states, row, now):  # type: ignore[no-untyped-def]
    return states[row, OPENED] != NOT_YET and (
        rule[RELAXED]
        or (now - states[row, LAST_OUT] <= rule[GAP] and now - states[row, OPENED] <= rule[WINDOW])
    )
