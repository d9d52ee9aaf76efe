"""Offices by level: which region's office has a step."""

from __future__ import annotations

DEPTHS = {"village": 4, "district": 3, "city": 2}
LEVELS = {depth: level for level, depth in DEPTHS.items()}


def level_of(region: str) -> str:
    """The level of office of a Kemendagri code; empty where none works at it."""
    return LEVELS.get(len(region.split(".")), "")


def office_at(level: str, region: str) -> str:
    """The office of that level that serves a region: the code cut to the level's depth."""
    return ".".join(region.split(".")[: DEPTHS[level]])


def same_city(one: str, other: str) -> bool:
    """Whether two regions lie in one city or regency."""
    return office_at("city", one) == office_at("city", other)


def lies_in(region: str, other: str) -> bool:
    """Whether a region is another, or a part of it."""
    return region == other or region.startswith(other + ".")


def deep_enough(region: str, levels: frozenset[str]) -> bool:
    """Whether the region names an office at each of the levels."""
    return len(region.split(".")) >= max(DEPTHS[level] for level in levels)
