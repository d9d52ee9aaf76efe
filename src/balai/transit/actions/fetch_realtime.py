"""Fetching real-time messages from publishers, without being led into our own network.

A source's address is what an officer wrote: its host must resolve to public addresses alone, the
connection goes to the very address that was checked (a second lookup could answer otherwise), and
redirects are not followed. `REALTIME_PRIVATE_HOSTS` in the settings names hosts of the authority's
own network that may be asked all the same.
"""

from __future__ import annotations

import ipaddress
import socket
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils import timezone

from balai.kernel.keys import open_sealed
from balai.transit.actions.receive_realtime import Receipt, note_problem, receive_message
from balai.transit.engine.realtime import RealtimeRefused
from balai.transit.engine.realtime.decode import MOST_BYTES
from balai.transit.models import RealtimeSource

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

CONNECT_S, READ_S = 4.0, 10.0
SEALED_FOR = "transit-realtime"


class FetchError(Exception):
    """A source could not be fetched; the message says why and holds no secret."""


def fetch_due(now: datetime | None = None) -> dict[str, int]:
    """Fetch every active source whose time has come; returns how many were taken, and failed."""
    now = now or timezone.now()
    done = {"taken": 0, "repeated": 0, "failed": 0}
    for source in RealtimeSource.objects.filter(active=True).exclude(url=""):
        if source.asked_at and now - source.asked_at < timedelta(seconds=source.poll_s):
            continue
        try:
            done["repeated" if fetch_source(source, now).repeated else "taken"] += 1
        except (FetchError, RealtimeRefused) as error:
            note_problem(source, now, str(error))
            done["failed"] += 1
    return done


def fetch_source(source: RealtimeSource, now: datetime) -> Receipt:
    """Fetch one source and take its message in. Raises FetchError and RealtimeRefused."""
    headers = {"Accept": "application/x-protobuf", "User-Agent": "Balai"}
    if source.header_name and source.header_secret:
        sealed = bytes(source.header_secret)
        headers[source.header_name] = open_sealed(SEALED_FOR, sealed, about=str(source.pk))
    return receive_message(source, fetch(source.url, headers), now=now)


def fetch(url: str, headers: dict[str, str]) -> bytes:
    """The body at an address of the public network. Raises FetchError."""
    from urllib3.exceptions import HTTPError

    parts = check_address(url)
    try:
        answer = _ask(parts, public_address(parts.hostname or ""), headers)
        try:
            return _body(answer)
        finally:
            answer.release_conn()
    except (HTTPError, OSError) as error:
        raise FetchError(f"The source does not answer ({type(error).__name__})") from None


def check_address(url: str) -> SplitResult:
    """The parts of an address that may be asked: http or https, a host, no user in it."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or "@" in parts.netloc or len(url) > 2000:
        raise FetchError("The address must begin with https:// and name a host")
    return parts


def public_address(host: str) -> str:
    """An address of the host that is safe to connect to. Raises FetchError where one is not."""
    try:
        found = {row[4][0] for row in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise FetchError(f"The host {host[:100]} is not found") from None
    allowed = host in getattr(settings, "REALTIME_PRIVATE_HOSTS", ())
    if not allowed and not all(_is_public(str(each)) for each in found):
        raise FetchError(f"The host {host[:100]} lies within a private network")
    return str(min(found))


def _is_public(address: str) -> bool:
    told = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    mapped = getattr(told, "ipv4_mapped", None)
    told = mapped or told
    return told.is_global and not told.is_multicast


def _ask(parts: SplitResult, address: str, headers: dict[str, str]) -> BaseHTTPResponse:
    """Send the request to the checked address, under the host's own name (and certificate)."""
    import urllib3

    host = parts.hostname or ""
    options: dict[str, Any] = {
        "timeout": urllib3.Timeout(connect=CONNECT_S, read=READ_S), "retries": False, "maxsize": 1,
    }  # fmt: skip
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address, parts.port or 443, server_hostname=host, assert_hostname=host, **options
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, parts.port or 80, **options)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    named = host if parts.port is None else f"{host}:{parts.port}"
    return pool.urlopen(
        "GET", path, headers={**headers, "Host": named}, redirect=False, preload_content=False,
        assert_same_host=False,
    )  # fmt: skip


def _body(answer: BaseHTTPResponse) -> bytes:
    if answer.status != 200:
        raise FetchError(f"The source answered {answer.status}")
    body = answer.read(MOST_BYTES + 1, decode_content=True)
    if len(body) > MOST_BYTES:
        raise FetchError(f"The source sent more than {MOST_BYTES:,} bytes")
    return bytes(body)
