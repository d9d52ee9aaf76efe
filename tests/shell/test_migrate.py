"""A new installation: migrated by the owner, served by a role that owns nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_a_new_installation_is_fit_to_serve(tmp_path: Path) -> None:
    environment = {**os.environ, "BALAI_HOME": str(tmp_path / "new")}
    environment.pop("BALAI_DATABASE_ROLE", None)
    environment["DJANGO_SETTINGS_MODULE"] = "balai.shell.settings"

    def balai(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "balai", *arguments],
            env=environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    assert balai("migrate", "--check").returncode == 1
    done = balai("migrate")
    assert done.returncode == 0, done.stderr
    assert balai("migrate", "--check").returncode == 0
    doctor = balai("doctor")
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert balai("ledger", "verify").returncode == 0
