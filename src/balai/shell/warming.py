"""What is slow the first time, done beside a server's start."""

from __future__ import annotations

import gc
from threading import Thread

from balai.kernel.cases import warming as cases
from balai.kernel.documents import warming as documents
from balai.transit import warming as travel


def warm() -> Thread:
    """Load what the rooms would load at their first question, then leave it out of the collector's
    rounds: walking through all that was imported takes it some 200 ms, in the midst of a request.
    """
    thread = Thread(target=_warm, name="warming", daemon=True)
    thread.start()
    travel.warm()
    return thread


def _warm() -> None:
    for each in (cases.warm(), documents.warm()):
        each.join()
    gc.collect()
    gc.freeze()
