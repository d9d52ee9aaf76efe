"""A real Chromium against the running site; skipped, with the reason, where one is missing.

The site serves the demonstration from a database of its own: the ledger and the events cannot be
emptied between tests.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = ROOT / "build" / "screenshots"


@pytest.fixture(scope="session")
def demonstration(django_db_blocker, tmp_path_factory) -> Iterator[Demonstration]:
    """The demonstration, built once a run and copied for each worker of the run."""
    run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    original = Demonstration(f"test_balai_{run}_demonstration", shared / "demonstration")
    built = Demonstration(f"test_balai_{os.getpid()}_site", tmp_path_factory.mktemp("site"))
    with django_db_blocker.unblock():
        with one_at_a_time(shared / "demonstration.lock"):
            if not original.files.exists():
                build_demonstration(original)
        shutil.copytree(original.files, built.files, dirs_exist_ok=True)
        on_server(f'CREATE DATABASE "{built.database}" TEMPLATE "{original.database}"')
    yield built
    with django_db_blocker.unblock():
        on_server(f'DROP DATABASE "{built.database}" WITH (FORCE)')


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold a lock that other processes of the run wait for."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build_demonstration(original: Demonstration) -> None:
    """Make the demonstration's database and files; the folder of files says that it is whole."""
    from django.core.management import call_command

    from balai.shell.commands.demo import build
    from balai.shell.commands.migrate import install_facts

    def make() -> None:
        call_command("migrate", interactive=False, verbosity=0)
        install_facts()
        build(lambda line: None)

    making = Demonstration(original.database, original.files.with_suffix(".making"))
    making.files.mkdir()
    on_server(f'CREATE DATABASE "{making.database}"')
    with shown(making):
        # In a thread of its own: Playwright's loop runs in this one, and signing starts a loop.
        in_thread(make)
    making.files.rename(original.files)


def in_thread(work: Callable[[], None]) -> None:
    """Do it in another thread, with a connection of its own."""
    from django.db import connection

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


@dataclass(frozen=True)
class Demonstration:
    """Where the demonstration is kept."""

    database: str
    files: Path


@contextmanager
def shown(built: Demonstration) -> Iterator[None]:
    """This process serves the demonstration, in this thread and in others, and is put back."""
    from django.db import connection, connections
    from django.test import override_settings

    before = connection.settings_dict["NAME"]
    connection.close()
    connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = built.database
    try:
        with override_settings(DEMONSTRATION=True, MEDIA_ROOT=built.files):
            yield
    finally:
        connection.close()
        connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = before


def on_server(statement: str) -> None:
    """Execute a statement outside any of the tests' databases."""
    from django.db import connection

    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture(scope="module")
def site(demonstration, django_db_blocker) -> Iterator[str]:
    """The address of the running site. Its threads have their own connections, and commit."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.servers.basehttp import ThreadedWSGIServer
    from django.test.testcases import QuietWSGIRequestHandler

    with django_db_blocker.unblock(), shown(demonstration):
        server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
        server.daemon_threads = True
        server.set_app(StaticFilesHandler(WSGIHandler()))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def signed_in(chromium, site) -> dict[str, object]:
    """Cookies by account, gained at the sign-in form."""
    return {name: sign_in(chromium, site, name) for name in ("transit", "perencana")}


def sign_in(chromium: object, site: str, name: str) -> object:
    from balai.kernel.access.actions.demo import KNOWN_PASSWORD

    context = chromium.new_context(locale="id-ID")
    page = context.new_page()
    page.goto(f"{site}/account/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", KNOWN_PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda address: "login" not in address)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def shots() -> Path | None:
    """Where screenshots are put, to be looked at, where BALAI_SCREENSHOTS asks for them."""
    if not os.environ.get("BALAI_SCREENSHOTS"):
        return None
    SHOTS.mkdir(parents=True, exist_ok=True)
    return SHOTS


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(page: object, rules: Sequence[str] = RULES) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its best practices, or some rules; a line each."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed (run npm ci in frontend/)")
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        """rules => axe.run({runOnly: rules, resultTypes: ["violations"]})
             .then(result => result.violations.flatMap(rule =>
                 rule.nodes.map(node => `${rule.id}: ${node.target.join(" ")}`)))""",
        list(rules),
    )
    return list(found)
