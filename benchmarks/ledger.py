"""Transfers into the ledger beside a bare COPY of the same rows, in one run.

    python benchmarks/ledger.py [--rows N] [--batch N] [--accounts N] [--json]

Bare: a table with the same columns, no key, no constraint, no index. Ledger: `post_many` (objects)
and `post_batch` (columns) with everything on (unique key, checks, triggers, every index),
each batch its own transaction, on one connection and on two. Filing by account and source comes
after posting and is timed apart. It works in a database of its own, which it drops.
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
COLUMNS = (
    "debit_id", "credit_id", "amount", "currency", "at", "idempotency_key", "reason", "source",
    "reverses",
)  # fmt: skip
FILING = "filing, transfers/s"
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
    rows, size = options.rows, options.batch
    started = time.perf_counter()
    objects = batched(generate(rows, options.accounts), size)
    building = time.perf_counter() - started
    accounts = queries.identities([account.code for account in queries.accounts("bench")])
    tables, streams = (
        [as_table(batch, accounts) for batch in
         batched(generate(rows, options.accounts, prefix), size)]
        for prefix in ("column:", "stream:")
    )  # fmt: skip
    actions.post_batch(as_table(generate(10, options.accounts, "compile:"), accounts))
    lines = [[text_line(p, n) for n, p in enumerate(batch)] for batch in objects]
    bare = min(timed(lambda: bare_copy(lines)) for _ in range(2))
    posting = timed(lambda: [actions.post_many(batch) for batch in objects])
    columns = timed(lambda: [actions.post_batch(table) for table in tables])
    together = timed(lambda: share(streams, actions.post_batch, 2))
    assert queries.count() == 3 * rows + 10
    repeating = timed(lambda: [actions.post_many(batch) for batch in objects[:5]])
    singly = 8_000
    few, many = (generate(singly, options.accounts, prefix) for prefix in ("few:", "many:"))
    posting_singly = {
        8: timed(lambda: share(few, actions.post, 8)),
        32: timed(lambda: share(many, actions.post, 32)),
    }
    assert queries.count() == 3 * rows + 10 + 2 * singly
    later = reading(3 * rows + 2 * singly)
    return {
        "postings built in Python, /s": rows / building,
        "bare COPY, rows/s": rows / bare,
        "post_many (objects), transfers/s": rows / posting,
        "post_batch (columns), transfers/s": rows / columns,
        "post_batch, 2 connections, transfers/s": rows / together,
        "post_many / bare COPY": bare / posting,
        "post_batch / bare COPY": bare / columns,
        "post_batch, 2 connections / bare COPY": bare / together,
        "repeated batches, transfers/s": sum(map(len, objects[:5])) / repeating,
        "single posts, 8 connections, /s": singly / posting_singly[8],
        "single posts, 32 connections, /s": singly / posting_singly[32],
        "post_batch, then filed, transfers/s": 1 / (columns / rows + 1 / later[FILING]),
        **later,
    }


def reading(rows: int) -> dict[str, float]:
    """Filing, checkpoint, verification, and what an officer waits for before and after filing."""
    from balai.kernel.ledger import actions, queries

    day = (START, START + timedelta(days=1))
    questions = {
        f"balance of an account with {rows // REVENUE} transfers, ms":
            lambda: queries.balance("bench/revenue/0"),
        "its balance at a day's end, ms": lambda: queries.balance("bench/revenue/0", START.date()),
        "a day's statement of it, first page, ms":
            lambda: queries.statement("bench/revenue/0", *day, limit=50),
        "transfers of a source, ms": lambda: queries.transfers_of("transit.journey:000000000007"),
    }  # fmt: skip
    fresh = {f"{name}, nothing filed": timed(ask) for name, ask in questions.items()}
    filing = timed(actions.file_transfers)
    filed = {name: min(timed(ask) for _ in range(3)) for name, ask in questions.items()}
    sealing = timed(lambda: actions.make_checkpoint(now=datetime.now(UTC)))
    assert queries.unsealed() == 0
    verifying = timed(lambda: assert_holds(queries.check()))
    some = queries.transfer_by_key(generate(8, 100)[7].key).id
    proving = timed(lambda: queries.inclusion_proof(some))
    return {
        FILING: rows / filing,
        "checkpoint over all, transfers/s": rows / sealing,
        "verify, transfers/s": rows / verifying,
        **{name: seconds * 1e3 for name, seconds in {**fresh, **filed}.items()},
        "inclusion proof of a transfer, ms": proving * 1e3,
    }


def open_accounts(count: int) -> None:
    from django.db import connection

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
    with connection.cursor() as cursor:
        # As the server does by itself within a minute of so many new rows.
        cursor.execute("ANALYZE ledger_account")


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

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        columns = ", ".join(("id, recorded_at", *COLUMNS))
        cursor.execute(f"CREATE TABLE bare AS SELECT {columns} FROM ledger_transfer LIMIT 0")
    for lines in batches:
        with transaction.atomic():
            _copy(sql.Identifier("bare"), COLUMNS, lines, "default")


def batched(postings: list[Any], size: int) -> list[list[Any]]:
    return [postings[at : at + size] for at in range(0, len(postings), size)]


def as_table(postings: list[Any], accounts: dict[str, Any]) -> Any:
    import pyarrow as pa

    from balai.kernel.ledger.actions.columnar import SCHEMA

    return pa.table(
        {
            name: pa.array(
                [accounts[getattr(p, name)][0] for p in postings]
                if name in ("debit", "credit")
                else [getattr(p, name) for p in postings],
                None if name in ("debit", "credit") else kind,
            )
            for name, kind in SCHEMA.items()
        }
    )


def text_line(posting: Any, number: int) -> str:
    """A row of the same content as the ledger's, for the bare COPY."""
    return (
        f"{number}\t{number % REVENUE}\t{posting.amount}\t{posting.currency}"
        f"\t{posting.at.isoformat()}\t{posting.key}\t{posting.reason}\t{posting.source}\t\\N"
    )


def share(work: list[Any], call: Callable[[Any], object], threads: int) -> None:
    """The work divided among threads, each with a connection of its own, as a server's."""
    from django.db import connection

    def run(number: int) -> None:
        for item in work[number::threads]:
            call(item)
        connection.close()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, range(threads)))


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
