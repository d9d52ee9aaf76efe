"""Key files: written once, whole or not at all, readable to their owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """Where this installation keeps its keys (`KEYS_ROOT`), made on first use."""
    path = Path(settings.KEYS_ROOT)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keep(path: Path, content: bytes) -> bytes:
    """Write the file unless it is there; returns what stands in it.

    Those that come at once, processes or threads, agree on the first one's content, and a process
    that is killed leaves no half-written key.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A draft of one's own: one shared by threads would be written to after it was linked.
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        _keep_entry(path.parent)
    return path.read_bytes()


def _keep_entry(parent: Path) -> None:
    """Let the name of a new file outlive a power cut, as its content does."""
    opened = os.open(parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
