"""A worker is killed while it imports residents: each is there once, and the report adds up."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection, connections, transaction

from balai.kernel.access.origin import Origin
from balai.kernel.jobs.models import Step
from balai.kernel.people.intake.actions import begin_import
from balai.kernel.people.intake.generated import as_csv, residents
from balai.kernel.people.models import (
    AsideRow,
    HouseholdNumber,
    Identifier,
    ImportEffect,
    ImportIssue,
    Member,
    Person,
    ResidentImport,
)
from balai.kernel.people.numbers import index_of
from crash import import_under_fire
from kernel.people.intake.conftest import banyuwangi  # noqa: F401

SCRIPT = Path(import_under_fire.__file__)
ROWS, KILLS, BROKEN_EVERY = 800, 3, 100
VILLAGES = ["35.10.19.2001", "35.10.19.2002", "35.10.20.2001", "35.10.20.2002"]
SWEPT = ("people_", "jobs_", "regions_", "events_event", "access_audit")
pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(db, settings, tmp_path) -> Iterator[None]:
    """What the test does is committed, beside its transaction, and swept away afterwards."""
    settings.KEYS_ROOT, settings.MEDIA_ROOT = tmp_path / "keys", tmp_path / "files"
    settings.STORAGES = {
        **settings.STORAGES, "default": {"BACKEND": import_under_fire.ON_DISK}
    }  # fmt: skip
    inside = connections["default"]
    connections["default"] = inside.copy()
    assert str(connection.settings_dict["NAME"]).startswith("test_")
    held = _counted()
    yield
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in held.items():
            if not rows:
                cursor.execute(f"DELETE FROM {table}")
    connection.close()
    connections["default"] = inside


def _counted() -> dict[str, int]:
    tables = [name for name in connection.introspection.table_names() if name.startswith(SWEPT)]
    with connection.cursor() as cursor:
        return {
            name: cursor.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables
        }


@pytest.fixture
def begin(committed, tmp_path) -> Iterator:
    """Start a worker; those that still run are ended afterwards."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "balai.shell.test_settings"}
    command = [sys.executable, str(SCRIPT), str(connection.settings_dict["NAME"]), str(tmp_path)]
    begun: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        begun.append(subprocess.Popen(command, env=environment))
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_a_worker_killed_while_it_imports_loses_nobody_and_takes_nobody_twice(
    begin, banyuwangi  # noqa: F811
) -> None:  # fmt: skip
    frame = residents(ROWS, villages=VILLAGES, seed=20261122)
    lines = as_csv(frame).decode().splitlines()
    broken = range(BROKEN_EVERY, ROWS, BROKEN_EVERY)
    for at in broken:
        cells = lines[at].split(";")
        cells[lines[0].split(";").index("TGL_LHR")] = "31-02-1990"
        lines[at] = ";".join(cells)
    taken = begin_import("\n".join(lines).encode(), city=banyuwangi, file_name="warga.csv",
                         by=None, origin=Origin("petugas", None, "test"))  # fmt: skip
    chance = random.Random(7)
    worker, kills = begin(), 0
    while kills < KILLS and not _ended(taken):
        done = Step.objects.count()
        _until(lambda done=done: Step.objects.count() > done or _ended(taken))
        time.sleep(chance.uniform(0, 0.15))
        worker.kill()
        worker.wait()
        worker, kills = begin(), kills + 1
    _until(lambda: _ended(taken))
    assert kills == KILLS, "it was killed in the middle each time"
    taken.refresh_from_db()
    good = ROWS - len(broken)
    assert taken.state == "done"
    assert taken.counts == {"read": ROWS, "added": good, "changed": 0, "unchanged": 0,
                            "repeated": 0, "aside": len(broken)}  # fmt: skip
    sound = [nik for at, nik in enumerate(frame["NIK"], 1) if at not in broken]
    expected = sorted(index_of("nik", nik) for nik in sound)
    assert sorted(map(bytes, Identifier.objects.values_list("index", flat=True))) == expected
    assert Person.objects.count() == good
    assert ImportEffect.objects.filter(kind="person-added").count() == good
    assert sorted(AsideRow.objects.values_list("row", flat=True)) == [at + 1 for at in broken]
    assert ImportIssue.objects.filter(severity="error").count() == len(broken)
    assert Member.objects.values("person").distinct().count() == Member.objects.count()
    cards = HouseholdNumber.objects.values_list("index", flat=True)
    assert len(set(map(bytes, cards))) == len(cards)
    assert not default_storage.exists(f"people/imports/{taken.pk}.sealed")


def _ended(taken: ResidentImport) -> bool:
    return ResidentImport.objects.filter(pk=taken.pk, state="done").exists()


def _until(condition, *, seconds: float = 120) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "waited too long"
        time.sleep(0.02)
