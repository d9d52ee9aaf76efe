"""What this programme tells a city's action plan: measures over its tables of facts.

Indicators are formulas over them, drawn by whoever reads them; this programme fixes none.
"""

from __future__ import annotations

from typing import Any

from balai.kernel.events.measures import register_measure

INDICATORS: tuple[Any, ...] = ()


def register() -> None:
    """Make the measures known. Called when the tables are known, not before."""
    from balai.transit.indicators import boardings, journeys, operators, reach, settlement

    for measure in (
        journeys.JOURNEYS_PAID,
        journeys.JOURNEYS_INTEGRATED,
        journeys.FARE_REVENUE,
        boardings.BOARDINGS,
        boardings.BOARDINGS_WITHOUT_TAP_OUT,
        *reach.REACH,
        *settlement.SETTLEMENT,
        operators.ANGKOT_OPERATORS,
    ):
        register_measure(measure)
