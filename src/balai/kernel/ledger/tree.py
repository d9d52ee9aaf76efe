"""The ledger's tree of hashes: its leaves in the order of recording, and subtrees kept by 1,024.

The order is by the transaction that recorded a transfer, then by its identifier. A transfer enters
the tree once every transaction below a horizon has ended (`ledger_horizon()`): whatever is
recorded later, however old its identifier or its `at`, comes after all that is in the tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from balai.kernel.ledger.engine.leaves import leaf
from balai.kernel.ledger.engine.merkle import Frontier, leaf_hash
from balai.kernel.ledger.models import Subtree
from balai.kernel.ledger.queries.rows import fetch

SUBTREE = 1024
READ = 2000
"""Rows that are fetched at a time."""
FIRST = (0, UUID(int=0))

Place = tuple[int, UUID]
"""Transaction and identifier: a transfer's place in the order."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A transfer as the tree holds it; `writer` is the transaction that wrote its row (32 bits)."""

    place: Place
    key: str
    data: bytes
    writer: int


def leaves(after: Place, horizon: int, last: Place | None = None) -> Iterator[Leaf]:
    """The leaves after a place, up to `last` or below a horizon, in order.

    Some thousand are in memory at a time.
    """
    values: dict[str, Any] = {
        "transaction": after[0], "id": after[1], "horizon": last[0] + 1 if last else horizon,
        "last": last[1] if last else None,
    }  # fmt: skip
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_LEAVES, values)
        while rows := cursor.fetchmany(READ):
            for identifier, writer, *fields in rows:
                yield Leaf((fields[1], identifier), fields[9], leaf(fields), writer)


class Reader:
    """Hashes of any part of the tree of `size` leaves below `horizon`, for proofs."""

    def __init__(self, size: int, horizon: int) -> None:
        self.size, self.horizon = size, horizon
        full = list(Subtree.objects.filter(number__lt=size // SUBTREE).order_by("number"))
        self._subtrees = [bytes(kept.hash) for kept in full]
        self._ends = [FIRST, *((kept.last_recorded_in, kept.last_id) for kept in full)]
        self._leaves: dict[int, list[Leaf]] = {}

    def leaves_of(self, number: int) -> list[Leaf]:
        """The leaves of the subtree of that number, the last one's only up to `size`."""
        if number not in self._leaves:
            last = self._ends[number + 1] if number + 1 < len(self._ends) else None
            found = leaves(self._ends[number], self.horizon, last)
            count = min(SUBTREE, self.size - number * SUBTREE)
            self._leaves[number] = [item for item, _ in zip(found, range(count), strict=False)]
            found.close()  # type: ignore[attr-defined]
        return self._leaves[number]

    def hash_of(self, start: int, end: int) -> bytes:
        """The hash of the leaves from `start` to `end`, as `merkle` asks for it."""
        tree = Frontier()
        while start < end:
            number, offset = divmod(start, SUBTREE)
            if not offset and end - start >= SUBTREE:
                tree.add(self._subtrees[number], SUBTREE)
                start += SUBTREE
                continue
            stop = min(end, (number + 1) * SUBTREE)
            for found in self.leaves_of(number)[offset : stop - number * SUBTREE]:
                tree.add(leaf_hash(found.data))
            start = stop
        return tree.root()

    def index_of(self, place: Place) -> int | None:
        """The index of the leaf at a place, or None where the tree does not hold it."""
        number = sum(1 for end in self._ends[1:] if end < place)
        if number * SUBTREE >= self.size:
            return None
        for offset, found in enumerate(self.leaves_of(number)):
            if found.place == place:
                return number * SUBTREE + offset
        return None


def place_of(identifier: UUID) -> Place | None:
    """The place of a transfer in the order, or None where there is none of that identifier."""
    rows = fetch("SELECT recorded_in FROM ledger_transfer WHERE id = %(id)s", {"id": identifier})
    return (rows[0][0], identifier) if rows else None


def current_horizon() -> int:
    """Below it every transaction has ended."""
    return int(fetch("SELECT ledger_horizon()", {})[0][0])


def _time(column: str) -> str:
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


_LEAVES: Any = f"""
SELECT t.id, t.xmin::text::bigint, t.id::text, t.recorded_in, {_time("t.recorded_at")},
       debit.code, credit.code, t.amount, t.reserved, t.currency, {_time("t.at")},
       t.idempotency_key, t.reason, t.source, t.reverses::text, t.resolves::text,
       {_time("t.expires_at")}
  FROM ledger_transfer AS t
  LEFT JOIN ledger_account AS debit ON debit.id = t.debit_id
  LEFT JOIN ledger_account AS credit ON credit.id = t.credit_id
 WHERE t.recorded_in >= %(transaction)s AND t.recorded_in < %(horizon)s
   AND (t.recorded_in > %(transaction)s OR t.id > %(id)s)
   AND (t.recorded_in < %(horizon)s - 1 OR %(last)s::uuid IS NULL OR t.id <= %(last)s)
 ORDER BY t.recorded_in, t.id
"""  # noqa: S608
