"""A real Chromium against the running site; skipped, with the reason, where one is missing."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
BUILT = ROOT / "build" / "static" / "balai" / "base.css"
SHOTS = ROOT / "build" / "screenshots"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
]  # fmt: skip

# Playwright's synchronous interface runs a loop in this thread, which Django would take for
# asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    found = os.environ.get("BALAI_CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.skip("no Chromium on this machine (install it, or set BALAI_CHROMIUM)")
    if not BUILT.exists():
        pytest.skip("the styles are not built (run make setup)")
    if not AXE.exists():
        pytest.skip("axe-core is not installed (run npm ci in frontend/)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(db: None) -> Iterator[str]:
    """The address of the running site, on the test's own connection: all is rolled back."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.servers.basehttp import ThreadedWSGIServer
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections, connections
    from django.test.testcases import QuietWSGIRequestHandler

    from balai.kernel.regions.actions import install_cities

    class Server(ThreadedWSGIServer):
        def _close_connections(self) -> None:
            """The connection is the test's: it stays open."""

    install_cities()
    connection = connections["default"]
    connection.inc_thread_sharing()
    # A request that ends after the test would close the connection under the next one.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    server = Server(
        ("127.0.0.1", 0), QuietWSGIRequestHandler,
        connections_override={connection.alias: connection},
    )  # fmt: skip
    server.set_app(StaticFilesHandler(WSGIHandler()))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    connection.dec_thread_sharing()


@pytest.fixture
def shots() -> Path:
    """Where screenshots are put, to be looked at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    return SHOTS


def faults(page: object) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its best practices, a line each."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        """() => axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
                                    "best-practice"]})
             .then(result => result.violations.flatMap(rule =>
                 rule.nodes.map(node => `${rule.id}: ${node.target.join(" ")}`)))"""
    )
    return list(found)
