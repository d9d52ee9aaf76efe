"""Planning a trip: what is asked, what is chosen, and how it is told."""

from balai.transit.queries.lines import Line
from balai.transit.queries.trips.asking import TripRequest
from balai.transit.queries.trips.choosing import Kind, choose
from balai.transit.queries.trips.planning import (
    Departure,
    Option,
    TripPlan,
    network_lines,
    other_departures,
    plan_trip,
    quote_journey,
)
from balai.transit.queries.trips.telling import Step

__all__ = [
    "Departure",
    "Kind",
    "Line",
    "Option",
    "Step",
    "TripPlan",
    "TripRequest",
    "choose",
    "network_lines",
    "other_departures",
    "plan_trip",
    "quote_journey",
]
