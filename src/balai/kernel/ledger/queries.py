"""Everything that is read from the ledger: balances at any time, statements, transfers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django.db import connection

from balai.kernel.ledger import verification
from balai.kernel.ledger.models import Account, Transfer
from balai.kernel.ledger.postings import Posting
from balai.kernel.ledger.verification import Verdict
from balai.kernel.problems import Fault, MissingError, ProblemError

DEBIT_SIDE = frozenset({"asset", "expense"})
"""Kinds whose balance grows when they are debited."""


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as others see it."""

    id: int
    code: str
    currency: str
    kind: str
    title: str
    region_code: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer with its accounts' codes."""

    id: UUID
    debit: str
    credit: str
    amount: int
    currency: str
    at: datetime
    recorded_at: datetime
    key: str
    reason: str
    source: str
    reverses: UUID | None

    def as_posting(self) -> Posting:
        """The posting that made it."""
        return Posting(
            debit=self.debit, credit=self.credit, amount=self.amount, currency=self.currency,
            at=self.at, key=self.key, reason=self.reason, source=self.source,
            reverses=self.reverses,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account was debited and credited with, in minor units of its currency."""

    account: str
    currency: str
    kind: str
    debits: int
    credits: int

    @property
    def amount(self) -> int:
        """The balance with the account's natural sign: an asset's debits less its credits."""
        return _natural(self.kind, self.debits, self.credits)


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


def account(code: str) -> AccountView:
    """The account of that code; MissingError if none is open."""
    row = Account.objects.filter(code=code).values_list(*_ACCOUNT_FIELDS).first()
    if row is None:
        raise MissingError("There is no such account", detail=f"No account {code!r} is open.")
    return AccountView(*row)


def accounts(prefix: str = "") -> list[AccountView]:
    """The accounts at or under a path (`jakarta/transit`), all if it is empty, by code."""
    rows = _fetch(
        f"SELECT {', '.join(_ACCOUNT_FIELDS)} FROM ledger_account"  # noqa: S608
        f" WHERE {_UNDER} ORDER BY code",
        {"prefix": prefix.rstrip("/")},
    )
    return [AccountView(*row) for row in rows]


def identities(codes: Collection[str]) -> dict[str, tuple[int, str]]:
    """The id and currency of each of the accounts that exist, by code."""
    # An array is one parameter, where IN would be one for each code.
    rows = _fetch(
        "SELECT code, id, currency FROM ledger_account WHERE code = ANY(%(codes)s)",
        {"codes": list(codes)},
    )
    return {code: (number, currency) for code, number, currency in rows}


def balance(code: str, on: date | datetime | None = None, *, zone: tzinfo = UTC) -> Balance:
    """An account's balance now, at the moment `on`, or at the end of the day `on` in `zone`.

    MissingError where the account does not exist.
    """
    found = account(code)
    debits, credits = _turnover(found.id, None, _moment(on, zone))
    return Balance(found.code, found.currency, found.kind, debits, credits)


def balances(
    prefix: str = "", on: date | datetime | None = None, *, zone: tzinfo = UTC
) -> list[Balance]:
    """The balances of all accounts at or under a path, by code, as of `on` (see `balance`)."""
    rows = _fetch(_BALANCES, {"prefix": prefix.rstrip("/"), "until": _moment(on, zone)})
    return [Balance(*row) for row in rows]


def statement(
    code: str, start: datetime, end: datetime, *, limit: int = 100, after: str | None = None
) -> Statement:
    """An account's transfers from `start` (inclusive) to `end` (exclusive), a page at a time.

    `after` is the `next` of the page before. MissingError where the account does not exist;
    ProblemError where `after` is not such a mark.
    """
    found = account(code)
    opening = _natural(found.kind, *_turnover(found.id, None, start))
    debits, credits = _turnover(found.id, start, end)
    standing = opening
    place = {"at": None, "transfer": None}
    if after:
        place = _read_mark(after)
        standing += _natural(found.kind, *_turnover_to(found.id, start, place))
    rows = _fetch(_LINES, {"id": found.id, "start": start, "end": end, "limit": limit + 1, **place})
    lines = []
    for identifier, at, counterpart, debit, credit, reason, source in rows[:limit]:
        standing += _natural(found.kind, debit, credit)
        lines.append(
            StatementLine(identifier, at, counterpart, debit, credit, standing, reason, source)
        )
    return Statement(
        account=found,
        opening=opening,
        closing=opening + _natural(found.kind, debits, credits),
        debits=debits,
        credits=credits,
        lines=tuple(lines),
        next=f"{lines[-1].at.isoformat()}~{lines[-1].transfer}" if len(rows) > limit else None,
    )


def transfer(identifier: UUID) -> TransferView:
    """One transfer; MissingError if there is none."""
    return _one("transfer.id = %(value)s", identifier)


def transfer_by_key(key: str) -> TransferView:
    """The transfer made under an idempotency key; MissingError if there is none."""
    return _one("transfer.idempotency_key = %(value)s", key)


def transfers_of(*sources: str) -> list[TransferView]:
    """The transfers that come from these records (`transit.journey:UUID`), in time's order."""
    rows = _fetch(
        f"{_TRANSFER} WHERE transfer.source <> '' AND transfer.source = ANY(%(sources)s)"
        " ORDER BY transfer.at, transfer.id",
        {"sources": list(sources)},
    )
    return [TransferView(*row) for row in rows]


def count() -> int:
    """How many transfers there are."""
    return Transfer.objects.count()


_ACCOUNT_FIELDS = ("id", "code", "currency", "kind", "title", "region_code", "opened_at")

# A path's descendants by comparison, so that the code's index serves: '0' follows '/'.
_UNDER = """
(%(prefix)s = '' OR code = %(prefix)s
 OR (code COLLATE "C" >= %(prefix)s || '/' AND code COLLATE "C" < %(prefix)s || '0'))
"""

_TRANSFER = """
SELECT transfer.id, debit.code, credit.code, transfer.amount, transfer.currency, transfer.at,
       transfer.recorded_at, transfer.idempotency_key, transfer.reason, transfer.source,
       transfer.reverses
  FROM ledger_transfer AS transfer
  JOIN ledger_account AS debit ON debit.id = transfer.debit_id
  JOIN ledger_account AS credit ON credit.id = transfer.credit_id
"""

_TURNOVER = """
SELECT coalesce((SELECT sum(amount) FROM ledger_transfer WHERE debit_id = %(id)s AND {period}), 0),
       coalesce((SELECT sum(amount) FROM ledger_transfer WHERE credit_id = %(id)s AND {period}), 0)
"""

_BALANCES = f"""
WITH chosen AS (SELECT * FROM ledger_account WHERE {_UNDER}),
debits AS (
  SELECT debit_id AS id, sum(amount) AS amount FROM ledger_transfer
   WHERE debit_id IN (SELECT id FROM chosen)
     AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
   GROUP BY 1),
credits AS (
  SELECT credit_id AS id, sum(amount) AS amount FROM ledger_transfer
   WHERE credit_id IN (SELECT id FROM chosen)
     AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
   GROUP BY 1)
SELECT chosen.code, chosen.currency, chosen.kind,
       coalesce(debits.amount, 0)::bigint, coalesce(credits.amount, 0)::bigint
  FROM chosen LEFT JOIN debits USING (id) LEFT JOIN credits USING (id)
 ORDER BY chosen.code
"""  # noqa: S608

_SIDE = """
SELECT transfer.id, transfer.at, other.code, {debit} AS debit, {credit} AS credit,
       transfer.reason, transfer.source
  FROM ledger_transfer AS transfer JOIN ledger_account AS other ON other.id = transfer.{other}
 WHERE transfer.{own} = %(id)s AND transfer.at >= %(start)s AND transfer.at < %(end)s
   AND (%(at)s::timestamptz IS NULL
        OR (transfer.at, transfer.id) > (%(at)s::timestamptz, %(transfer)s::uuid))
 ORDER BY transfer.at, transfer.id LIMIT %(limit)s
"""

_LINES = (
    "("
    + _SIDE.format(debit="amount", credit="0", own="debit_id", other="credit_id")
    + ") UNION ALL ("
    + _SIDE.format(debit="0", credit="amount", own="credit_id", other="debit_id")
    + ") ORDER BY 2, 1 LIMIT %(limit)s"
)


def _one(condition: str, value: Any) -> TransferView:
    rows = _fetch(f"{_TRANSFER} WHERE {condition}", {"value": value})
    if not rows:
        raise MissingError("There is no such transfer", detail=f"No transfer {value} was made.")
    return TransferView(*rows[0])


def _turnover(identifier: int, start: datetime | None, end: datetime | None) -> tuple[int, int]:
    period = "(%(end)s::timestamptz IS NULL OR at < %(end)s)"
    if start is not None:
        period += " AND at >= %(start)s"
    return _sums(period, {"id": identifier, "start": start, "end": end})


def _turnover_to(identifier: int, start: datetime, place: dict[str, Any]) -> tuple[int, int]:
    period = "at >= %(start)s AND (at, id) <= (%(at)s::timestamptz, %(transfer)s::uuid)"
    return _sums(period, {"id": identifier, "start": start, **place})


def _sums(period: str, values: dict[str, Any]) -> tuple[int, int]:
    debits, credits = _fetch(_TURNOVER.format(period=period), values)[0]
    return int(debits), int(credits)


def _natural(kind: str, debits: int, credits: int) -> int:
    return debits - credits if kind in DEBIT_SIDE else credits - debits


def _moment(on: date | datetime | None, zone: tzinfo) -> datetime | None:
    """The first moment that no longer counts."""
    if isinstance(on, datetime):
        if on.tzinfo is None:
            raise ProblemError(
                "The time has no zone",
                faults=(Fault(field="on", value=on.isoformat(), problem="has no time zone"),),
            )
        return on + timedelta(microseconds=1)
    if on is None:
        return None
    return datetime.combine(on + timedelta(days=1), time(), zone)


def _read_mark(after: str) -> dict[str, Any]:
    at, _, identifier = after.partition("~")
    try:
        return {"at": datetime.fromisoformat(at), "transfer": UUID(identifier)}
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


def _fetch(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def keys_present(keys: Iterable[str]) -> set[str]:
    """Those of the idempotency keys that stand for a transfer."""
    found = Transfer.objects.filter(idempotency_key__in=list(keys))
    return set(found.values_list("idempotency_key", flat=True))


def check() -> Verdict:
    """Verify the whole ledger (see `verification`)."""
    return verification.check()
