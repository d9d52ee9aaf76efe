"""What keeps a served Balai whole: its embedded database starts again when it dies, and no process
outlives the one that started it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SUPERVISOR = "BALAI_SUPERVISOR"
"""The environment's name for the process that serves; its children leave with it."""
WATCH_SECONDS = 0.5
GRACE_SECONDS = 10.0


def leave_with(parent: int) -> None:
    """End this process when `parent` is gone: with SIGTERM first, so that the work at hand may be
    finished, then at once. A child of a server that was killed would keep its port.
    """

    def watch() -> None:
        while is_alive(parent):
            time.sleep(WATCH_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()


def leave_with_supervisor() -> None:
    """`leave_with` the process that `BALAI_SUPERVISOR` names, where it names another."""
    parent = int(os.environ.get(SUPERVISOR, "0"))
    if parent and parent != os.getpid():
        leave_with(parent)


def is_alive(pid: int) -> bool:
    """Whether a process of this number runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def database_kept() -> Iterator[None]:
    """Start the embedded database again whenever it has died, for as long as the block runs."""
    from balai.shell import postgres

    stopping = threading.Event()

    def keep() -> None:
        while not stopping.wait(WATCH_SECONDS):
            try:
                if postgres.revive():
                    print("PostgreSQL had died and was started again.", file=sys.stderr)
            except postgres.ServerFailedError as error:
                print(error, file=sys.stderr)

    keeper = threading.Thread(target=keep, daemon=True, name="database-keeper")
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        keeper.join(timeout=60)
