"""Work that starts an event loop of its own, also where the thread has one already."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def apart(work: Callable[[], T]) -> T:
    """What `work` returns or raises; run in a thread beside where this one has a running loop.

    pyHanko's plain functions call `asyncio.run`, which a server or a browser's driver that runs a
    loop forbids. `work` must not use the database: the thread would have a connection of its own.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work).result()
