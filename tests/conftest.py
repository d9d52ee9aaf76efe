"""The fixtures every test may use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from psycopg import sql

from balai.shell import database, postgres

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "build" / "static" / "balai" / "base.css"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
]  # fmt: skip
SHARED = Path(os.environ.get("BALAI_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")

# Playwright's synchronous interface runs a loop in this thread, which Django would take for
# asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure(config: pytest.Config) -> None:
    if database.is_embedded() and not hasattr(config, "workerinput"):
        postgres.ensure_running()
        # Those of runs that were killed: their names tell a process that is dead.
        drop_databases_of(lambda pid: not is_alive(pid))


def drop_databases_of(meant: Callable[[int], bool]) -> None:
    """Drop the tests' databases whose names tell such a process."""
    with psycopg.connect(
        host=str(postgres.socket_folder()), user=postgres.OWNER, dbname="postgres", autocommit=True
    ) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'test\\_balai\\_%'"
        ).fetchall()
        for (name,) in found:
            if meant(int(name.split("_")[2])):
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def pytest_unconfigure(config: pytest.Config) -> None:
    if database.is_embedded() and not hasattr(config, "workerinput"):
        drop_databases_of(lambda pid: pid == os.getpid())
        postgres.release()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real inputs: feeds, regions, plans. Nothing from it is kept in the project."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real inputs is absent (set BALAI_SHARED_DATA)")
    return SHARED


KEPT_BY_THREADS = (
    "regions_boundary", "regions_othercode", "regions_formername", "regions_regionlist",
    "regions_city", "regions_region", "access_throttle",
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def _leave_no_regions(django_db_blocker):
    """Tests with threads commit, and limits are counted beside the transaction: what a module
    leaves of regions and limits is swept, so that no module meets another's.
    """
    yield
    if not str(connection.settings_dict["NAME"]).startswith("test_"):
        return
    with django_db_blocker.unblock():
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for table in KEPT_BY_THREADS:
                cursor.execute(f"DELETE FROM {table}")
        connection.close()


@pytest.fixture
def as_application(db):
    """Act as the role that serves: the tests' own role passes every row policy."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {postgres.APPLICATION}")
        yield
        cursor.execute("RESET ROLE")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the site's clock: it shows the given moment now, and goes on from there.

    For tests of pages and jobs over days that are fixed: they hold whenever they are run.
    """
    real = timezone.now

    def set_to(moment: datetime) -> None:
        ahead = moment - real()
        monkeypatch.setattr(timezone, "now", lambda: real() + ahead)

    return set_to


@pytest.fixture
def feed_path(shared_data: Path):
    """The path of a real GTFS feed by its short name: `jakarta_tj` or `manila`."""

    def path(name: str) -> Path:
        return shared_data / "transit" / f"{name}.gtfs.zip"

    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A real browser, one for all tests of this process; skipped where there is none."""
    found = os.environ.get("BALAI_CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.skip("no Chromium on this machine (install it, or set BALAI_CHROMIUM)")
    if not BUILT.exists():
        pytest.skip("the styles are not built (run make setup)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()
