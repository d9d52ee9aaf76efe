"""The grown residents that the demonstration made, for the parts of it that other rooms add."""

from __future__ import annotations

from uuid import UUID

from balai.kernel.people.models import Person


def generated_adults(region_code: str) -> list[tuple[UUID, str]]:
    """Ids and region codes of generated, living adults of a region, by name. No read is logged:
    they are nobody.
    """
    rows = Person.objects.filter(
        is_generated=True, life_status="alive", birth_date__lt="2000-01-01",
        region_code__gte=f"{region_code}.", region_code__lt=f"{region_code}/",
    ).order_by("sort_name", "id")  # fmt: skip
    return list(rows.values_list("pk", "region_code"))
