"""Compiled fare states beside the fare engine's plain rules, and what dominance promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.reference import Boarding, price_boardings
from balai.transit.engine.planner.dominance import beats, beats_from_here
from balai.transit.engine.planner.meters import (
    KIND,
    MODES,
    NOT_YET,
    OPENED,
    RELAXED,
    begin,
    integrated,
    least,
    meter_of,
    paid,
    ride,
    runs_out,
)
from balai.transit.engine.planner.prospects import OWN_FARES, SAME_MODES
from transit.engine.planner.networks import ON, tariff

MIDNIGHT = int(datetime(ON.year, ON.month, ON.day, tzinfo=ZoneInfo("Asia/Jakarta")).timestamp())
NEVER_FOUND = np.zeros((1, 4), np.int64)
# The first call of a kernel compiles it; few pairs of states are one above the other.
PATIENT = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


def short(name, **limits):
    rules = tariff(name)
    return replace(rules, rule=replace(rules.rule, **limits))


TARIFFS = {
    "window": short("ok-otrip-trial", window_seconds=3000),
    "window to tap-out": short(
        "ok-otrip-trial", window_seconds=3000, measured="tap-in-to-tap-out", inclusive=False
    ),
    "tickets": short("transjakarta-gtfs", transfer_seconds=3000),
    "package": short("jaklingko-integrated", validity_seconds=6000, gap_seconds=1200),
    "package, own fare stands": short("jaklingko-integrated", first_legs="own-fare-stands"),
}
# Minutes waited, minutes ridden, hundreds of metres, and a number that picks the mode.
RIDES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 40), st.integers(0, 300), st.integers(0, 100)),
    max_size=5,
)


def boardings(rules, rides, start=24_000):
    """The rides as boardings one after another, in seconds of the service day."""
    modes, now, made = sorted(rules.modes), start, []
    for wait, long, metres, pick in rides:
        mode = modes[pick % len(modes)]
        made.append((mode, now + 60 * wait, now + 60 * (wait + long), 100 * metres))
        now += 60 * (wait + long)
    return made


class Rider:
    """Fare states of one tariff in rows."""

    def __init__(self, rules):
        self.meter = meter_of(rules, 0, ())
        self.states = np.zeros((2, self.meter.state_fields), np.int64)
        for row in range(2):
            begin(self.meter.rule, self.states, row)

    def take(self, row, boardings):
        rule, fares, timed = self.meter.rule, self.meter.fares, self.meter.timed
        for code, tap_in, tap_out, metres in boardings:
            mode, states = int(code), self.states
            over = runs_out(rule, fares, states, row, mode, tap_in, tap_out)
            ride(rule, fares, timed, states, row, row, mode, tap_in, tap_out, metres, over)

    def paid(self, row):
        return paid(self.meter.rule, self.states, row)

    def least_by_choice(self, row, boardings):
        """The least paid after the boardings, by one who goes on or not with what has run out."""
        if not boardings:
            return self.paid(row)
        rule, fares, timed = self.meter.rule, self.meter.fares, self.meter.timed
        code, tap_in, tap_out, metres = boardings[0]
        before, found = self.states[row].copy(), []
        over = runs_out(rule, fares, self.states, row, int(code), tap_in, tap_out)
        choices = {over, over and before[OPENED] == NOT_YET}
        for fresh in choices:
            ride(
                rule, fares, timed, self.states, row, row, int(code), tap_in, tap_out, metres, fresh
            )
            found.append(self.least_by_choice(row, boardings[1:]))
            self.states[row] = before
        return min(found)


@pytest.mark.parametrize("name", TARIFFS)
@PATIENT
@given(rides=RIDES)
def test_a_meter_charges_what_the_plain_rules_do(name, rides):
    rules, taken = TARIFFS[name], boardings(TARIFFS[name], rides)
    rider = Rider(rules)
    rider.take(0, taken)
    told = price_boardings(
        [Boarding(Mode(m), MIDNIGHT + i, MIDNIGHT + o, metres) for m, i, o, metres in taken], rules
    )
    assert rider.paid(0) == sum(row.charge for row in told)


@pytest.mark.parametrize("name", TARIFFS)
@PATIENT
@given(rides=RIDES, more=RIDES)
def test_no_continuation_ends_below_the_bound(name, rides, more):
    rules, rider = TARIFFS[name], Rider(TARIFFS[name])
    taken = boardings(rules, [*rides, *more])
    rider.take(0, taken[: len(rides)])
    bound = least(rider.meter.rule, rider.meter.classes, rider.states, 0, len(more))
    rider.take(0, taken[len(rides) :])
    assert bound <= rider.paid(0)


@pytest.mark.parametrize("name", TARIFFS)
@PATIENT
@given(one=RIDES, other=RIDES, future=RIDES)
def test_who_beats_another_never_pays_more_later(name, one, other, future):
    rules, rider = TARIFFS[name], Rider(TARIFFS[name])
    taken = boardings(rules, one), boardings(rules, other)
    for row in range(2):
        rider.take(row, taken[row])
    now = max([24_000, *(tap_out for rides in taken for _, _, tap_out, _ in rides)])
    meter, states = rider.meter, rider.states
    ahead = boardings(rules, future, now)
    end = ahead[-1][2] if ahead else now
    assume(beats(meter.rule, meter.classes, states, 0, 1, now, NEVER_FOUND, 0, end, 0, len(future)))
    for row in range(2):
        rider.take(row, ahead)
    assert rider.paid(0) <= rider.paid(1)


PACKAGES = [name for name in TARIFFS if name.startswith("package")]


def met(rules, one, other):
    """Riders of two pasts in rows 0 and 1, and when both stand at the same stop."""
    rider, taken = Rider(rules), (boardings(rules, one), boardings(rules, other))
    for row in range(2):
        rider.take(row, taken[row])
    return rider, max([24_000, *(tap_out for rides in taken for _, _, tap_out, _ in rides)])


@pytest.mark.parametrize("name", PACKAGES)
@PATIENT
@given(one=RIDES, other=RIDES, future=RIDES)
def test_who_beats_another_never_pays_more_where_packages_may_outlast_their_time(
    name, one, other, future
):
    rider, now = met(TARIFFS[name], one, other)
    meter, states = rider.meter, rider.states
    meter.rule[RELAXED] = 1
    ahead = boardings(TARIFFS[name], future, now)
    end = ahead[-1][2] if ahead else now
    assume(beats(meter.rule, meter.classes, states, 0, 1, now, NEVER_FOUND, 0, end, 0, len(future)))
    assert rider.least_by_choice(0, ahead) <= rider.least_by_choice(1, ahead)


@pytest.mark.parametrize("name", PACKAGES)
@pytest.mark.parametrize("outlook", [OWN_FARES, SAME_MODES])
@PATIENT
@given(one=RIDES, other=RIDES, future=RIDES)
def test_who_has_paid_no_more_stays_so_where_no_other_mode_can_follow(
    name, outlook, one, other, future
):
    rider, now = met(TARIFFS[name], one, other)
    meter, states = rider.meter, rider.states
    has = int(states[1, MODES]) if outlook == SAME_MODES else 0
    assume(rider.paid(0) <= rider.paid(1) and not integrated(meter.rule, has))
    ahead = [
        boarding
        for boarding in boardings(TARIFFS[name], future, now)
        if meter.fares[int(boarding[0]), KIND] < 0 or (has >> int(boarding[0])) & 1
    ]
    end = ahead[-1][2] if ahead else now
    assume(
        beats_from_here(
            outlook, meter.rule, meter.classes, states, 0, 1, now, NEVER_FOUND, 0, end, 0,
            len(ahead),
        )
    )  # fmt: skip
    for row in range(2):
        rider.take(row, ahead)
    assert rider.paid(0) <= rider.paid(1)
