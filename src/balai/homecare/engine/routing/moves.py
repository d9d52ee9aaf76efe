"""Ways to put a plan otherwise.

Each looks first whether who would get a node can give it, and that no caregiver gets both of a
pair; it then links and returns True, or changes nothing and returns False.
"""

from __future__ import annotations

from .chance import below
from .compiling import kernel
from .day import ALONE
from .timing import carry, link


@kernel
def may_have(day, plan, carer, node):  # type: ignore[no-untyped-def]
    """Whether a caregiver can give a node, and does not give its mate."""
    mate = day.mate[node]
    return day.able[carer, node] and (mate == ALONE or plan.carer[mate] != carer)


@kernel
def place_for(day, plan, chance, node):  # type: ignore[no-untyped-def]
    """A node or office to put a node after."""
    nodes = day.mate.size
    if day.nears[node] == 0 or below(chance, 100) < 6:
        return nodes + below(chance, day.duration.size - nodes)
    return day.near[node, below(chance, day.nears[node])]


@kernel
def relocate(day, plan, chance, node, length):  # type: ignore[no-untyped-def]
    """Put up to `length` nodes, from a given one on, after another."""
    nodes, last, many = day.mate.size, node, 1
    while many < length and plan.following[last] < nodes:
        last, many = plan.following[last], many + 1
    after = place_for(day, plan, chance, node)
    carer, before, beyond = plan.carer[after], plan.preceding[node], plan.following[last]
    if after == before:
        return False
    each = node
    while True:
        if each == after or (carer != plan.carer[node] and not may_have(day, plan, carer, each)):
            return False
        if each == last:
            break
        each = plan.following[each]
    then = plan.following[after]
    if carer != plan.carer[node]:
        each = node
        while True:
            carry(plan, each, carer)
            if each == last:
                break
            each = plan.following[each]
    link(day, plan, before, beyond)
    link(day, plan, after, node)
    link(day, plan, last, then)
    return True


@kernel
def relocate_pair(day, plan, chance, node):  # type: ignore[no-untyped-def]
    """Put both nodes of a pair elsewhere."""
    mate = day.mate[node]
    if mate == ALONE or not relocate(day, plan, chance, mate, 1):
        return False
    relocate(day, plan, chance, node, 1)
    return True


@kernel
def swap(day, plan, chance, node):  # type: ignore[no-untyped-def]
    """Exchange a node with one that follows a neighbour."""
    other = plan.following[place_for(day, plan, chance, node)]
    if other >= day.mate.size or other == node:
        return False
    if plan.following[node] == other or plan.following[other] == node:
        return False
    mine, theirs = plan.carer[node], plan.carer[other]
    if mine != theirs:
        together = day.mate[node] == other
        if not (day.able[theirs, node] and day.able[mine, other]):
            return False
        if not together and not (
            may_have(day, plan, theirs, node) and may_have(day, plan, mine, other)
        ):
            return False
        carry(plan, node, theirs)
        carry(plan, other, mine)
    before, after = plan.preceding[node], plan.following[node]
    before_other, after_other = plan.preceding[other], plan.following[other]
    link(day, plan, before, other)
    link(day, plan, other, after)
    link(day, plan, before_other, node)
    link(day, plan, node, after_other)
    return True


@kernel
def exchange_tails(day, plan, chance, node):  # type: ignore[no-untyped-def]
    """Let a node and all that follows it come after another caregiver's node, whose tail goes
    where the node was (2-opt*); now and then whole routes."""
    nodes = day.mate.size
    after = place_for(day, plan, chance, node)
    if below(chance, 100) < 10:
        node = plan.following[nodes + plan.carer[node]]
        after = nodes + plan.carer[after]
    mine, theirs = plan.carer[node], plan.carer[after]
    if mine == theirs or not tails_fit(day, plan, node, plan.following[after]):
        return False
    before, their_first = plan.preceding[node], plan.following[after]
    office, their_office = nodes + mine, nodes + theirs
    my_last, their_last = plan.preceding[office], plan.preceding[their_office]
    hand_over(plan, node, nodes, theirs)
    hand_over(plan, their_first, nodes, mine)
    link(day, plan, after, node)
    link(day, plan, my_last, their_office)
    if their_first < nodes:
        link(day, plan, before, their_first)
        link(day, plan, their_last, office)
    else:
        link(day, plan, before, office)
    return True


@kernel
def tails_fit(day, plan, mine, theirs):  # type: ignore[no-untyped-def]
    """Whether two caregivers can have each other's nodes from some on."""
    nodes, carer = day.mate.size, plan.carer[mine]
    their_carer = plan.carer[theirs]
    return fits(day, plan, mine, nodes, their_carer, theirs) and fits(
        day, plan, theirs, nodes, carer, mine
    )


@kernel
def fits(day, plan, first, nodes, carer, their_first):  # type: ignore[no-untyped-def]
    """Whether a caregiver can have a tail, and keeps no mate of it: one may be in their own tail,
    from `their_first` on, which they give away."""
    node = first
    while node < nodes:
        if not day.able[carer, node]:
            return False
        mate = day.mate[node]
        if mate != ALONE and plan.carer[mate] == carer:
            given = their_first
            while given < nodes and given != mate:
                given = plan.following[given]
            if given != mate:
                return False
        node = plan.following[node]
    return True


@kernel
def hand_over(plan, first, nodes, carer):  # type: ignore[no-untyped-def]
    """Give a tail to a caregiver."""
    node = first
    while node < nodes:
        carry(plan, node, carer)
        node = plan.following[node]
