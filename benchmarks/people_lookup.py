"""Look-ups by NIK and searches by name among a million residents, under row-level security.

    python benchmarks/people_lookup.py [--rows N] [--json]

Residents, half of them of Makassar and half of ten other cities, are copied in; the database
derives the keys of their names. Then, as the role that serves and in a transaction that names
Makassar: find_by_nik with its entry in the log of looks (with the statements and the processor time
that a look-up takes), the same through the HTTP API in this process (token, limits, transaction
and JSON, with connections from a pool as `balai serve` has them), a look-up that finds nobody,
searches by words of a name, the first page of a village. The peer of each look-up is the bare
statement by primary key as a superuser, whom no policy binds. It works in a database of its own,
which it drops; the bar for a look-up is 5 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.shell.test_settings")
os.environ.setdefault("BALAI_POOL", "4")

import django

from balai.shell import database, postgres

BAR_MS = 5.0
SEED = 3510
CITY = "73.71"
CHUNK = 20_000
FIRST = ("Andi", "Sitti", "Muhammad", "Nur", "Sri", "Slamet", "Siti", "Budi", "Dewi", "Agus")
SECOND = ("Rahmah", "Hidayat", "Santoso", "Wulandari", "Basri", "Lestari", "Anwar", "Rahayu")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if database.is_embedded():
        postgres.ensure_running()
    django.setup()
    from django.conf import settings
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.KEYS_ROOT = Path(folder)
            figures = measure(options.rows)
    finally:
        connection.close()
        connection.creation.destroy_test_db("", verbosity=0)
        postgres.release()
    print(json.dumps(figures, indent=2) if options.json else table(figures))
    return int(figures["find_by_nik, ms"] > BAR_MS)


def measure(rows: int) -> dict[str, float]:
    from django.db import connection

    from balai.kernel.people.queries import Look, Purpose, find_by_nik
    from balai.kernel.people.queries.search import Search, lines, search_ids
    from balai.kernel.row_security import rows_of

    user = officer()
    secret = token(user)
    look = Look(user, Purpose("service", "benchmark of look-ups"), origin())
    started = time.perf_counter()
    numbers, people = copy_in(rows)
    copied = time.perf_counter() - started
    chance = random.Random(SEED)
    known = chance.sample(numbers, 300)
    bare = [timed(lambda key=key: by_key(key)) for key in chance.sample(people, 300)]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE people_person, people_identifier, people_namekey")
        cursor.execute(f"SET ROLE {postgres.APPLICATION}")

    def found(nik: str) -> None:
        with rows_of(CITY):
            assert find_by_nik(nik, look=look) is not None

    def missed(nik: str) -> None:
        with rows_of(CITY):
            assert find_by_nik(nik, look=look) is None

    def searched(**asked: Any) -> Callable[[], None]:
        def search() -> None:
            with rows_of(CITY):
                assert lines(search_ids(Search(**asked))[:25])

        return search

    hits = [timed(lambda nik=nik: found(nik)) for nik in known]
    with connection.execute_wrapper(counter := Counter()):
        found(known[0])
    before = time.process_time()
    for nik in known:
        found(nik)
    processor = (time.process_time() - before) / len(known) * 1e3
    asked = asker(secret)
    asked(known[0])
    answers = [timed(lambda nik=nik: asked(nik)) for nik in known]
    misses = [timed(lambda n=n: missed(f"9999990101{n:06}")) for n in range(100, 200)]
    figures = {
        "rows copied and indexed, 1/s": rows / copied,
        "bare row by primary key, ms": statistics.median(bare),
        "find_by_nik, ms": statistics.median(hits),
        "find_by_nik, 95th percentile, ms": percentile(hits, 0.95),
        "find_by_nik, 99th percentile, ms": percentile(hits, 0.99),
        "find_by_nik, statements": counter.count,
        "find_by_nik, processor here, ms": processor,
        "look-up by HTTP, ms": statistics.median(answers),
        "look-up by HTTP, 95th percentile, ms": percentile(answers, 0.95),
        "find_by_nik to bare row": statistics.median(hits) / statistics.median(bare),
        "find_by_nik that finds nobody, ms": statistics.median(misses),
        "name, two rare words, ms": median(searched(name="wulandari x1234")),
        "name, two common words, ms": median(searched(name="sitti rah")),
        "name, one common word, ms": median(searched(name="muhammad")),
        "birth date and part of a name, ms": median(
            searched(name="sit", birth_date=date(1990, 1, 1))
        ),
        "first page of a village, ms": median(searched(under="73.71.01.1001")),
        "first page of the city, ms": median(searched()),
    }
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    return figures


def officer() -> Any:
    from balai.kernel.access.actions.grants import grant_role
    from balai.kernel.access.models import User
    from balai.kernel.regions.actions import install_cities

    install_cities()
    user = User.objects.create_user("bench")
    grant_role(user, "people.officer", place="makassar", origin=origin())
    return user


class Counter:
    """How many statements were sent."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, *given: Any) -> Any:
        """Send it and count."""
        self.count += 1
        return execute(*given)


