"""How contract tests call the command line: as a script would."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="session")
def balai() -> Callable[..., Said]:
    """Run `balai` with these arguments in a process of its own."""

    def run(*arguments: object, stdin: str = "") -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "balai", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return run
