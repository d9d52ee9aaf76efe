"""The queue of a city and one act, with 100,000 cases in it; beside a bare query of the same rows.

Needs the demonstration (`balai demo`). The cases are copies of one of its own, over all villages of
the city: four of ten decided, of the open ones some late, paused, returned or held. They stand in a
transaction that is rolled back. The queries run as the role that serves, held by row policies.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

MULTIPLY = """
INSERT INTO cases_case (id, city, year, no, number, service_code, service_version, region_code,
  home_region, served_region, person_id, applicant_id, status, step, role, escalated, office_level,
  holder, clock, opened_at, submitted_at, due_at, step_due_at, escalates_at, closed_at, sequence,
  state, answers, key, request_digest, generated)
SELECT gen_random_uuid(), city, 1900, n, 'PM-1900-' || lpad(n::text, 6, '0'), service_code,
  service_version, place, place, place, person_id, applicant_id,
  CASE WHEN n %% 10 < 4 THEN 'approved' WHEN n %% 10 = 4 THEN 'returned'
       WHEN n %% 10 = 5 THEN 'paused' WHEN n %% 10 < 8 THEN 'working' ELSE 'submitted' END,
  step, role, '', office_level, CASE WHEN n %% 10 = 7 THEN 'officer ' || n %% 211 END,
  CASE WHEN n %% 10 < 4 THEN 'ended' WHEN n %% 10 < 6 THEN 'stopped' ELSE 'running' END,
  opened_at, submitted_at, now() + (n * 7919 %% 100000 - 3000) * interval '1 minute',
  step_due_at, NULL, CASE WHEN n %% 10 < 4 THEN now() END, sequence, state, answers, 'bench:' || n,
  '', true
  FROM (SELECT cases_case.*, n, places.all[1 + n %% cardinality(places.all)] AS place
          FROM cases_case, generate_series(1, %s) AS n,
               (SELECT array_agg(code ORDER BY code) AS all FROM regions_region
                 WHERE code >= '35.10.' AND code < '35.10/' AND level = 'village') AS places
         WHERE id = %s) AS copies
"""
BARE = """
SELECT id, number, due_at FROM cases_case
 WHERE city = %s AND status IN ('submitted', 'working', 'returned', 'paused')
 ORDER BY due_at, id LIMIT 25
"""


class Undo(Exception):  # noqa: N818 - it is no error
    """Ends the transaction without keeping it."""


def main() -> int:
    """Print medians, or JSON with `--json`; 1 where the demonstration is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ["BALAI_DEMO"] = "1"
    # The owner may tell the planner of the new rows, and then serves as the application does.
    os.environ["BALAI_DATABASE_ROLE"] = "owner"
    from balai.shell import start

    start.django()
    from django.db import transaction

    figures: dict[str, list[float]] = {}
    try:
        with transaction.atomic():
            figures = measured(options.cases, options.rounds)
            raise Undo
    except Undo:
        pass
    if not figures:
        print("Build the demonstration first: balai demo", file=sys.stderr)
        return 1
    report(figures, as_json=options.json)
    return 0


def measured(count: int, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each call by name; empty without the demonstration."""
    from django.db import connection

    from balai.kernel.access.models import User
    from balai.kernel.access.origin import Origin
    from balai.kernel.cases import actions, queries
    from balai.kernel.cases.models import Case
    from balai.kernel.regions.queries import find_city
    from balai.kernel.row_security import rows_of
    from balai.shell.postgres import APPLICATION

    city, officer = find_city("banyuwangi"), User.objects.filter(username="petugas.desa").first()
    if city is None or officer is None:
        return {}
    with rows_of(city.region_code), connection.cursor() as cursor:
        one = Case.objects.filter(city="banyuwangi", status="submitted").first()
        if one is None:
            return {}
        cursor.execute(MULTIPLY, [count, one.pk])
        cursor.execute("ANALYZE cases_case")
        cursor.execute(f"SET LOCAL ROLE {APPLICATION}")
        origin = Origin("petugas.desa", None, "bench")

        def bare(_: int) -> None:
            cursor.execute(BARE, ["banyuwangi"])
            cursor.fetchall()

        def first_page(_: int) -> None:
            queries.queue(officer, city=city)

        def late(_: int) -> None:
            queries.queue(officer, city=city, filters=queries.QueueFilter(state="late"))

        def of_a_village(_: int) -> None:
            with rows_of(one.home_region):
                queries.queue(officer, city=city)
                queries.queue_counts(officer, city=city)

        def tabs(_: int) -> None:
            queries.queue_counts(officer, city=city)

        def loads(_: int) -> None:
            queries.workload(city)

        def by_number(number: int) -> None:
            wanted = queries.QueueFilter(search=f"PM-1900-{number:06}")
            queries.queue(officer, city=city, filters=wanted)

        def act(number: int) -> None:
            kind = ("claim", "release")[number % 2]
            actions.act(one.pk, kind, by=officer, origin=origin, quiet=True)

        calls = {"bare query of 25 rows": bare, "queue, first page": first_page,
                 "queue, late only": late, "queue, by number": by_number,
                 "counts of the tabs": tabs, "a village's queue and tabs": of_a_village,
                 "workload of the city": loads,
                 "an act (claim, release)": act}  # fmt: skip
        return {name: times(call, rounds) for name, call in calls.items()}


def times(call: Callable[[int], Any], count: int) -> list[float]:
    """Milliseconds of each call, after two to warm up."""
    call(0)
    call(1)
    taken = []
    for number in range(count):
        before = time.perf_counter()
        call(number)
        taken.append((time.perf_counter() - before) * 1000)
    return taken


def report(figures: dict[str, list[float]], *, as_json: bool) -> None:
    """Median and 95th percentile of each row."""
    rows = {
        name: {"median_ms": round(statistics.median(each), 2),
               "p95_ms": round(statistics.quantiles(each, n=20)[-1], 2)}
        for name, each in figures.items()
    }  # fmt: skip
    if as_json:
        print(json.dumps(rows))
        return
    print(f"{'cases':26}{'median ms':>12}{'p95 ms':>10}")
    for name, row in rows.items():
        print(f"{name:26}{row['median_ms']:>12}{row['p95_ms']:>10}")


if __name__ == "__main__":
    sys.exit(main())
