"""Warming compiles every kernel that Python calls."""

from __future__ import annotations

from balai.homecare.engine import warm
from balai.homecare.engine.routing import annealing, timing


def test_no_kernel_is_left_to_be_compiled_while_someone_waits():
    warm.warm()
    called = [annealing.anneal, annealing.keep, annealing.restore]
    called += [timing.link, timing.retime, timing.settle]
    assert [kernel.__name__ for kernel in called if not kernel.signatures] == []
