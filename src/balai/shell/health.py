"""What must hold for this installation to serve: each check a sentence, true or not."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from balai.shell.home import home

MINIMUM_POSTGRESQL = 180_000
MINIMUM_FREE_BYTES = 500 * 1024 * 1024
CLOCK_TOLERANCE_S = 5.0


@dataclass(frozen=True, slots=True)
class Check:
    """One check's outcome; `remedy` is said where it failed."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def database() -> Check:
    """The database answers and is new enough."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
    return Check(
        "database",
        version >= MINIMUM_POSTGRESQL,
        f"PostgreSQL {version // 10_000}.{version % 100}",
        "Balai needs PostgreSQL 18 or newer (uuidv7).",
    )


def migrations() -> Check:
    """The tables are at this version."""
    from balai.shell.commands.migrate import pending

    missing = pending()
    return Check("migrations", not missing, f"{missing} to apply", "Run: balai migrate")


def clock() -> Check:
    """This machine's clock agrees with the database's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        apart = abs(float(cursor.fetchone()[0]) - time.time())
    return Check(
        "clock",
        apart < CLOCK_TOLERANCE_S,
        f"{apart:.1f} s from the database's",
        "Set both machines' clocks by NTP.",
    )


def disk() -> Check:
    """There is room for the files."""
    free = shutil.disk_usage(home()).free
    return Check(
        "disk",
        free > MINIMUM_FREE_BYTES,
        f"{free // 1024**2} MiB free",
        f"Free some space for {home()}.",
    )


def hosts() -> Check:
    """The settings name the hosts that may be asked for."""
    return Check(
        "settings",
        bool(settings.SECRET_KEY) and "*" not in settings.ALLOWED_HOSTS,
        f"answers as {', '.join(settings.ALLOWED_HOSTS)}",
        "Name your hosts in BALAI_HOSTS; '*' lets a forged Host header through.",
    )


def ledger() -> Check:
    """The ledger sums to zero."""
    from balai.kernel.ledger import queries

    found = queries.check()
    counts = f"{found.transfers} transfers, {found.broken} breaks"
    return Check("ledger", found.holds, counts, "See: balai ledger verify")


def keys() -> Check:
    """The master keys are those that the database was sealed under."""
    from balai.kernel.custody.checking import look

    found = look()
    return Check("keys", found.ok, found.detail, f"{found.remedy}.")


def worker() -> Check:
    """Queued jobs are taken: a worker lives, and none has been due for more than two minutes."""
    from balai.kernel.jobs import queries

    found = queries.workers()
    return Check("worker", found.holds, found.told, "Run: balai worker")


READY: tuple[Callable[[], Check], ...] = (database, migrations, worker)
ALL = (hosts, *READY, keys, clock, disk, ledger)


def run(checks: tuple[Callable[[], Check], ...]) -> list[Check]:
    """The outcome of each check; one that raises has failed."""
    return [_run(check) for check in checks]


def _run(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever went wrong is the finding
        return Check(check.__name__, False, f"{type(error).__name__}: {error}".splitlines()[0])
