"""Planners made ready beside a server's start, so that the first trip does not wait for them."""

from __future__ import annotations

import logging
from threading import Thread

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 120.0


def warm() -> Thread:
    """Prepare today's timetable of every city and plan a trip with it, beside the start.

    A city without a timetable is passed over; until it is ready, pages say that it is being
    prepared.
    """
    thread = Thread(target=_warm, name="planner-warming", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    from django.db import Error, connection

    try:
        from balai.kernel.regions.queries import cities

        for city in cities():
            _warm_city(city.slug)
    except Error:
        log.info("planners are not warmed: the database is not there yet")
    finally:
        connection.close()


def _warm_city(slug: str) -> None:
    from django.utils import timezone

    from balai.kernel.problems import ProblemError
    from balai.kernel.regions.queries import city_by_slug
    from balai.transit.engine.planner import NoStopWithinReachError, OutsideCalendarError
    from balai.transit.queries.networks import current_network
    from balai.transit.queries.planners import planner
    from balai.transit.queries.tariffs import tariff_for, tariff_on, tariffs_in_force

    network = current_network(slug)
    if network is None:
        return
    today = timezone.now().astimezone(city_by_slug(slug).zone).date()
    try:
        tariff = tariff_on(tariff_for(tariffs_in_force(slug), today, slug), today)
        ready = planner(network, today, tariff, patience=PATIENCE_SECONDS)
        if ready is not None and ready.timetable.stops > 1:
            table = ready.timetable
            ends = [(float(table.stop_lat[at]), float(table.stop_lon[at])) for at in (0, -1)]
            ready.plan(ends[0], ends[1], 8 * 3600)
    except (OutsideCalendarError, NoStopWithinReachError, ProblemError) as error:
        log.info("the planner of %s is not warmed: %s", slug, error)
