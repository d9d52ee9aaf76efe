"""Everything that is read about regions and cities."""

from balai.kernel.regions.queries.city import City, cities, city_by_slug, city_of, find_city
from balai.kernel.regions.queries.places import box_around, district_map, locate, locate_many
from balai.kernel.regions.queries.population import PeopleCount, population_below
from balai.kernel.regions.queries.tree import (
    Place,
    ancestors,
    children,
    codes_with_successors,
    descendants,
    find,
    lineage,
    place,
    resolve,
    tree,
)

__all__ = [
    "City",
    "PeopleCount",
    "Place",
    "ancestors",
    "box_around",
    "children",
    "cities",
    "city_by_slug",
    "city_of",
    "codes_with_successors",
    "descendants",
    "district_map",
    "find",
    "find_city",
    "lineage",
    "locate",
    "locate_many",
    "place",
    "population_below",
    "resolve",
    "tree",
]
