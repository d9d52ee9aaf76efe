"""A worker process that imports residents in small batches, and that the tests kill."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

BATCH_ROWS = 40
ON_DISK = "django.core.files.storage.FileSystemStorage"


def main() -> None:
    """Work against a database, with the keys and files of a folder (the two arguments)."""
    import django
    from django.conf import settings

    name, folder = sys.argv[1], Path(sys.argv[2])
    settings.DATABASES["default"]["NAME"] = name
    settings.KEYS_ROOT, settings.MEDIA_ROOT = folder / "keys", folder / "files"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": ON_DISK}}
    django.setup()
    from datetime import timedelta

    from django.db.backends.signals import connection_created

    from balai.kernel.jobs import taking, work
    from balai.kernel.jobs.runner import Runner
    from balai.kernel.people.intake import process
    from balai.shell import postgres

    def serve(connection: Any, **_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {postgres.APPLICATION}")

    connection_created.connect(serve, weak=False)
    work.LEASE = taking.LEASE = timedelta(seconds=1)
    process.batches = partial(process.batches, size=BATCH_ROWS)
    Runner(idle_s=0.05, beat_s=0.2).run()


if __name__ == "__main__":
    main()
