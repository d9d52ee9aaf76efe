"""Key files: written once, whole or not at all, readable to their owner only."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """Where this installation keeps its keys (`KEYS_ROOT`), made on first use."""
    path = Path(settings.KEYS_ROOT)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keep(path: Path, content: bytes) -> bytes:
    """Write the file unless it is there; returns what stands in it.

    Two processes that come at once agree on the first one's content, and a process that is killed
    leaves no half-written key.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
