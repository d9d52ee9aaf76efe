"""A city, a resident, and gateways of our own that answer as they are told."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest

from balai.kernel.notices import Message, Recipient
from balai.kernel.regions.actions import install_cities

SARI = UUID("01900000-0000-7000-8000-000000000001")
EMPTY = dict.fromkeys(
    ("MAIL_URL", "MAIL_FROM", "SMS_URL", "SMS_TOKEN", "SMS_FORM", "CHAT_URL", "CHAT_TOKEN",
     "CHAT_FORM", "WEB_PUSH", "PUSH_HOSTS", "CONTACT", "RECEIPT_SECRET", "HUB_SECRET"), "",
)  # fmt: skip


@pytest.fixture
def gateways(settings) -> dict[str, str]:
    """The settings of the gateways, empty at first: change them in the test."""
    settings.NOTICES = dict(EMPTY)
    return settings.NOTICES


@pytest.fixture
def city(db) -> None:
    install_cities()


@pytest.fixture
def message(city) -> Callable[..., Message]:
    """A notice to Sari, with what the test wants otherwise."""

    def make(channels: dict[str, str] | None = None, **changes: Any) -> Message:
        to = Recipient(
            person_id=changes.pop("person_id", SARI), name="Sari Wulandari",
            language=changes.pop("language", "id"), channels=channels or {},
            region_code=changes.pop("region_code", ""),
        )  # fmt: skip
        told = {"kind": "notices.trial", "city": "makassar", "values": {"name": "Sari"}}
        return Message(to=to, **{**told, **changes})

    return make


@dataclass
class Request:
    """A request that the fake gateway took."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class FakeHttp:
    """A gateway over HTTP: answers in turn with `answers` (status, headers, body)."""

    address: str = ""
    taken: list[Request] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    hold: threading.Event | None = None


@pytest.fixture
def http_gateway() -> Iterator[FakeHttp]:
    fake = FakeHttp()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            fake.taken.append(Request(self.path, dict(self.headers), body))
            if fake.hold is not None:
                fake.hold.wait(10)
            answers = fake.answers
            status, headers, content = answers.pop(0) if answers else (200, {}, b'{"id": "g-1"}')
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield fake
    server.shutdown()
    server.server_close()


@dataclass
class FakeMail:
    """A mail server: `refuse` answers a command (MAIL, RCPT, DATA, .) with a line instead."""

    url: str = ""
    messages: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def mail_server() -> Iterator[FakeMail]:
    fake = FakeMail()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 fake")
            while line := self.rfile.readline():
                verb = line.split(b":")[0].split()[0].upper().decode() if line.strip() else ""
                if verb in fake.refuse:
                    self.say(fake.refuse[verb])
                elif verb == "DATA":
                    self.say("354 go on")
                    self.take()
                else:
                    self.say("250 fake" if verb != "QUIT" else "221 bye")

        def take(self) -> None:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line)
            if "." in fake.refuse:
                self.say(fake.refuse["."])
                return
            fake.messages.append(b"".join(lines).decode())
            self.say("250 taken")

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    fake.url = f"smtp://127.0.0.1:{server.server_address[1]}?tls=none"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield fake
    server.shutdown()
    server.server_close()
