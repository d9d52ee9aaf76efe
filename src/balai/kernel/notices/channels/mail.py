"""E-mail by SMTP (BALAI_MAIL_URL: smtp://name:password@host:587?tls=start, or smtps://host)."""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from typing import ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from balai.kernel.jobs import TransientError
from balai.kernel.notices.channels.base import (
    Accepted,
    Channel,
    Parcel,
    PermanentError,
    option,
    with_link,
)

TIMEOUT_S = 20.0
LOCAL = r"[^\s@<>\",;:\\()\[\]\x00-\x1f]{1,64}"
ADDRESS = re.compile(LOCAL + r"@[A-Za-z0-9.-]{1,253}\.[A-Za-z0-9-]{2,63}")


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over. `tls`: `always` from the first byte, `start`, or `none`."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = ""


def server_of(url: str) -> Server:
    """The server of an address; ImproperlyConfigured where it is none."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("BALAI_MAIL_URL must be smtp://HOST or smtps://HOST")
    tls = "always" if parts.scheme == "smtps" else parse_qs(parts.query).get("tls", ["start"])[0]
    if tls not in {"always", "start", "none"}:
        raise ImproperlyConfigured("BALAI_MAIL_URL: tls is start or none")
    port = parts.port or {"always": 465, "start": 587, "none": 25}[tls]
    return Server(
        parts.hostname, port, tls, unquote(parts.username or ""), unquote(parts.password or "")
    )


class Mail(Channel):
    """An e-mail; it waits in a box, so quiet hours do not hold."""

    name = "email"
    title: ClassVar = {"id": "Surel", "en": "E-mail"}
    disturbs = False

    def is_set_up(self) -> bool:
        """Whether BALAI_MAIL_URL names a server."""
        return bool(option("MAIL_URL"))

    def normalised(self, address: str, *, country: str) -> str:
        """The address with its domain in small letters."""
        text = address.strip()
        if not ADDRESS.fullmatch(text) or ".." in text:
            raise ValueError("is no e-mail address")
        name, _, domain = text.rpartition("@")
        return f"{name}@{domain.lower()}"

    def hand_over(self, parcel: Parcel) -> Accepted:
        """Send it; the Message-ID stays the same however often it is tried."""
        server = server_of(option("MAIL_URL"))
        message = written(parcel, sender=option("MAIL_FROM") or f"balai@{server.host}")
        try:
            with _connected(server) as connection:
                connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _judged(codes[0] if codes else 550) from None
        except smtplib.SMTPResponseException as error:
            raise _judged(error.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise PermanentError("The server does not take this address") from None
        except (smtplib.SMTPException, OSError) as error:
            raise TransientError(f"The server does not answer ({type(error).__name__})") from None
        return Accepted(message["Message-ID"])


def written(parcel: Parcel, *, sender: str) -> EmailMessage:
    """The e-mail: plain text, and the same as HTML."""
    message = EmailMessage()
    name, _, domain = sender.rpartition("@")
    message["From"] = Address(parcel.sender, name, domain)
    message["To"] = parcel.address
    message["Subject"] = parcel.subject
    message["Message-ID"] = f"<{parcel.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    message["Content-Language"] = parcel.language
    # Not every server takes eight bits (RFC 6152).
    message.set_content(with_link(parcel.text, parcel.link), cte="quoted-printable")
    link = f'<p><a href="{parcel.link}">{parcel.link}</a></p>' if parcel.link else ""
    page = f'<!doctype html><html lang="{parcel.language}"><body>{parcel.html}{link}</body></html>'
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    return message


def _connected(server: Server) -> smtplib.SMTP:
    if server.tls == "always":
        context = ssl.create_default_context()
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_S, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    if server.tls == "start":
        connection.starttls(context=ssl.create_default_context())
    if server.user:
        connection.login(server.user, server.password)
    return connection


def _judged(code: int) -> Exception:
    # RFC 5321, 4.2.1: 4yz may work later, 5yz will not. A wrong password is ours to mend, not a
    # reason to give the person up.
    if code >= 500 and code not in {530, 534, 535, 538}:
        return PermanentError(f"The server refused it ({code})")
    return TransientError(f"The server is busy ({code})")
