"""Public holidays of a country and, in Indonesia, the days of collective leave (cuti bersama).

From the `holidays` library, which follows the joint decrees (SKB) of the three ministers. Days of
the lunar calendars in years without a decree are estimates, and are marked as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

ESTIMATED = "(estimated)"
LANGUAGES = {"ID": {"en": "en_US", "id": "id"}}


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which offices are closed: its name by language, and whether its date is certain."""

    day: date
    name: Mapping[str, str]
    estimated: bool = False


@lru_cache(maxsize=256)
def holidays_of(country: str, year: int) -> Mapping[date, Holiday]:
    """The closed days of a year in a country (ISO 3166-1), by day.

    LookupError for a country whose holidays are not known.
    """
    import holidays

    languages = LANGUAGES.get(country, {"en": None})
    try:
        named = {
            language: holidays.country_holidays(
                country, years=[year], language=code, categories=_categories(country)
            )
            for language, code in languages.items()
        }
    except NotImplementedError as error:
        raise LookupError(f"the holidays of {country!r} are not known") from error
    return {
        day: Holiday(
            day,
            {language: found[day].removesuffix(f" {ESTIMATED}") for language, found in
             named.items()},
            estimated=ESTIMATED in english,
        )
        for day, english in sorted(named["en"].items())
        if day.year == year
    }  # fmt: skip


def _categories(country: str) -> tuple[str, ...]:
    # In Indonesia the category "government" is the collective leave of civil servants.
    return ("public", "government") if country == "ID" else ("public",)
