"""The demonstration's command says how to go on where it cannot."""

from __future__ import annotations

import pytest

from balai.kernel.problems import ConflictError, ProblemError
from balai.shell.commands import demo


def test_a_demonstration_of_another_version_names_the_way_out(monkeypatch) -> None:
    def other(progress: object) -> list[tuple[str, ...]]:
        raise ConflictError("Conflict", detail="The key 'demo:letter:0' was used.")

    monkeypatch.setattr(demo, "build", other)
    with pytest.raises(ProblemError) as refused:
        demo._build_or_say(print)
    (line,) = refused.value.lines()
    assert "another version" in line
    assert "demo:letter:0" in line
    assert "balai demo --reset" in line
