"""Bringing Balai up inside this process: the database's server, then Django."""

from __future__ import annotations

import atexit
import os


def django(*, owner: bool = False) -> None:
    """Start the embedded server if it is ours to start, and set Django up.

    `owner` connects as the role that may migrate. Must come before anything that reads settings.
    """
    if owner:
        os.environ["BALAI_DATABASE_ROLE"] = "owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.shell.settings")
    from balai.shell import database, postgres

    if database.is_embedded():
        postgres.ensure_running()
        atexit.register(postgres.release)
    import django as framework

    framework.setup()


def has_database() -> bool:
    """Whether a database is named, or Balai's own was set up; brings nothing up."""
    from balai.shell import database, postgres

    return not database.is_embedded() or (postgres.data_folder() / "PG_VERSION").exists()
