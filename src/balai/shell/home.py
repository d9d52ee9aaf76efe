"""Where this installation keeps its files, and the secret it signs cookies with."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The checkout: src/balai/shell/home.py is three folders down."""


def home() -> Path:
    """The folder of this installation's data: `BALAI_HOME`, or `var` in the checkout."""
    folder = Path(os.environ.get("BALAI_HOME") or ROOT / "var").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key() -> str:
    """`BALAI_SECRET_KEY`, or a key made at the first start and kept readable to its owner only."""
    given = os.environ.get("BALAI_SECRET_KEY")
    return given or _kept_secret(home() / "secret_key")


def _kept_secret(path: Path) -> str:
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
