"""Single codes: what took an abolished one's place, and what other schemes call a region."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from balai.kernel.problems import ConflictError, MissingError
from balai.kernel.regions.models import OtherCode, Region


@transaction.atomic
def record_successor(code: str, successor: str) -> None:
    """Say which region took the place of an abolished code.

    MissingError for an unknown code; ConflictError where the code still holds or the successors
    would run in a circle.
    """
    region, heir = _region(code), _region(successor)
    if region.valid_to is None:
        raise ConflictError("The code still holds", detail=f"{code} has not been abolished.")
    step: Region | None = heir
    while step is not None:
        if step.pk == region.pk:
            raise ConflictError("A circle", detail=f"{successor} leads back to {code}.")
        step = step.succeeded_by
    region.succeeded_by = heir
    region.save(update_fields=["succeeded_by"])


@transaction.atomic
def set_other_code(
    code: str, scheme: str, other: str, *, start: date | None = None, end: date | None = None
) -> None:
    """Record what another scheme (`kemdikbud`, `bps`) calls a region; `end` is its last day."""
    region = _region(code)
    clash = (
        OtherCode.objects.filter(scheme=scheme, code=other, valid_from=start)
        .exclude(region=region)
        .select_related("region")
        .first()
    )
    if clash:
        raise ConflictError(
            "The other code is taken", detail=f"{scheme} {other} is {clash.region}."
        )
    OtherCode.objects.update_or_create(
        region=region, scheme=scheme, code=other, valid_from=start, defaults={"valid_to": end}
    )


def _region(code: str) -> Region:
    found = Region.objects.select_for_update().filter(code=code).order_by("scheme").first()
    if found is None:
        raise MissingError("No such region", detail=f"No region has the code {code!r}.")
    return found
