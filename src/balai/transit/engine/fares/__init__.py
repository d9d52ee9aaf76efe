"""Fares: tariffs as data, and the engine that prices taps and planned trips by them."""

from balai.transit.engine.fares.modes import MODE_CODES, Mode
from balai.transit.engine.fares.tariff import (
    CappedWindow,
    DistanceIntegrated,
    OwnFare,
    PerBoarding,
    Policies,
    Rule,
    Tariff,
    TariffError,
    TimedPrice,
    tariff_from_parameters,
)

__all__ = [
    "MODE_CODES",
    "CappedWindow",
    "DistanceIntegrated",
    "Mode",
    "OwnFare",
    "PerBoarding",
    "Policies",
    "Rule",
    "Tariff",
    "TariffError",
    "TimedPrice",
    "tariff_from_parameters",
]
