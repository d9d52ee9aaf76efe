"""Publishing a service: a version is added, and stays as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.access.roles import all_roles
from balai.kernel.cases.engine import DefinitionError, Service, read_service
from balai.kernel.cases.models import ServiceVersion
from balai.kernel.cases.services import shipped_services
from balai.kernel.documents.kinds import all_kinds
from balai.kernel.problems import ConflictError, Fault


@transaction.atomic
def publish_service(text: str, *, by: Any, origin: Origin, name: str = "service") -> ServiceVersion:
    """Publish a definition; the same text again is the version it was. Cases that are open keep
    the version they follow.

    DefinitionError names every fault; ConflictError where its version is not the next.
    """
    if "\x00" in text:
        fault = Fault(field="definition", problem="has a zero character", remedy="Remove it")
        raise DefinitionError(name, (fault,))
    found = read_service(text, name)
    if faults := tuple(_unknown(found)):
        raise DefinitionError(name, faults)
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


def _unknown(found: Service) -> Iterator[Fault]:
    """What the definition names and nobody here knows: the case would lie where none may act."""
    roles = {role.name: role for role in all_roles()}
    for number, step in enumerate(found.steps):
        for member, name in (("role", step.role), ("escalate.to", step.escalate_to)):
            if name and name not in roles:
                yield Fault(field=f"steps[{number}].{member}", value=name,
                            problem="is no role of this installation",
                            remedy=f"The roles are {', '.join(roles)}")  # fmt: skip
            elif name and not roles[name].sees_residents:
                yield Fault(field=f"steps[{number}].{member}", value=name,
                            problem="is a role that sees no residents, nor their cases",
                            remedy="Name a role that does")  # fmt: skip
    yield from _documents(found)


def _documents(found: Service) -> Iterator[Fault]:
    kinds = {kind.code: len(kind.signers) for kind in all_kinds()}
    signing = [step.document for step in found.steps if "sign" in step.acts]
    for number, step in enumerate(found.steps):
        where, name = f"steps[{number}].document", step.document
        if name and name not in kinds:
            yield Fault(field=where, value=name, problem="is no kind of document here",
                        remedy=f"The kinds are {', '.join(kinds)}")  # fmt: skip
        elif name and signing.count(name) != kinds[name]:
            yield Fault(field=where, value=name,
                        problem=f"has {kinds[name]} signers, and {signing.count(name)} steps sign",
                        remedy="Let as many steps sign as the kind has signers")  # fmt: skip


def publish_builtin(*, by: Any = None, origin: Origin) -> int:
    """Publish what comes with Balai and its programmes, where it is not yet; returns how many.

    A service of which a version is published already is left alone: the city's own word stands.
    """
    known = set(ServiceVersion.objects.values_list("code", flat=True))
    missing = [each for code, each in shipped_services().items() if code not in known]
    for each in missing:
        publish_service(each.text, by=by, origin=origin, name=each.path.name)
    return len(missing)
