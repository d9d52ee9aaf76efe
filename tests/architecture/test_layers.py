"""The layers hold, and the contracts that hold them would notice a breach."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BREACHES = {
    "a programme that imports another": ("network/breach.py", "import balai.transit.programme"),
    "a kernel room that imports a programme": ("kernel/breach.py", "import balai.transit"),
    "a programme that imports the shell": ("transit/breach.py", "import balai.shell.home"),
    "an engine that imports Django": ("transit/engine/breach.py", "from django.db import models"),
    "the ledger importing regions": ("kernel/ledger/breach.py", "import balai.kernel.regions.apps"),
    "people importing documents": (
        "kernel/people/breach.py",
        "import balai.kernel.documents.apps",
    ),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package in `folder`, with this project's contracts."""
    program = Path(sys.executable).parent / "lint-imports"
    command = [str(program), "--config", str(folder / "pyproject.toml"), "--no-cache"]
    return subprocess.run(
        command,
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, so that a breach can be planted."""
    folder = tmp_path_factory.mktemp("copy")
    ignore = shutil.ignore_patterns("__pycache__", "static", "templates", "locale")
    shutil.copytree(ROOT / "src" / "balai", folder / "balai", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_layers_hold(copy: Path) -> None:
    done = lint_imports(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("breach", BREACHES)
def test_a_planted_breach_is_caught(copy: Path, breach: str) -> None:
    place, line = BREACHES[breach]
    planted = copy / "balai" / place
    planted.write_text(line + "\n")
    try:
        done = lint_imports(copy)
    finally:
        planted.unlink()
    assert done.returncode == 1, done.stdout
    assert "BROKEN" in done.stdout
    assert Path(place).stem in done.stdout
