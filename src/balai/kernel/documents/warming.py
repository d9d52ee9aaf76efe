"""What is slow the first time, done before anybody waits for it."""

from __future__ import annotations

from importlib import import_module
from threading import Thread

SLOW = ("pyhanko.sign.signers", "pyhanko.sign.validation", "pyhanko.sign.diff_analysis",
        "pyhanko.stamp", "pyhanko_certvalidator", "typst")  # fmt: skip


def warm() -> Thread:
    """Load what signs and verifies, beside the start: some 0.7 s of a core."""
    thread = Thread(target=load, name="documents-warming", daemon=True)
    thread.start()
    return thread


def load() -> None:
    """Import the modules that are imported late elsewhere."""
    for name in SLOW:
        import_module(name)
