"""Published services. A definition is read once for each text: it never changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from balai.kernel.cases.engine import Service, read_service
from balai.kernel.cases.models import ServiceVersion
from balai.kernel.problems import MissingError

_read: dict[str, Service] = {}


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: which, when and by whom, and its text."""

    code: str
    version: int
    published_at: datetime
    published_by: str
    digest: str
    text: str


def services(city: Any = None) -> tuple[Service, ...]:
    """The newest version of every service that is published, by title in Indonesian."""
    rows = (
        ServiceVersion.objects.order_by("code", "-version")
        .distinct("code")
        .values_list("code", "version", "digest")
    )
    found = [_of(code, version, digest) for code, version, digest in rows]
    return tuple(sorted(found, key=lambda each: each.titles["id"]))


def service(code: str, version: int | None = None) -> Service:
    """A service in that version (the newest without); MissingError where it is not published."""
    rows = ServiceVersion.objects.filter(code=code)
    if version is not None:
        rows = rows.filter(version=version)
    found = rows.order_by("-version").values_list("version", "digest").first()
    if found is None:
        which = f" in version {version}" if version is not None else ""
        raise MissingError("There is no such service",
                           detail=f"No service {code[:60]!r}{which} is published.")  # fmt: skip
    return _of(code, *found)


def newest(code: str) -> int:
    """The number of the newest version of a service; 0 where none is published."""
    found = ServiceVersion.objects.filter(code=code).order_by("-version").first()
    return found.version if found else 0


def versions(code: str) -> Sequence[Version]:
    """Every version of a service with its text, the newest first."""
    rows = ServiceVersion.objects.filter(code=code).order_by("-version")
    return [
        Version(row.code, row.version, row.published_at, row.published_by, row.digest,
                row.definition)
        for row in rows
    ]  # fmt: skip


def _of(code: str, version: int, digest: str) -> Service:
    if digest not in _read:
        row = ServiceVersion.objects.get(code=code, version=version)
        _read[digest] = read_service(row.definition, code)
    return _read[digest]
