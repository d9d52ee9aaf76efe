"""Saying where validators stand, so that journeys count to the right place."""

from __future__ import annotations

from collections.abc import Mapping

from balai.transit.models import Validator


def register_validators(city: str, places: Mapping[str, str]) -> int:
    """Make validators known with the region code where each stands, or move known ones there.

    Journeys priced from then on count to that place. Returns how many were given.
    """
    Validator.objects.bulk_create(
        [Validator(city=city, code=code, place=place) for code, place in sorted(places.items())],
        update_conflicts=True, unique_fields=["city", "code"], update_fields=["place"],
        batch_size=2000,
    )  # fmt: skip
    return len(places)
