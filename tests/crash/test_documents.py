"""Killed between signing and recording: what counts as signed verifies, numbers have no gap."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections

from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.documents import actions, sealing
from balai.kernel.documents.models import Document, File, PublicRecord, Signature
from balai.kernel.documents.verifying import verify_pdf
from crash import documents_under_fire
from kernel.documents.conftest import build_hall

ROUNDS = 20
SCRIPT = Path(documents_under_fire.__file__)


@pytest.fixture
def own_database(django_db_blocker) -> Iterator[str]:
    """A database of this test's own: what is issued is never deleted again."""
    others = connections["default"]
    own = others.copy()
    name = own.settings_dict["NAME"] = f"test_balai_{os.getpid()}_documents"
    place = {**own.get_connection_params(), "dbname": "postgres"}
    known = {key: place[key] for key in ("host", "port", "user", "password", "dbname")
             if place.get(key)}  # fmt: skip
    with django_db_blocker.unblock(), psycopg.connect(**known, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        connections["default"] = own
        call_command("migrate", interactive=False, verbosity=0)
        yield name
        own.close()
        connections["default"] = others
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.slow
def test_no_kill_leaves_a_document_signed_without_bytes_that_verify(
    own_database, settings, tmp_path
) -> None:
    settings.KEYS_ROOT = tmp_path
    build_hall()
    chance = random.Random(20261122)
    command = [sys.executable, str(SCRIPT), own_database, str(tmp_path)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "balai.shell.test_settings"}
    seen: set[int] = set()
    with subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as office:  # fmt: skip
        assert office.stdin is not None
        assert office.stdout is not None
        for _ in range(ROUNDS):
            before = Signature.objects.exclude(signed_at=None).count()
            print("work", file=office.stdin, flush=True)
            worker = int(office.stdout.readline())
            until_signed(before + 1)
            time.sleep(chance.uniform(0, 0.2))
            os.kill(worker, signal.SIGKILL)
            seen |= checked(seen)
        office.stdin.close()
    assert len(seen) >= ROUNDS
    assert_numbered_without_gap()
    sign_what_waits()
    checked(seen)
    assert not Document.objects.exclude(state="signed").exists()


def until_signed(count: int) -> None:
    give_up = time.monotonic() + 60
    while Signature.objects.exclude(signed_at=None).count() < count:
        assert time.monotonic() < give_up, "waited too long"
        time.sleep(0.01)


def checked(seen: set[int]) -> set[int]:
    """The signatures recorded since: each refers to stored bytes that verify."""
    rows = Signature.objects.exclude(signed_at=None).exclude(pk__in=seen)
    found = list(rows.select_related("document", "file"))
    for each in found:
        assert each.file is not None
        assert verify_pdf(sealing.open_file(bytes(each.file.sealed), each.document.id)).valid
        assert PublicRecord.objects.get(pk=each.document.code).state == "signed"
        assert each.document.state == "signed"
    # One statement: the killed process's last commit may land between two.
    strays = File.objects.filter(step__gt=0).exclude(signature__signed_at__isnull=False)
    assert not strays.exists(), "bytes of no record"
    return {each.pk for each in found}


def assert_numbered_without_gap() -> None:
    numbers = [
        int(each.split("/")[1]) for each in Document.objects.values_list("number", flat=True)
    ]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def sign_what_waits() -> None:
    head = User.objects.get(username="kades")
    for each in Document.objects.filter(state="waiting"):
        actions.sign(each.id, user=head, by=Origin("kades", None, "test"), proved=True)
