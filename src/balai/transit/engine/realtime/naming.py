"""Runs of one feed among several, whose ids bear the feed's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .predictions import Prediction
from .schedule import Calls


def renamed(run: Prediction, name: Callable[[str], str]) -> Prediction:
    """The run with each id as `name` writes it: of trip, route, model and every stop."""

    def calls(own: Calls) -> Calls:
        return replace(own, stops=tuple(map(name, own.stops)))

    forecast, scheduled = run.forecast, run.scheduled
    return replace(
        run,
        trip_id=name(run.trip_id),
        route_id=name(run.route_id),
        like=name(run.like),
        scheduled=None if scheduled is None else calls(scheduled),
        forecast=None if forecast is None else replace(forecast, calls=calls(forecast.calls)),
    )
