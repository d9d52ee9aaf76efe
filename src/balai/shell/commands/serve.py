"""`balai serve`: the site, its API and a worker, in one command."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from ipaddress import ip_address

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=3, show_default=True, type=click.IntRange(1, 64))
@click.option("--demo", is_flag=True, help="Name the demonstration's sign-ins.")
@click.option("--check-port", is_flag=True, help="Only say whether the port is free.")
def serve(host: str, port: int, workers: int, threads: int, demo: bool, check_port: bool) -> None:
    """Serve the site and its API, with a worker for jobs, until Ctrl-C."""
    host = "127.0.0.1" if host == "localhost" else host
    refuse_taken_port(host, port)
    if check_port:
        return
    shown = shown_address(host, port)
    os.environ.setdefault("BALAI_PUBLIC_URL", shown)
    os.environ["BALAI_DEMO"] = "1" if demo else os.environ.get("BALAI_DEMO", "0")
    os.environ.setdefault("BALAI_POOL", str(threads + 1))
    from balai.shell import database, start, supervision

    start.django()
    from balai.shell.commands.migrate import pending

    if pending():
        raise click.ClickException("The database is not at this version. Run: balai migrate")
    refuse_other_keys()
    os.environ[supervision.SUPERVISOR] = str(os.getpid())
    with supervision.database_kept() if database.is_embedded() else nullcontext(), _worker():
        click.echo(f"Balai is at {shown} (Ctrl-C stops it)", err=True)
        _leave_connections()
        _run_granian(host, port, workers, threads)


def refuse_other_keys() -> None:
    """ClickException, with the mend, unless the master keys are those of the database."""
    from balai.kernel.custody.checking import look

    if not (found := look()).ok:
        raise click.ClickException(f"The keys: {found.detail}. {found.remedy}")


def shown_address(host: str, port: int) -> str:
    """The address for people. This machine is called `localhost`, by which a browser lets passkeys
    work without https; it refuses them at a bare IP address.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return f"http://{host}:{port}"
    if address.is_loopback or address.is_unspecified:
        return f"http://localhost:{port}"
    return f"http://{f'[{host}]' if address.version == 6 else host}:{port}"


def refuse_taken_port(host: str, port: int) -> None:
    """UsageError, saying how to choose another, where something listens on the port already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.UsageError(
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                f"Choose another: make run PORT={port + 1}"
            ) from error


def _leave_connections() -> None:
    """Close this process's connections: the server forks, and a pool's threads do not follow."""
    from django.db import connection

    connection.close()
    connection.close_pool()


def _run_granian(host: str, port: int, workers: int, threads: int) -> None:
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "balai.shell.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        log_enabled=bool(os.environ.get("BALAI_LOG")),
    ).serve()


@contextmanager
def _worker() -> Iterator[None]:
    command = [sys.executable, "-m", "balai", "worker", "--parent", str(os.getpid())]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
