"""Planning a trip: what is asked, what is chosen, and how it is told."""

from balai.transit.queries.lines import Line
from balai.transit.queries.trips.asking import TripRequest
from balai.transit.queries.trips.charging import NOBODY, Rider, charge_journeys, rider_of
from balai.transit.queries.trips.choosing import Kind, choose
from balai.transit.queries.trips.planning import (
    Departure,
    Option,
    TripPlan,
    network_lines,
    other_departures,
    plan_trip,
)
from balai.transit.queries.trips.telling import Step

__all__ = [
    "NOBODY",
    "Departure",
    "Kind",
    "Line",
    "Option",
    "Rider",
    "Step",
    "TripPlan",
    "TripRequest",
    "charge_journeys",
    "choose",
    "network_lines",
    "other_departures",
    "plan_trip",
    "rider_of",
]
