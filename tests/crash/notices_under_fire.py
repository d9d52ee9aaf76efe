"""A worker process that sends notices to the test's gateway, and that the tests kill."""

from __future__ import annotations

import sys


def main() -> None:
    """Send against the test's database (first argument) through a gateway (second)."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    settings.NOTICES = {"SMS_URL": sys.argv[2]}
    django.setup()
    from datetime import timedelta

    from balai.kernel.jobs import taking, work
    from balai.kernel.jobs.runner import Runner
    from balai.kernel.notices.actions import deliver

    work.LEASE = taking.LEASE = timedelta(seconds=1)
    # Long enough that a living worker on a slow machine is not taken for a dead one.
    deliver.LOST_AFTER = timedelta(seconds=5)
    Runner(idle_s=0.05, beat_s=0.2).run()


if __name__ == "__main__":
    main()
