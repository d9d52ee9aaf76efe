"""What the job queue lacks: freeing the jobs of a worker that was killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

RUNNING_AT_MOST = timedelta(minutes=30)


def reap_orphans(*, older_than: timedelta = RUNNING_AT_MOST) -> int:
    """Put jobs back in the queue whose worker can no longer be alive; returns how many.

    A killed worker leaves its job RUNNING for ever. Jobs are idempotent, so running one again is
    safe.
    """
    from django_tasks.base import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    with transaction.atomic():
        return int(
            DBTaskResult.objects.filter(
                status=TaskResultStatus.RUNNING, started_at__lt=timezone.now() - older_than
            ).update(status=TaskResultStatus.READY, started_at=None)
        )


def stop_with(parent: int) -> None:
    """End this process (SIGTERM: the job at hand is finished first) when `parent` is gone."""

    def watch() -> None:
        while _alive(parent):
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