def token(user: Any) -> str:
    from balai.kernel.access.actions.tokens import issue_token

    _, secret = issue_token(user, "bench", scopes=["people:read"], place="makassar",
                            origin=origin())  # fmt: skip
    return secret


def asker(secret: str) -> Callable[[str], None]:
    """Asks the API for a number; the limits are counted, and wide."""
    from django.conf import settings
    from django.test import Client

    from balai.kernel.people import limits

    settings.ACCESS_THROTTLE_APART, settings.ACCESS_CALLS = True, "1000000/m"
    limits.PERSON = limits.Limits("1000000/m", "1000000/m", "1000000/m")
    client = Client(headers={"authorization": f"Bearer {secret}"})
    why = {"purpose": "service", "reason": "benchmark of look-ups"}

    def ask(nik: str) -> None:
        answer = client.post("/api/v1/people/makassar/lookups", {"nik": nik, **why},
                             content_type="application/json")  # fmt: skip
        assert answer.json()["person"], answer.content

    return ask


def percentile(figures: list[float], share: float) -> float:
    return sorted(figures)[int(len(figures) * share)]


def origin() -> Any:
    from balai.kernel.access.origin import Origin

    return Origin("bench", None, "web")


def copy_in(rows: int) -> tuple[list[str], list[str]]:
    """The NIKs and ids of those in Makassar."""
    from django.db import connection

    numbers: list[str] = []
    people: list[str] = []
    statements = (
        "COPY people_person (id, region_code, name, sex, birth_date, birth_place, life_status,"
        " moved_to, citizenship, father_name, mother_name, is_generated) FROM STDIN",
        "COPY people_identifier (id, person_id, region_code, scheme, index, sealed) FROM STDIN",
    )
    for chunk in chunks(rows):
        with connection.cursor() as cursor:
            for at, statement in enumerate(statements):
                with cursor.copy(statement) as copy:
                    copy.write("".join(line[at] for line in chunk))
        for person, identifier, nik, here in chunk:
            if here:
                people.append(person.split("\t", 1)[0])
                numbers.append(nik)
            assert identifier
    return numbers, people


def chunks(rows: int) -> Iterator[list[tuple[str, str, str, bool]]]:
    from balai.kernel.identifiers import time_ordered_ids

    chance = random.Random(SEED)
    for start in range(0, rows, CHUNK):
        size = min(CHUNK, rows - start)
        ids = zip(time_ordered_ids(size), time_ordered_ids(size), strict=True)
        yield [person(start + n, pair, chance) for n, pair in enumerate(ids)]


def person(n: int, ids: tuple[str, str], chance: random.Random) -> tuple[str, str, str, bool]:
    from uuid import UUID

    from balai.kernel.people import numbers

    here = n % 2 == 0
    district = f"73.71.{n // 2 % 15 + 1:02}" if here else f"{11 + n // 2 % 10}.01.{n % 20 + 1:02}"
    village = f"{district}.{1001 + n // 30 % 8}"
    born = date(1940, 1, 1) + timedelta(days=chance.randrange(30_000))
    nik = f"{n % 900_000 + 100_000:06}{born:%d%m%y}{n // 900_000 + 1:04}"
    name = f"{chance.choice(FIRST)} {chance.choice(SECOND)} x{n // 10}"
    one, two = ids
    row = str(UUID(two))
    index = numbers.index_of("nik", nik).hex()
    sealed = numbers.sealed("nik", nik, row).hex()
    fields = (one, village, name, "f", str(born), "Makassar", "alive", "", "ID", "", "", "t")
    return (
        "\t".join(fields) + "\n",
        f"{two}\t{one}\t{village}\tnik\t\\\\x{index}\t\\\\x{sealed}\n",
        nik,
        here,
    )


def by_key(key: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name, region_code FROM people_person WHERE id = %s", [key])
        assert cursor.fetchone()


def timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1e3


def median(call: Callable[[], object], times: int = 7) -> float:
    return statistics.median(timed(call) for _ in range(times))


def table(figures: dict[str, float]) -> str:
    return "\n".join(f"{name:<44} {figure:>12,.2f}" for name, figure in figures.items())


if __name__ == "__main__":
    sys.exit(main())
