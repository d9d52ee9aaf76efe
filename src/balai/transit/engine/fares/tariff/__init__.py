"""A tariff as frozen values: the rule that joins boardings, and what takes off its charges.

Three families of rule cover the city's tariffs. `CappedWindow`: every boarding has its price and
a journey's boardings together cost at most a cap within a window (OK OTrip). `PerBoarding`: every
boarding is charged, or rides free on a ticket of its class that is still open (GTFS fares v1).
`DistanceIntegrated`: a journey over two or more modes costs a base and a rate per kilometre up to
a cap (JakLingko); over one mode alone, that operator's own fare.

A `Tariff` holds on one day; the dated values it comes from are law (`balai.kernel.laws`).
Money is whole rupiah, time whole seconds, distance whole metres.
"""

from balai.transit.engine.fares.tariff.reading import tariff_from_parameters
from balai.transit.engine.fares.tariff.reliefs import (
    PERIODS,
    Concession,
    Entitlement,
    Period,
    PeriodCap,
    Product,
    Promotion,
    Relief,
)
from balai.transit.engine.fares.tariff.rules import (
    DAY_SECONDS,
    EVERY_DAY,
    CappedWindow,
    DistanceIntegrated,
    OwnFare,
    PerBoarding,
    Policies,
    Rule,
    TimedPrice,
)
from balai.transit.engine.fares.tariff.values import TariffError
from balai.transit.engine.fares.tariff.whole import Tariff

__all__ = [
    "DAY_SECONDS",
    "EVERY_DAY",
    "PERIODS",
    "CappedWindow",
    "Concession",
    "DistanceIntegrated",
    "Entitlement",
    "OwnFare",
    "PerBoarding",
    "Period",
    "PeriodCap",
    "Policies",
    "Product",
    "Promotion",
    "Relief",
    "Rule",
    "Tariff",
    "TariffError",
    "TimedPrice",
    "tariff_from_parameters",
]
