"""Transfers into the ledger beside a bare COPY of the same rows, in one run.

    python benchmarks/ledger.py [--rows N] [--batch N] [--accounts N] [--json]

Bare: a table with the same columns, no key, no constraint, no index. Ledger: `post_many` with
everything on (unique key, checks, account trigger, statement indexes), each batch its own
transaction. It works in a database of its own, which it drops.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.shell.test_settings")

import django

from balai.shell import database, postgres

START = datetime(2025, 9, 1, tzinfo=UTC)
REVENUE = 20
"""Accounts that are credited; every card's transfer goes to one of them."""


def main() -> None:
    options = arguments()
    if database.is_embedded():
        postgres.ensure_running()
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        figures = measure(options)
    finally:
        connection.close()
        connection.creation.destroy_test_db("", verbosity=0)
        postgres.release()
    print(json.dumps(figures, indent=2) if options.json else table(figures))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--batch", type=int, default=10_000)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def measure(options: argparse.Namespace) -> dict[str, float]:
    from balai.kernel.ledger import actions, queries

    open_accounts(options.accounts)
    rows = options.rows
    started = time.perf_counter()
    postings = generate(rows, options.accounts)
    building = time.perf_counter() - started
    batches = [postings[at : at + options.batch] for at in range(0, rows, options.batch)]
    accounts = queries.identities({code for p in postings for code in (p.debit, p.credit)})
    lines = [[actions._line(p, accounts) for p in batch] for batch in batches]
    bare = [timed(lambda: bare_copy(lines)) for _ in range(2)]
    posting = timed(lambda: [actions.post_many(batch) for batch in batches])
    assert queries.count() == rows
    repeating = timed(lambda: [actions.post_many(batch) for batch in batches[:5]])
    assert queries.count() == rows
    verifying = timed(lambda: assert_holds(queries.check()))
    busiest = timed(lambda: queries.balance("bench/revenue/0"))
    statement = timed(
        lambda: queries.statement("bench/revenue/0", START, START + timedelta(days=1), limit=50)
    )
    singles = 4_000
    posting_singly = timed(lambda: post_singly(generate(singles, options.accounts, "single:")))
    return {
        "postings built in Python, /s": rows / building,
        "bare COPY, rows/s": rows / min(bare),
        "ledger post_many, transfers/s": rows / posting,
        "ledger / bare": min(bare) / posting,
        "repeated batches, transfers/s": sum(map(len, batches[:5])) / repeating,
        "single posts, 8 connections, /s": singles / posting_singly,
        "verify, transfers/s": rows / verifying,
        f"balance of an account with {rows // REVENUE} transfers, ms": busiest * 1e3,
        "a day's statement of it, first page, ms": statement * 1e3,
    }


def open_accounts(count: int) -> None:
    from balai.kernel.ledger import actions
    from balai.kernel.ledger.postings import NewAccount

    cards = [
        NewAccount(code=f"bench/card/{n}", currency="IDR", kind="liability", title="Card")
        for n in range(count)
    ]
    revenue = [
        NewAccount(code=f"bench/revenue/{n}", currency="IDR", kind="income", title="Revenue")
        for n in range(REVENUE)
    ]
    actions.open_accounts(cards + revenue)


def generate(count: int, accounts: int, prefix: str = "transit.charge:") -> list[Any]:
    from balai.kernel.ledger.postings import Posting

    return [
        Posting(
            debit=f"bench/card/{n * 7919 % accounts}",
            credit=f"bench/revenue/{n % REVENUE}",
            amount=1_000 + n % 4_000,
            currency="IDR",
            at=START + timedelta(seconds=n // 20),
            key=f"{prefix}{n * 2_654_435_761 % 2**40:013}",
            reason="fare",
            source=f"transit.journey:{n:012}",
        )
        for n in range(count)
    ]


def bare_copy(batches: list[list[str]]) -> None:
    from django.db import connection, transaction

    from balai.kernel.copying import _copy, sql
    from balai.kernel.ledger.actions import COLUMNS

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        columns = ", ".join(("id, recorded_at", *COLUMNS))
        cursor.execute(f"CREATE TABLE bare AS SELECT {columns} FROM ledger_transfer LIMIT 0")
    for lines in batches:
        with transaction.atomic():
            _copy(sql.Identifier("bare"), COLUMNS, lines, "default")


def post_singly(postings: list[Any], threads: int = 8) -> None:
    from django.db import connection

    from balai.kernel.ledger import actions

    def share(number: int) -> None:
        for posting in postings[number::threads]:
            actions.post(posting)
        connection.close()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(share, range(threads)))


def assert_holds(verdict: Any) -> None:
    assert verdict.holds, verdict.breaks


def timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def table(figures: dict[str, float]) -> str:
    return "\n".join(
        f"{name:<58} {figure:>12,.2f}" if figure < 100 else f"{name:<58} {figure:>12,.0f}"
        for name, figure in figures.items()
    )


if __name__ == "__main__":
    main()
