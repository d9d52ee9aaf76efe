"""What may yet be boarded from a stop, beside every way that riders of a small network have."""

from __future__ import annotations

import numpy as np
import pytest

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.planner import build_timetable
from balai.transit.engine.planner.arrays import NEVER
from balai.transit.engine.planner.automaton import no_fare
from balai.transit.engine.planner.ground import Grounds
from balai.transit.engine.planner.meters import meter_of
from balai.transit.engine.planner.preferences import Preferences
from balai.transit.engine.planner.prospects import (
    ANYTHING,
    OWN_FARES,
    SAME_MODES,
    outlook,
    prospects_of,
)
from transit.engine.planner.networks import ON, random_feed, tariff

RIDES = 3
BRT, MRT, BUS = int(Mode.BRT), int(Mode.MRT), int(Mode.BUS)


def searched(seed):
    """Network (its products are modes), fastest seconds and prospects of a small random feed."""
    table = build_timetable(random_feed(seed, ("brt", "mrt", "bus")), ON)
    ground = Grounds(table).of(Preferences())
    network = ground.network(no_fare(), None)
    network = network._replace(pattern_product=table.pattern_mode.astype(np.int16))
    return (
        network,
        table.call_fastest_s,
        prospects_of(network, table.call_fastest_s, [BRT, MRT], RIDES),
    )


def soonest(network, fastest, mode):
    """By rides taken before, least seconds to board a mode from each stop, alighted there or about
    to board: every ride between two stops and every walk, tried in turn."""
    stops = network.visit_start.size - 1
    rides, here = [], np.full(stops, NEVER, np.int64)
    for pattern in range(network.pattern_product.size):
        calls = range(network.call_start[pattern], network.call_start[pattern + 1])
        for one in calls:
            if network.call_board[one] and network.pattern_product[pattern] == mode:
                here[network.call_stop[one]] = 0
            for other in calls:
                if other > one and network.call_board[one] and network.call_alight[other]:
                    took = int(fastest[one:other].sum())
                    rides.append((network.call_stop[one], network.call_stop[other], took))
    walks = [
        (stop, network.walk_to[way], int(network.walk_s[way]))
        for stop in range(stops)
        for way in range(network.walk_start[stop], network.walk_start[stop + 1])
    ]
    board, told = here.copy(), []
    for _ in range(RIDES + 1):
        alight = np.minimum(here, NEVER)
        for stop, to, took in walks:
            alight[stop] = min(alight[stop], took + board[to])
        told.append((alight, board.copy()))
        for stop, to, took in rides:
            board[stop] = min(board[stop], took + alight[to])
    return told


@pytest.mark.parametrize("seed", range(12))
def test_prospects_are_the_least_seconds_of_all_ways(seed):
    network, fastest, prospects = searched(seed)
    assert prospects.modes.tolist() == [BRT, MRT]
    for number, mode in enumerate((BRT, MRT)):
        for rides, (alight, board) in enumerate(soonest(network, fastest, mode)):
            assert prospects.alight[:, rides, number].tolist() == alight.tolist()
            assert prospects.board[:, rides, number].tolist() == board.tolist()


def test_a_ride_about_to_be_taken_counts_among_those_before():
    *_, prospects = searched(3)
    assert (prospects.ride[:, 0] == NEVER).all()
    assert (prospects.ride >= prospects.board).all()


def of_package():
    return meter_of(tariff("jaklingko-integrated"), 0, ()).rule, np.array([BRT, MRT], np.int64)


@pytest.mark.parametrize(
    ("until_brt", "until_mrt", "left", "taken", "told"),
    [
        (60, 60, 0, 0, OWN_FARES),  # no ride left
        (601, NEVER, 1, 1 << BRT, OWN_FARES),  # too late by a second
        (600, NEVER, 1, 1 << BRT, SAME_MODES),  # in the last second
        (600, 600, 1, 1 << BRT, ANYTHING),
        (600, NEVER, 1, 1 << MRT, ANYTHING),
        (600, NEVER, 1, 1 << BRT | 1 << MRT, ANYTHING),  # integrated: kilometres count
        (600, NEVER, 1, 0, ANYTHING),  # not begun
    ],
)
def test_an_outlook_is_what_can_be_boarded_in_time(until_brt, until_mrt, left, taken, told):
    rule, modes = of_package()
    until = np.array([[until_brt, until_mrt]], np.int32)
    assert outlook(rule, modes, until, left, 0, 600, taken) == told


def test_only_packages_know_of_the_same_modes():
    rule = meter_of(tariff("ok-otrip-trial"), 0, ()).rule
    until = np.array([[600]], np.int32)
    assert outlook(rule, np.array([BUS], np.int64), until, 1, 0, 600, 1 << BUS) == ANYTHING
    assert outlook(rule, np.array([BUS], np.int64), until, 1, 1, 600, 1 << BUS) == OWN_FARES
