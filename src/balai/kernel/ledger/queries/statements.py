"""An account's statement: every transfer of a period, with what the account stood at after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from balai.kernel.ledger.queries.accounts import AccountView, account
from balai.kernel.ledger.queries.balances import natural, turnover
from balai.kernel.ledger.queries.filed import FRESH, filed
from balai.kernel.ledger.queries.rows import fetch
from balai.kernel.problems import Fault, ProblemError

EXPORTED = 1000
"""Lines that an export reads at a time."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A transfer as one account sees it; `balance` is what the account stood at after it."""

    transfer: UUID
    at: datetime
    counterpart: str
    debit: int
    credit: int
    balance: int
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A page of an account's statement. `opening` and `closing` are of the whole period."""

    account: AccountView
    opening: int
    closing: int
    debits: int
    credits: int
    lines: tuple[StatementLine, ...]
    next: str | None


def statement(
    code: str, start: datetime, end: datetime, *, limit: int = 100, after: str | None = None
) -> Statement:
    """An account's transfers from `start` (inclusive) to `end` (exclusive), a page at a time.

    `after` is the `next` of the page before. MissingError where the account does not exist;
    ProblemError where `after` is not such a mark.
    """
    found = account(code)
    opening = natural(found.kind, *turnover(found.id, start))
    debits, credits = turnover(found.id, end, start) if end > start else (0, 0)
    standing, place = _standing(found, start, opening, after)
    rows = fetch(_LINES, {"id": found.id, "start": start, "end": end, "limit": limit + 1,
                          **place, **filed()})  # fmt: skip
    lines = _running(found.kind, standing, rows[:limit])
    return Statement(
        account=found,
        opening=opening,
        closing=opening + natural(found.kind, debits, credits),
        debits=debits,
        credits=credits,
        lines=tuple(lines),
        next=_mark(lines[-1]) if len(rows) > limit else None,
    )


def statement_lines(code: str, start: datetime, end: datetime) -> Iterator[StatementLine]:
    """All lines of a period, read a thousand at a time; for exports."""
    found = account(code)
    standing = natural(found.kind, *turnover(found.id, start))
    place: dict[str, Any] = {"at": None, "transfer": None}
    while True:
        values = {"id": found.id, "start": start, "end": end, "limit": EXPORTED, **place, **filed()}
        lines = _running(found.kind, standing, fetch(_LINES, values))
        yield from lines
        if len(lines) < EXPORTED:
            return
        standing = lines[-1].balance
        place = {"at": lines[-1].at, "transfer": lines[-1].transfer}


def _running(kind: str, standing: int, rows: list[Any]) -> list[StatementLine]:
    lines = []
    for identifier, at, counterpart, debit, credit, reason, source in rows:
        standing += natural(kind, debit, credit)
        lines.append(
            StatementLine(identifier, at, counterpart, debit, credit, standing, reason, source)
        )
    return lines


def _standing(
    found: AccountView, start: datetime, opening: int, after: str | None
) -> tuple[int, dict[str, Any]]:
    """What the account stood at before the page, and where the page begins."""
    if not after:
        return opening, {"at": None, "transfer": None}
    place = _read_mark(after)
    at = place["at"]
    standing = natural(found.kind, *turnover(found.id, at)) if at > start else opening
    ties = fetch(_TIES, {"id": found.id, **place, **filed()})[0]
    return standing + natural(found.kind, *map(int, ties)), place


def _mark(line: StatementLine) -> str:
    return f"{line.at.isoformat()}~{line.transfer}"


def _read_mark(after: str) -> dict[str, Any]:
    at, _, identifier = after.partition("~")
    try:
        place: dict[str, Any] = {"at": datetime.fromisoformat(at), "transfer": UUID(identifier)}
        if place["at"].tzinfo is None:
            raise ValueError(at)
    except ValueError as error:
        raise ProblemError(
            "The page cannot be found",
            faults=(
                Fault(
                    field="after", value=after, problem="is not a mark of this statement",
                    remedy="Use the mark that the page before gave as its next",
                ),
            ),
        ) from error  # fmt: skip
    return place


# What only reserves or gives back moves nothing: it has no line.
_PLACE = """
 AND transfer.at >= %(start)s AND transfer.at < %(end)s
 AND (%(at)s::timestamptz IS NULL
      OR (transfer.at >= %(at)s::timestamptz
          AND (transfer.at, transfer.{id}) > (%(at)s::timestamptz, %(transfer)s::uuid)))
 ORDER BY transfer.at, transfer.{id} LIMIT %(limit)s
"""

_MOVED = f"""
SELECT transfer.id, transfer.at,
       CASE WHEN transfer.debit_id = %(id)s THEN transfer.amount ELSE -transfer.amount END
  FROM ledger_transfer AS transfer
 WHERE {FRESH} AND %(id)s IN (transfer.debit_id, transfer.credit_id) AND transfer.amount > 0
"""  # noqa: S608

_LINES = f"""
WITH moved (id, at, amount) AS (
  (SELECT transfer_id, at, amount FROM ledger_filedentry AS transfer
    WHERE account_id = %(id)s {_PLACE.format(id="transfer_id")})
  UNION ALL ({_MOVED} {_PLACE.format(id="id")})
  ORDER BY 2, 1 LIMIT %(limit)s)
SELECT transfer.id, transfer.at, other.code, greatest(moved.amount, 0), greatest(-moved.amount, 0),
       transfer.reason, transfer.source
  FROM moved JOIN ledger_transfer AS transfer ON transfer.id = moved.id
  JOIN ledger_account AS other
    ON other.id = CASE WHEN moved.amount > 0 THEN transfer.credit_id ELSE transfer.debit_id END
 ORDER BY transfer.at, transfer.id
"""  # noqa: S608

_TIES = f"""
WITH moved (id, at, amount) AS (
  SELECT transfer_id, at, amount FROM ledger_filedentry
   WHERE account_id = %(id)s AND at = %(at)s AND transfer_id <= %(transfer)s
  UNION ALL {_MOVED} AND transfer.at = %(at)s AND transfer.id <= %(transfer)s)
SELECT coalesce(sum(amount) FILTER (WHERE amount > 0), 0),
       coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) FROM moved
"""  # noqa: S608
