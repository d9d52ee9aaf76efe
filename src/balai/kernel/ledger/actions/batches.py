"""Batches by COPY: all transfers or none, each once for its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from struct import Struct
from typing import Any

from django.db import connection

from balai.kernel.copying import copy_binary_once
from balai.kernel.identifiers import time_ordered_ids
from balai.kernel.ledger import queries
from balai.kernel.ledger.actions.posting import Batch
from balai.kernel.ledger.actions.refusals import account_fault, another_body, one_effect
from balai.kernel.ledger.postings import Posting
from balai.kernel.problems import ProblemError

COLUMNS = (
    "recorded_in", "debit_id", "credit_id", "amount", "currency", "at", "idempotency_key",
    "reason", "source", "reverses",
)  # fmt: skip
BODY = COLUMNS[1:]
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""PostgreSQL counts microseconds from here."""
HEAD = Struct(">h i16s iq iq iq iq i3s iq i".replace(" ", ""))
LENGTH = Struct(">i")
NULL = LENGTH.pack(-1)


def post_many(postings: Sequence[Posting]) -> Batch:
    """Make all transfers by COPY, or none. Those made before, with the same body, stay as they are.

    ConflictError names the first key that stands for another body; ProblemError names rows
    (1 is the first) whose accounts do not exist or are in another currency.
    """
    accounts = queries.identities(
        {posting.debit for posting in postings} | {posting.credit for posting in postings}
    )
    _refuse_bad_accounts(postings, accounts)
    unique = _unique(postings)
    ordered = [unique[key] for key in sorted(unique)]
    if not ordered:
        return Batch(0, 0)
    rows = _rows(ordered, accounts)
    new = _copy(len(ordered), rows)
    return Batch(posted=new, repeated=len(postings) - new)


def post_batch(table: Any) -> Batch:
    """As `post_many`, for a table: columns of arrays are checked and copied without objects.

    `table` is a `pyarrow.Table` or what `pyarrow.table` takes (a mapping of names to arrays), with
    the columns of `columnar.SCHEMA`: debit, credit (accounts, all by code or all by the id that
    `queries.identities` gives once for many batches), amount (whole units above zero), currency,
    at (timestamp with a zone), key, reason and, if wanted, source. ProblemError names row, field
    and value of what cannot be posted, and then nothing is posted.
    """
    from balai.kernel.ledger.actions import columnar

    batch = columnar.checked(table)
    if not batch.rows:
        return Batch(0, 0)
    if batch.repeats_keys:
        return post_many(batch.postings(queries.codes(batch.ids)))
    accounts = queries.identities(batch.codes)
    batch.refuse_bad_accounts(accounts)
    new = _copy(batch.rows, batch.encoder(accounts))
    return Batch(posted=new, repeated=batch.rows - new)


def _copy(count: int, rows: Callable[[int], bytes]) -> int:
    """Copy rows in the order of their keys; returns how many are new.

    `rows` encodes them, given the transaction that records them.
    """
    with one_effect():
        new, differing = copy_binary_once(
            "ledger_transfer", COLUMNS, rows(_moment()), count=count, key="idempotency_key",
            compared=BODY,
        )  # fmt: skip
        if differing is not None:
            raise another_body(differing)
    return new


def _rows(
    postings: Sequence[Posting], accounts: Mapping[str, tuple[int, str]]
) -> Callable[[int], bytes]:
    def encode(moment: int) -> bytes:
        ids = bytes.fromhex("".join(time_ordered_ids(len(postings))))
        texts: dict[str, bytes] = {}
        return b"".join(
            [
                _row(posting, accounts, moment, ids[16 * at : 16 * at + 16], texts)
                for at, posting in enumerate(postings)
            ]
        )

    return encode


def _row(
    posting: Posting, accounts: Mapping[str, tuple[int, str]], moment: int, identifier: bytes,
    texts: dict[str, bytes],
) -> bytes:  # fmt: skip
    key, source = posting.key.encode(), posting.source.encode()
    # Reasons are few: each is encoded once.
    reason = texts.get(posting.reason) or texts.setdefault(posting.reason, _text(posting.reason))
    reverses = posting.reverses
    return (
        HEAD.pack(1 + len(COLUMNS), 16, identifier, 8, moment, 8, accounts[posting.debit][0],
                  8, accounts[posting.credit][0], 8, posting.amount, 3, posting.currency.encode(),
                  8, _microseconds(posting.at), len(key))
        + key + reason + LENGTH.pack(len(source)) + source
        + (NULL if reverses is None else LENGTH.pack(16) + reverses.bytes)
    )  # fmt: skip


def _text(text: str) -> bytes:
    encoded = text.encode()
    return LENGTH.pack(len(encoded)) + encoded


def _moment() -> int:
    # The column's default says the same, but COPY would ask it for each row.
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_moment()")
        return int(cursor.fetchone()[0])


def _microseconds(at: datetime) -> int:
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _refuse_bad_accounts(
    postings: Sequence[Posting], accounts: Mapping[str, tuple[int, str]]
) -> None:
    currencies = {code: currency for code, (_, currency) in accounts.items()}
    faults = [
        fault
        for row, posting in enumerate(postings, 1)
        if not (currencies.get(posting.debit) == posting.currency == currencies.get(posting.credit))
        for field in ("debit", "credit")
        if (
            fault := account_fault(
                accounts, getattr(posting, field), posting.currency, field,
                row if len(postings) > 1 else None,
            )
        )
    ]  # fmt: skip
    if faults:
        raise ProblemError("The transfers cannot be made", faults=tuple(faults))


def _unique(postings: Sequence[Posting]) -> dict[str, Posting]:
    unique = {posting.key: posting for posting in postings}
    if len(unique) < len(postings):
        for posting in postings:
            if unique[posting.key] != posting:
                raise another_body(posting.key)
    return unique
