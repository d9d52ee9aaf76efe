"""A job that counts in the database, and a worker process for it that the tests kill."""

from __future__ import annotations

import sys
import time

LEASE_S = 1.0


def declare() -> None:
    """Declare the job: `much` steps, each of which adds a row and dawdles before and after."""
    from django.db import connection

    from balai.kernel.jobs import Work, job

    @job("crash.count", title={"id": "Hitung", "en": "Count"})
    def count(work: Work, *, much: int, dawdle: float) -> dict[str, int]:
        for number in range(much):
            with work.step(f"step {number}") as fresh:
                if fresh:
                    with connection.cursor() as cursor:
                        cursor.execute("INSERT INTO crash_effect (job, n) VALUES (%s, %s)",
                                       [work.id, number])  # fmt: skip
                time.sleep(dawdle)
            work.progress(number + 1, much)
        return {"much": much}


def main() -> None:
    """Run a worker against the test's database (its name is the first argument)."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    import signal
    from datetime import timedelta

    from balai.kernel.jobs import taking, work
    from balai.kernel.jobs.runner import Runner

    work.LEASE = taking.LEASE = timedelta(seconds=LEASE_S)
    declare()
    runner = Runner(idle_s=0.05, beat_s=0.2)
    signal.signal(signal.SIGTERM, lambda *_: runner.stop.set())
    runner.run()


if __name__ == "__main__":
    main()
