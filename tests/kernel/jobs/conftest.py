"""Jobs declared for one test, with a list in which they leave what they did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from balai.kernel.jobs import kinds
from balai.kernel.jobs.kinds import JobKind, job

TITLE = {"id": "Uji", "en": "Test"}


@pytest.fixture
def declare() -> Iterator[Callable[..., JobKind]]:
    """Declare a kind for this test alone: declare(function, name="test.x", **options)."""
    kinds.discover()
    known, scheduled = dict(kinds._kinds), dict(kinds._schedules)
    kinds._schedules.clear()

    def make(run: Callable[..., Any], name: str = "test.job", **options: Any) -> JobKind:
        return job(name, title=TITLE, **options)(run)

    yield make
    kinds._kinds.clear()
    kinds._kinds.update(known)
    kinds._schedules.clear()
    kinds._schedules.update(scheduled)
