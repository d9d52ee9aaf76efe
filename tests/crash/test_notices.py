"""Workers are killed while they send: every notice arrives, always under its one number."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction

from balai.kernel.jobs import start
from balai.kernel.notices import Message, Recipient, send
from balai.kernel.notices.models import Delivery, Notice
from crash import notices_under_fire

SCRIPT = Path(notices_under_fire.__file__)
COUNT, ROUNDS = 60, 5
SWEPT = ("notices_delivery", "notices_notice", "events_event", "jobs_line", "jobs_step",
         "jobs_pulse", "jobs_job", "jobs_worker", "jobs_schedulemark")  # fmt: skip
pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(db) -> Iterator[None]:
    """What the test does is committed, beside its transaction, and swept away afterwards."""
    inside = connections["default"]
    connections["default"] = inside.copy()
    assert str(connection.settings_dict["NAME"]).startswith("test_")
    yield
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in SWEPT:
            cursor.execute(f"DELETE FROM {table}")
    connection.close()
    connections["default"] = inside


@pytest.fixture
def gateway() -> Iterator[tuple[str, Counter[str]]]:
    """A gateway that dawdles; it counts how often it was handed each reference."""
    taken: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            taken[body["reference"]] += 1
            time.sleep(0.02)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"id": body["reference"]}).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", taken
    server.shutdown()
    server.server_close()


@pytest.mark.slow
def test_workers_killed_while_they_send_lose_no_notice_and_make_no_second(
    committed, gateway
) -> None:
    address, taken = gateway
    chance = random.Random(20261122)
    for number in range(COUNT):
        to = Recipient(person_id=uuid4(), channels={"sms": "+6281234567890"})
        send(Message(kind="notices.trial", to=to, values={"name": "Sari"}), key=f"fire/{number}")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "balai.shell.test_settings"}
    command = [sys.executable, str(SCRIPT), str(connection.settings_dict["NAME"]), address]
    workers = [subprocess.Popen(command, env=environment) for _ in range(2)]
    cut_off: set[str] = set()
    try:
        for _ in range(ROUNDS):
            before = sum(taken.values())
            _until(lambda before=before: sum(taken.values()) > before or _all_sent())
            time.sleep(chance.uniform(0, 0.1))
            victim = chance.randrange(2)
            workers[victim].kill()
            workers[victim].wait()
            cut_off |= _at_the_gateway()
            workers[victim] = subprocess.Popen(command, env=environment)
            start("notices.dispatch", slot="now")
        _until(lambda: start("notices.dispatch", slot="now") and _all_sent())
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    assert Notice.objects.count() == COUNT
    assert set(taken) == {str(each) for each in Delivery.objects.values_list("pk", flat=True)}
    assert len(taken) == COUNT
    # Only what was at the gateway when a worker was killed is handed over again; once a kill.
    assert {reference for reference, times in taken.items() if times > 1} <= cut_off
    assert max(taken.values()) <= 1 + ROUNDS


def _at_the_gateway() -> set[str]:
    return {
        str(each) for each in Delivery.objects.filter(state="sending").values_list("pk", flat=True)
    }


def _all_sent() -> bool:
    return not Delivery.objects.exclude(state="sent").exists()


def _until(condition, *, seconds: float = 120) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "waited too long"
        time.sleep(0.05)
