"""A first plan: visits in the order their windows open, each to who can start it soonest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .day import ALONE, Day, Plan, empty_plan
from .timing import link, retime, settle

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNBOUNDED = 1e18


class NoCaregiverError(ValueError):
    """A visit that no caregiver, or no two of them, can give; `node` is one of its services."""

    def __init__(self, node: int) -> None:
        super().__init__(f"nobody can give node {node}")
        self.node = node


def first_plan(day: Day) -> Plan:
    """A plan that keeps every rule, however late. Raises NoCaregiverError."""
    plan, nodes = empty_plan(day), day.mate.size
    for node in np.argsort(day.opens[:nodes], kind="stable").tolist():
        mate = int(day.mate[node])
        if mate == ALONE:
            append(day, plan, node, soonest_carer(day, plan, node, []))
        elif plan.carer[node] < 0:
            one, other = two_carers(day, plan, node, mate)
            append(day, plan, node, one)
            append(day, plan, mate, other)
        else:
            continue
        retime(day, plan, UNBOUNDED)
        settle(plan)
    return plan


def append(day: Day, plan: Plan, node: int, carer: int) -> None:
    """Put a node at the end of a caregiver's route."""
    office = day.mate.size + carer
    last = int(plan.preceding[office])
    plan.carer[node] = carer
    link(day, plan, last, node)
    link(day, plan, node, office)


def soonest_carer(day: Day, plan: Plan, node: int, but: list[int]) -> int:
    """Who can start a node soonest after their last, of equals who drives least."""
    told = ends(day, plan, node)
    told[but] = np.inf
    if not np.isfinite(told).any():
        raise NoCaregiverError(node)
    return int(told.argmin())


def two_carers(day: Day, plan: Plan, node: int, mate: int) -> tuple[int, int]:
    """Two who can start the nodes of a pair soonest."""
    choices = []
    for first, second in ((node, mate), (mate, node)):
        try:
            one = soonest_carer(day, plan, first, [])
            other = soonest_carer(day, plan, second, [one])
        except NoCaregiverError:
            continue
        cost = ends(day, plan, first)[one] + ends(day, plan, second)[other]
        choices.append((cost, (one, other) if first == node else (other, one)))
    if not choices:
        raise NoCaregiverError(node)
    return min(choices)[1]


def ends(day: Day, plan: Plan, node: int) -> NDArray[np.float64]:
    """By caregiver, when they might start a node after their last (and a little for the drive)."""
    nodes = day.mate.size
    last = plan.preceding[nodes:]
    drive = day.distance[last, node]
    soonest = np.maximum(plan.start[last] + day.duration[last] + drive, day.opens[node])
    return np.where(day.able[:, node], soonest + drive / 1000, np.inf)
