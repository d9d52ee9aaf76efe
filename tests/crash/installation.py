"""A served Balai of its own, whose parts can be killed at any moment."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

START_SECONDS = 120.0
TARGETS = ("server", "web process", "jobs worker", "PostgreSQL", "a backend of PostgreSQL")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """A folder, a port, and the processes that serve it."""

    home: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @cached_property
    def environment(self) -> dict[str, str]:
        """What its processes run in: nothing of the tests' own settings."""
        mine = ("DATABASE_", "BALAI_", "DJANGO_")
        given = {k: v for k, v in os.environ.items() if not k.startswith(mine)}
        return {**given, "BALAI_HOME": str(self.home)}

    @cached_property
    def database_folder(self) -> Path:
        """Where its PostgreSQL keeps its files."""
        return Path(self.python("from balai.shell import postgres; print(postgres.data_folder())"))

    def balai(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the command line to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "balai", *arguments], env=self.environment,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert not check or done.returncode == 0, f"balai {arguments}: {done.stderr}"
        return done

    def python(self, code: str) -> str:
        """Run code inside the installation, as the role that serves."""
        done = subprocess.run(
            [sys.executable, "-c", f"from balai.shell import start\nstart.django()\n{code}"],
            env=self.environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self) -> None:
        """Serve, and wait until requests are answered."""
        log = (self.home / "serve.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "balai", "serve", "--port", str(self.port),
             "--workers", "2", "--threads", "3"],
            env=self.environment, stdout=log, stderr=log,
        )  # fmt: skip
        self.until_it_answers()

    def stop(self) -> None:
        """End it in the ordinary way."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)

    def until_it_answers(self) -> None:
        """Wait until a page that asks the database is answered."""
        until(lambda: self.get("/")[0] == 200, START_SECONDS, f"port {self.port} answers")

    def get(self, path: str) -> tuple[int, Any]:
        """The status and JSON (or None) of a GET; status 0 where nobody answers."""
        return self._ask(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}"))

    def post(self, path: str, body: Any, *, token: str, key: str) -> tuple[int, Any]:
        """The status and JSON of a POST with an idempotency key; 0 where nobody answers."""
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key,
                   "Content-Type": "application/json"}  # fmt: skip
        return self._ask(
            urllib.request.Request(
                f"http://127.0.0.1:{self.port}{path}", json.dumps(body).encode(), headers
            )
        )

    def kill(self, target: str, chance: random.Random) -> None:
        """`kill -9` a part of it, and start again what nothing else starts."""
        for pid in self.pids(target, chance):
            os.kill(pid, signal.SIGKILL)
        if target == "server" and self.process:
            self.process.wait(timeout=30)
            until(lambda: is_free(self.port), 30, "the port is free again")
            self.start()
        else:
            self.until_it_answers()

    def pids(self, target: str, chance: random.Random) -> list[int]:
        """The process that a target names now; empty where it is just away."""
        assert self.process is not None
        if target == "server":
            return [self.process.pid]
        if target in {"PostgreSQL", "a backend of PostgreSQL"}:
            return self._database(target, chance)
        found = [
            (pid, command) for pid in children(self.process.pid) if (command := command_of(pid))
        ]
        mark = "worker --parent" if target == "jobs worker" else "balai serve"
        pids = [pid for pid, command in found if mark in command]
        return [chance.choice(pids)] if pids else []

    def _database(self, target: str, chance: random.Random) -> list[int]:
        file = self.database_folder / "postmaster.pid"
        if not file.exists():
            return []
        postmaster = int(file.read_text().split()[0])
        if target == "PostgreSQL":
            return [postmaster]
        backends = [pid for pid in children(postmaster) if "balai_app" in command_of(pid)]
        return [chance.choice(backends)] if backends else []

    def _ask(self, request: urllib.request.Request) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, _json(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, _json(error.read())
        except (OSError, urllib.error.URLError, ValueError):
            return 0, None
        except Exception:  # noqa: BLE001 - a connection cut in the middle raises many things
            return 0, None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(each) for each in task.read_text().split()]
    return found


def command_of(pid: int) -> str:
    """A process's command line; empty where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def is_free(port: int) -> bool:
    """Whether nobody listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def until(true: Any, seconds: float, what: str) -> None:
    """Wait until it is true; AssertionError with `what` where it does not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.1)
    raise AssertionError(f"after {seconds:g} s it is still not so that {what}")
