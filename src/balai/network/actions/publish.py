"""Make a computed value public."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from balai.kernel.problems import ConflictError, ProblemError
from balai.network.models import IndicatorValue, NetworkCity, Publication

MAY_PUBLISH = "network.publish_value"


@transaction.atomic
def publish(value: IndicatorValue, *, by: Any, note: str = "") -> Publication:
    """Publish a value that now stands; publishing it again changes nothing.

    `by` is the officer, who needs the right to publish for the value's city (PermissionDenied), or
    None when the installation itself publishes. ConflictError if a later value stands in its
    place; ProblemError if there is no value to publish.
    """
    if by is not None and not by.has_perm(MAY_PUBLISH, value.city):
        raise PermissionDenied("Publishing a value needs the role of the city's plan officer.")
    NetworkCity.objects.select_for_update().get(pk=value.city_id)
    if value.state != "value":
        raise ProblemError("There is nothing to publish", detail=value.why_none)
    if IndicatorValue.objects.filter(follows=value).exists():
        raise ConflictError(
            "A later value stands", detail="The figure was counted again; publish the later one."
        )
    kept, _ = Publication.objects.get_or_create(value=value, defaults={"by": by, "note": note})
    return kept
