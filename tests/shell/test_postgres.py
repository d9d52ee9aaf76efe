"""The embedded PostgreSQL: shared, restartable, and never in the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured

from balai.shell import database

ENSURE = "from balai.shell import postgres; print(postgres.ensure_running())"


@pytest.fixture
def elsewhere(tmp_path: Path):
    """An installation of its own in a private folder; its server is stopped at the end."""
    folder = tmp_path / "installation"
    yield {**os.environ, "BALAI_HOME": str(folder)}
    run(
        "from balai.shell import postgres; postgres.ensure_running(); postgres.release()",
        {**os.environ, "BALAI_HOME": str(folder)},
    )


def run(code: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
def test_starters_at_once_share_one_server(elsewhere: dict[str, str]) -> None:
    starters = [
        subprocess.Popen([sys.executable, "-c", ENSURE], env=elsewhere, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    said = [each.communicate(timeout=120)[0].decode().strip() for each in starters]
    assert all(each.returncode == 0 for each in starters)
    assert said.count("True") == 1


@pytest.mark.slow
def test_a_killed_server_starts_again_with_its_data(elsewhere: dict[str, str]) -> None:
    run(ENSURE, elsewhere)
    where = "from balai.shell import postgres as p; print(p.socket_folder(), p.data_folder())"
    sockets, data = run(where, elsewhere).split()
    with psycopg.connect(host=sockets, user="balai_owner", dbname="balai") as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (42)")
    os.kill(int(Path(data, "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    run(ENSURE, elsewhere)
    with (
        psycopg.connect(host=sockets, user="balai_app", dbname="balai") as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT n FROM kept")
    with psycopg.connect(host=sockets, user="balai_owner", dbname="balai") as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (42,)


def test_a_database_address_is_taken_apart() -> None:
    found = database.settings_of_url(
        "postgresql://ana:p%40ss@db.example:5433/balai?sslmode=require"
    )
    assert found == {
        "NAME": "balai",
        "USER": "ana",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize(
    ("url", "said"),
    [("mysql://db/balai", "postgresql://"), ("postgresql://db", "names no database")],
)
def test_an_address_that_cannot_serve_is_refused(url: str, said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        database.settings_of_url(url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://db/balai", "must begin with postgresql://"),
        ("postgresql://balai@127.0.0.1:9/balai", "The database cannot be reached"),
    ],
)
def test_a_wrong_address_is_told_in_plain_words(url: str, said: str) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "balai.shell.settings",
    }
    environment.pop("DATABASE_OWNER_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "balai", "migrate"],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode in {1, 2}
    assert said in done.stderr
    assert "Traceback" not in done.stderr
