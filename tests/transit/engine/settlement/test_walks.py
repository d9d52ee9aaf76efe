"""The walk that is found is as good as trying every walk would find, and never better for less."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.transit.engine.settlement import Rules
from balai.transit.engine.settlement.groups import Groups
from balai.transit.engine.settlement.walks import best_walks
from transit.engine.settlement.tracks import schedule

DAY = schedule(headway=1800, last=7 * 3600 + 1)
RULES = Rules(identify="inferred", gap_s=200, fastest_ms=8.0, slack_m=100.0, terminal_m=40.0)
PASS = 2 * int(RULES.terminal_m)
RUNS = [
    r for r in range(len(DAY)) if DAY.routes[DAY.run_trip[r]] == "A" and DAY.run_start[r] < 7 * 3600
]


def most_metres(rows: list[tuple[int, int, int]]) -> int:
    """The metres of the best walk over (second, run, place), less `PASS` for each pass, by trying
    all of them.
    """
    rows = sorted(rows, key=lambda row: (row[0], int(DAY.run_start[row[1]]), row[1], row[2]))
    length, path = DAY.run_metres, DAY.path_of[DAY.run_trip]
    terminal = int(RULES.terminal_m)

    def after(run: int, other: int) -> bool:
        lasts = int(DAY.run_seconds[run])
        wait = lasts if path[run] == path[other] else lasts // 2
        return int(DAY.run_start[other]) >= int(DAY.run_start[run]) + wait

    @cache
    def best(k: int, state: str) -> int:
        """The most from row k on: just entered, arrived by a paid step, or by an unpaid one."""
        at, run, place = rows[k]
        found = 0 if state != "entered" else -(10**9)
        if state == "paid" and place >= length[run] - terminal:
            found = int(length[run]) - place
        for m in range(len(rows)):
            then, other, there = rows[m]
            if m <= k and not (m < k and then == at and after(run, other)):
                continue
            if other != run:
                if state != "entered" and then >= at and after(run, other):
                    rest = int(length[run]) - place
                    done = rest if state == "paid" and rest <= terminal else 0
                    found = max(found, done - PASS + best(m, "entered"))
                continue
            if state != "entered" and there >= place:
                found = max(found, best(m, "unpaid"))
            if steps(k, m):
                credit = place if state == "entered" and place <= terminal else 0
                found = max(found, credit + there - place + best(m, "paid"))
        return found

    def steps(k: int, m: int) -> bool:
        passed, step = rows[m][0] - rows[k][0], rows[m][2] - rows[k][2]
        # The paths of route A hardly wind, and all is driven at the timetable's pace or slower.
        return passed <= RULES.gap_s and 0 < step <= RULES.fastest_ms * passed + RULES.slack_m

    return max([0, *(best(k, "entered") - PASS for k in range(len(rows)))])


def most_found(rows: list[tuple[int, int, int]]) -> tuple[int, list[tuple[int, int]]]:
    """The same of the walk that is found, and the times of its passes."""
    ordered = sorted(rows, key=lambda row: (int(DAY.run_start[row[1]]), row[1], row[0]))
    columns = np.array(ordered, np.int64).reshape(-1, 3).T
    owner = np.zeros(len(rows), np.int64)
    groups = Groups.of(owner, columns[1], columns[0], columns[2].astype(np.float64))
    found = best_walks(DAY, groups, owner, np.arange(len(rows)), RULES)
    spans = sorted((int(columns[0][walk.first]), int(columns[0][walk.last])) for walk in found)
    return sum(walk.metres - PASS for walk in found), spans


POSITIONS = st.lists(
    st.tuples(
        st.integers(0, 9).map(lambda k: 6 * 3600 + 600 + 100 * k),
        st.sampled_from(RUNS),
        st.integers(0, 12).map(lambda k: 100 * k),
    ),
    min_size=1, max_size=9, unique_by=lambda row: row[:2],
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(rows=POSITIONS)
def test_the_best_walk_is_found_and_no_two_of_its_passes_overlap(rows):
    metres, spans = most_found(rows)
    assert metres == most_metres(rows)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@settings(max_examples=150, deadline=None)
@given(rows=POSITIONS, data=st.data())
def test_a_walk_through_fewer_reports_is_never_longer(rows, data):
    fewer = data.draw(st.lists(st.sampled_from(rows), unique=True))
    assert most_found(fewer)[0] <= most_found(rows)[0]
