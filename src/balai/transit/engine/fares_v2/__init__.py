"""GTFS Fares v2: a feed's fares read, priced by the standard, written from a tariff, and back."""

from balai.transit.engine.fares_v2.book import FareBook
from balai.transit.engine.fares_v2.categories import Lost
from balai.transit.engine.fares_v2.drafting import Drafted, draft_from
from balai.transit.engine.fares_v2.pricing import (
    FareLeg,
    Price,
    UnknownFareError,
    join_legs,
    price_itinerary,
)
from balai.transit.engine.fares_v2.reading import FareIssue, fares_of
from balai.transit.engine.fares_v2.saying import Unsaid, saying_of, within_reach
from balai.transit.engine.fares_v2.writing import Described, describe

__all__ = [
    "Described",
    "Drafted",
    "FareBook",
    "FareIssue",
    "FareLeg",
    "Lost",
    "Price",
    "UnknownFareError",
    "Unsaid",
    "describe",
    "draft_from",
    "fares_of",
    "join_legs",
    "price_itinerary",
    "saying_of",
    "within_reach",
]
