"""The worker as a process: it leaves with its parent, and a supervisor begins it again."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
"""Linux's prctl(2) option: the signal a process gets when the thread that forked it ends."""
CALM_AFTER_S, LONGEST_WAIT_S = 30.0, 30.0


def leave_with_parent(parent: int) -> None:
    """Get SIGTERM at once when the parent is killed, where the system can tell (Linux).

    `shell.supervision.leave_with` watches for it elsewhere, and kills what does not go.
    """
    from balai.shell import supervision

    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    supervision.leave_with(parent)


def supervise() -> int:
    """Keep one worker process running until SIGTERM or SIGINT; returns its last exit code.

    A worker that dies is begun again, at once the first time and then later and later; one that
    held for a while is begun again at once.
    """
    stopping: list[int] = []
    child: list[subprocess.Popen[bytes]] = []

    def stop(number: int, _: object) -> None:
        stopping.append(number)
        if child:
            child[0].terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    wait = 0.0
    while not stopping:
        began = time.monotonic()
        child[:] = [_begin()]
        if stopping:  # The signal came before there was a child to tell.
            child[0].terminate()
        code = child[0].wait()
        if stopping or code == 0:
            return code
        lasted = time.monotonic() - began
        wait = 0.0 if lasted > CALM_AFTER_S else min(LONGEST_WAIT_S, max(1.0, 2 * wait))
        print(f"The worker died ({code}); beginning it again.", file=sys.stderr, flush=True)
        _sleep(wait, stopping)
    return 0


def _begin() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "balai", "worker", "--child", "--parent", str(os.getpid())]
    # A session of its own: Ctrl-C in the terminal reaches the supervisor alone.
    return subprocess.Popen(command, start_new_session=True)


def _sleep(seconds: float, stopping: list[int]) -> None:
    until = time.monotonic() + seconds
    while not stopping and time.monotonic() < until:
        time.sleep(0.1)
