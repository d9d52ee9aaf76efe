"""A served Balai mends itself: a killed database returns, and nothing outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from balai.shell.supervision import is_alive

KEEP = """
import time
from balai.shell import postgres, supervision
postgres.ensure_running()
print(postgres.socket_folder(), postgres.data_folder(), flush=True)
with supervision.database_kept():
    input()
postgres.release()
"""
CHILD = """
import os, time
from balai.shell.supervision import leave_with_supervisor
leave_with_supervisor()
print(os.getpid(), flush=True)
time.sleep(60)
"""
PARENT = f"""
import os, subprocess, sys, time
os.environ["BALAI_SUPERVISOR"] = str(os.getpid())
subprocess.Popen([sys.executable, "-c", {CHILD!r}])
time.sleep(60)
"""


def until(true, seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def answers(sockets: str) -> bool:
    try:
        with psycopg.connect(host=sockets, user="balai_owner", dbname="balai") as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


@pytest.mark.slow
def test_a_killed_database_is_started_again_while_the_server_runs(tmp_path: Path) -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEP], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "BALAI_HOME": str(tmp_path / "installation")},
    )  # fmt: skip
    try:
        sockets, data = keeper.stdout.readline().split()
        former = int(Path(data, "postmaster.pid").read_text().split()[0])
        os.kill(former, signal.SIGKILL)
        assert until(lambda: not is_alive(former) and answers(sockets))
    finally:
        keeper.communicate("\n", timeout=60)
    assert not answers(sockets)


@pytest.mark.slow
def test_a_child_leaves_with_its_killed_parent() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait(timeout=10)
    assert until(lambda: not is_alive(child))
