"""Fares: tariffs as data, and the engine that prices taps and planned trips by them."""

from balai.transit.engine.fares.explaining import Explanation, explain, explain_boarding
from balai.transit.engine.fares.holdings import Holdings
from balai.transit.engine.fares.modes import MODE_CODES, Mode
from balai.transit.engine.fares.pricing import price_taps, warm
from balai.transit.engine.fares.quoting import Leg, Line, Quote, quote
from balai.transit.engine.fares.taps import IN, OUT, UNKNOWN, Charges, Reason, Status, TapArrays
from balai.transit.engine.fares.tariff import (
    CappedWindow,
    Concession,
    DistanceIntegrated,
    OwnFare,
    PerBoarding,
    PeriodCap,
    Policies,
    Product,
    Promotion,
    Rule,
    Tariff,
    TariffError,
    TimedPrice,
    tariff_from_parameters,
)

__all__ = [
    "IN",
    "MODE_CODES",
    "OUT",
    "UNKNOWN",
    "CappedWindow",
    "Charges",
    "Concession",
    "DistanceIntegrated",
    "Explanation",
    "Holdings",
    "Leg",
    "Line",
    "Mode",
    "OwnFare",
    "PerBoarding",
    "PeriodCap",
    "Policies",
    "Product",
    "Promotion",
    "Quote",
    "Reason",
    "Rule",
    "Status",
    "TapArrays",
    "Tariff",
    "TariffError",
    "TimedPrice",
    "explain",
    "explain_boarding",
    "price_taps",
    "quote",
    "tariff_from_parameters",
    "warm",
]
