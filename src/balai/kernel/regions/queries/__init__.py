"""Everything that is read about regions and cities."""

from balai.kernel.regions.queries.cities import City, all_cities, city_by_slug, city_of
from balai.kernel.regions.queries.places import district_map, locate, locate_many
from balai.kernel.regions.queries.tree import (
    Place,
    ancestors,
    children,
    descendants,
    find,
    lineage,
    place,
    resolve,
    tree,
)

__all__ = [
    "City",
    "Place",
    "all_cities",
    "ancestors",
    "children",
    "city_by_slug",
    "city_of",
    "descendants",
    "district_map",
    "find",
    "lineage",
    "locate",
    "locate_many",
    "place",
    "resolve",
    "tree",
]
