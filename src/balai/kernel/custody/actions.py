"""Taking keys into use: the first of a new installation, and a newer one."""

from __future__ import annotations

from django.db import transaction

from balai.kernel import keys
from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.custody.checking import RESTORE, a_sealed_value, look, note
from balai.kernel.jobs import Job, start
from balai.kernel.problems import ConflictError

RESEAL = "custody.reseal"


def ensure() -> int:
    """See that the keys at hand are the database's, and keep a check value of each that has none;
    the newest version. A new key is made only where the database holds nothing sealed.

    ConflictError, with the mend, where a key is missing or is another one.
    """
    found = look()
    if found.ok:
        return keys.newest_version()
    with transaction.atomic():
        if not found.safe:
            _first(found.state == "unknown", found.detail, found.remedy)
        for version in range(1, keys.newest_version() + 1):
            note(version)
    return keys.newest_version()


def rotate(origin: Origin) -> Job:
    """Make a newer master key, seal under it from now on, and start to seal anew what may change.

    ConflictError where the keys at hand are not the database's.
    """
    found = look()
    if not found.safe:
        raise ConflictError("The keys are not fit to be renewed", detail=found.detail)
    if found.ok:
        keys.make_master()
    version = ensure()
    audit("custody.key-added", origin, subject=f"key:{version}")
    return start(RESEAL, arguments={"version": version}, key=f"{RESEAL}:{version}")


def _first(unknown: bool, detail: str, remedy: str) -> None:
    """Make the first key of an empty database, or take over the key of an older one."""
    from balai.kernel.custody.models import KeyCheck

    value = a_sealed_value()
    if not unknown and (value is not None or KeyCheck.objects.exists()):
        raise ConflictError("The master key is not this database's", detail=f"{detail}. {remedy}")
    if not unknown:
        keys.make_master()
    elif value is not None:
        purpose, about, sealed = value
        try:
            keys.open_sealed(purpose, sealed, about=about)
        except ValueError as error:
            raise ConflictError(
                "The master key is not this database's",
                detail=f"It opens nothing that stands there. {RESTORE}",
            ) from error
