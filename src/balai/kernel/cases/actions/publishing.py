"""Publishing a service: a version is added, and stays as it is."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.cases.engine import DefinitionError, read_service
from balai.kernel.cases.models import ServiceVersion
from balai.kernel.cases.services import shipped_services
from balai.kernel.problems import ConflictError, Fault


@transaction.atomic
def publish_service(text: str, *, by: Any, origin: Origin, name: str = "service") -> ServiceVersion:
    """Publish a definition; the same text again is the version it was. Cases that are open keep
    the version they follow.

    DefinitionError names every fault; ConflictError where its version is not the next.
    """
    found = read_service(text, name)
    if "\x00" in text:
        fault = Fault(field="definition", problem="has a zero character", remedy="Remove it")
        raise DefinitionError(name, (fault,))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"service:{found.code}"])
    digest = hashlib.sha256(text.encode()).hexdigest()
    rows = ServiceVersion.objects.filter(code=found.code)
    if standing := rows.filter(digest=digest).first():
        return standing
    newest = rows.order_by("-version").values_list("version", flat=True).first() or 0
    if found.version <= newest:
        raise ConflictError(
            "This version is published already",
            detail=f"{found.code}: the next version is {newest + 1}, not {found.version}.",
        )
    row = ServiceVersion.objects.create(
        code=found.code, version=found.version, definition=text, digest=digest,
        published_at=timezone.now(), published_by=origin.actor or (by.username if by else ""),
    )  # fmt: skip
    audit("cases.published", origin, subject=f"service:{found.code}", version=found.version)
    return row


def publish_builtin(*, by: Any = None, origin: Origin) -> int:
    """Publish what comes with Balai and its programmes, where it is not yet; returns how many.

    A service of which a version is published already is left alone: the city's own word stands.
    """
    known = set(ServiceVersion.objects.values_list("code", flat=True))
    missing = [each for code, each in shipped_services().items() if code not in known]
    for each in missing:
        publish_service(each.text, by=by, origin=origin, name=each.path.name)
    return len(missing)
