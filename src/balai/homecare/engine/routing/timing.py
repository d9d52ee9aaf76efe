"""When each service starts once routes were put otherwise: at the earliest, for fixed routes.

Nodes whose predecessor changed are timed anew, the soonest first, and those after them as long as
a time changes. The two of a pair are timed together from both their predecessors. Where two pairs
wait for each other around a circle times would rise for ever; a bound on steps finds that.
"""

from __future__ import annotations

from .compiling import kernel
from .day import ALONE, ARCS, CARRIED, DISTANCE, LARGEST, RETIMED, TARDINESS

EQUAL = 1e-9
STEPS_A_NODE = 8
# Of what a call touched: the tardiness, the largest, and whether what was latest is less so.
SUM, MOST, EASED, TOUCHED = range(4)


@kernel
def link(day, plan, one, other):  # type: ignore[no-untyped-def]
    """Let `other` follow `one`, and note how it was."""
    at = plan.counts[ARCS]
    plan.arc_from[at], plan.arc_to[at] = one, other
    plan.arc_was[at], plan.before_was[at] = plan.following[one], plan.preceding[other]
    plan.counts[ARCS] = at + 1
    plan.totals[DISTANCE] += day.distance[one, other] - day.distance[one, plan.following[one]]
    plan.following[one], plan.preceding[other] = other, one


@kernel
def carry(plan, node, carer):  # type: ignore[no-untyped-def]
    """Give a node to a caregiver, and note whose it was."""
    at = plan.counts[CARRIED]
    plan.carried[at], plan.carer_was[at] = node, plan.carer[node]
    plan.counts[CARRIED] = at + 1
    plan.carer[node] = carer


@kernel
def there(day, plan, node):  # type: ignore[no-untyped-def]
    """When a node may start for its own route and window."""
    before = plan.preceding[node]
    free = plan.start[before] + day.duration[before] + day.distance[before, node]
    return max(free, day.opens[node])


@kernel
def await_turn(day, plan, length, node, due):  # type: ignore[no-untyped-def]
    """Queue a node to be timed, unless it is an office; returns the queue's length."""
    if node >= day.mate.size or length == plan.queue.size:
        return length
    plan.queue[length], plan.due[length] = node, due
    return length + 1


@kernel
def soonest(plan, length):  # type: ignore[no-untyped-def]
    """Take the node that is due first out of the queue."""
    best = 0
    for at in range(1, length):
        if plan.due[at] < plan.due[best]:
            best = at
    node = plan.queue[best]
    plan.queue[best], plan.due[best] = plan.queue[length - 1], plan.due[length - 1]
    return node


@kernel
def together(day, plan, node):  # type: ignore[no-untyped-def]
    """When a node may start, and its mate, where it has one; the two wait for each other."""
    mate, start = day.mate[node], there(day, plan, node)
    if mate == ALONE:
        return start, start
    begin = there(day, plan, mate)
    if day.most[node] >= 0:
        begin = max(begin, start + day.least[node])
        return max(start, begin - day.most[node]), begin
    start = max(start, begin + day.least[mate])
    return start, max(begin, start - day.most[mate])


@kernel
def put(day, plan, length, node, start):  # type: ignore[no-untyped-def]
    """Let a node start at a time, and queue what follows it; returns the queue's length, -1 where
    there is no room to note more."""
    at, touched = plan.counts[RETIMED], plan.touched
    if abs(start - plan.start[node]) <= EQUAL:
        return length
    if at == plan.retimed.size:
        return -1
    plan.retimed[at], plan.start_was[at] = node, plan.start[node]
    plan.counts[RETIMED] = at + 1
    late, was = max(0.0, start - day.closes[node]), plan.late[node]
    plan.start[node], plan.late[node] = start, late
    again = plan.stamp[node] == plan.turn[0]
    if again:
        touched[SUM] -= was
    plan.stamp[node] = plan.turn[0]
    touched[SUM] += late
    touched[MOST] = max(touched[MOST], late)
    if was > late and (again or was >= plan.totals[LARGEST] - EQUAL):
        touched[EASED] = 1.0
    plan.totals[TARDINESS] += late - was
    after = plan.following[node]
    due = start + day.duration[node] + day.distance[node, after]
    return await_turn(day, plan, length, after, due)


@kernel
def retime(day, plan, bound):  # type: ignore[no-untyped-def]
    """Time what new arcs touch; returns whether the plan costs less than `bound` (three times the
    cost) and has no circle. The totals are then the plan's; else `go_back` must follow.
    """
    distance, touched, length, steps = plan.totals[DISTANCE], plan.touched, 0, 0
    if distance >= bound:
        return False
    plan.turn[0] += 1
    touched[:] = 0.0
    for at in range(plan.counts[ARCS]):
        length = await_turn(day, plan, length, plan.arc_to[at], plan.start[plan.arc_to[at]])
    while length:
        node = soonest(plan, length)
        mate, (start, begin) = day.mate[node], together(day, plan, node)
        length, steps = put(day, plan, length - 1, node, start), steps + 1
        if mate != ALONE and length >= 0:
            length = put(day, plan, length, mate, begin)
        circles = length < 0 or steps > STEPS_A_NODE * day.mate.size
        if circles or distance + touched[SUM] + touched[MOST] >= bound:
            return False
    largest = 0.0 if touched[EASED] else max(plan.totals[LARGEST], touched[MOST])
    for node in range(day.mate.size if touched[EASED] else 0):
        largest = max(largest, plan.late[node])
    plan.totals[LARGEST] = largest
    return distance + plan.totals[TARDINESS] + plan.totals[LARGEST] < bound


@kernel
def go_back(day, plan, distance, tardiness, largest):  # type: ignore[no-untyped-def]
    """Take back everything since the last settled plan, whose totals are given."""
    for at in range(plan.counts[RETIMED] - 1, -1, -1):
        node = plan.retimed[at]
        plan.start[node] = plan.start_was[at]
        plan.late[node] = max(0.0, plan.start[node] - day.closes[node])
    for at in range(plan.counts[ARCS] - 1, -1, -1):
        plan.following[plan.arc_from[at]] = plan.arc_was[at]
        plan.preceding[plan.arc_to[at]] = plan.before_was[at]
    for at in range(plan.counts[CARRIED] - 1, -1, -1):
        plan.carer[plan.carried[at]] = plan.carer_was[at]
    plan.totals[DISTANCE], plan.totals[TARDINESS] = distance, tardiness
    plan.totals[LARGEST] = largest
    plan.counts[:] = 0


@kernel
def settle(plan):  # type: ignore[no-untyped-def]
    """Keep the plan as it stands."""
    plan.counts[:] = 0
