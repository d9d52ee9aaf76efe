"""The database's settings, from `DATABASE_URL` or from the embedded server's address."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from balai.shell import postgres


def database_settings() -> dict[str, Any]:
    """Django's settings for the database; does not start the embedded server.

    `BALAI_DATABASE_ROLE=owner` selects the role that migrates. `BALAI_POOL=N` keeps up to N
    connections open in each process.
    """
    owner = os.environ.get("BALAI_DATABASE_ROLE") == "owner"
    url = os.environ.get("DATABASE_OWNER_URL" if owner else "DATABASE_URL")
    url = url or os.environ.get("DATABASE_URL")
    settings = settings_of_url(url) if url else postgres.address(owner=owner)
    pool = int(os.environ.get("BALAI_POOL", "0"))
    options = settings.setdefault("OPTIONS", {})
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
    settings["CONN_MAX_AGE"] = 0
    # A connection that died with its server is replaced before a request meets it.
    settings["CONN_HEALTH_CHECKS"] = True
    settings["TEST"] = {"NAME": f"test_balai_{os.getpid()}"}
    return {"ENGINE": "django.db.backends.postgresql", **settings}


def is_embedded() -> bool:
    """Whether Balai keeps its own PostgreSQL (no `DATABASE_URL` is set)."""
    return not os.environ.get("DATABASE_URL")


def settings_of_url(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name?option=value` as Django's settings.

    Raises ImproperlyConfigured where the address is of another database, or names none.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL must begin with postgresql://, not {parts.scheme!r}://"
        )
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL names no database: end it with /NAME")
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or (parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }
