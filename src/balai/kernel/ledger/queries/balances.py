"""What accounts stand at: posted and pending, now or at any time, alone or in a trial balance.

Days that were filed are read as sums, the rest of the day in question as filed entries, and what
is not filed yet as transfers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from balai.kernel.ledger.queries.accounts import account
from balai.kernel.ledger.queries.filed import FRESH, filed
from balai.kernel.ledger.queries.rows import UNDER, fetch
from balai.kernel.problems import Fault, ProblemError

DEBIT_SIDE = frozenset({"asset", "expense"})
"""Kinds whose balance grows when they are debited."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account was debited and credited with, in minor units of its currency.

    `reserved_debits` and `reserved_credits` are what pending transfers set aside.
    """

    account: str
    currency: str
    kind: str
    debits: int
    credits: int
    reserved_debits: int = 0
    reserved_credits: int = 0

    @property
    def amount(self) -> int:
        """The balance with the account's natural sign: an asset's debits less its credits."""
        return natural(self.kind, self.debits, self.credits)

    @property
    def pending(self) -> int:
        """What pending transfers would change `amount` by if they were all settled."""
        return natural(self.kind, self.reserved_debits, self.reserved_credits)

    @property
    def available(self) -> int:
        """`amount` less what pending transfers would take from it."""
        taken = self.reserved_credits if self.kind in DEBIT_SIDE else self.reserved_debits
        return self.amount - taken


@dataclass(frozen=True, slots=True)
class TrialLine:
    """An account's balance on the side where it stands."""

    account: str
    title: str
    kind: str
    currency: str
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class TrialTotal:
    """The two columns' sums of one currency. Equal, where the path holds whole transfers."""

    currency: str
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account with its balance on its side, and the sums by currency."""

    lines: tuple[TrialLine, ...]
    totals: tuple[TrialTotal, ...]


def balance(code: str, on: date | datetime | None = None, *, zone: tzinfo = UTC) -> Balance:
    """An account's balance now, at the moment `on`, or at the end of the day `on` in `zone`.

    MissingError where the account does not exist.
    """
    found = account(code)
    return balances_of([found.id], on, zone=zone)[0]


def balances(
    prefix: str = "", on: date | datetime | None = None, *, zone: tzinfo = UTC
) -> list[Balance]:
    """The balances of all accounts at or under a path, by code, as of `on` (see `balance`)."""
    chosen = f"SELECT * FROM ledger_account WHERE {UNDER}"  # noqa: S608
    return _balances(chosen, {"prefix": prefix.rstrip("/")}, on, zone)


def balances_of(
    ids: Sequence[int], on: date | datetime | None = None, *, zone: tzinfo = UTC
) -> list[Balance]:
    """The balances of these accounts, by code, as of `on` (see `balance`)."""
    chosen = "SELECT * FROM ledger_account WHERE id = ANY(%(ids)s)"
    return _balances(chosen, {"ids": list(ids)}, on, zone)


def trial_balance(
    prefix: str = "", on: date | datetime | None = None, *, zone: tzinfo = UTC
) -> TrialBalance:
    """The trial balance of the accounts under a path as of `on` (see `balance`)."""
    titles = dict(fetch(f"SELECT code, title FROM ledger_account WHERE {UNDER}",  # noqa: S608
                        {"prefix": prefix.rstrip("/")}))  # fmt: skip
    lines = []
    totals: dict[str, tuple[int, int]] = {}
    for found in balances(prefix, on, zone=zone):
        net = found.debits - found.credits
        debit, credit = max(net, 0), max(-net, 0)
        lines.append(TrialLine(found.account, titles[found.account], found.kind, found.currency,
                               debit, credit))  # fmt: skip
        before = totals.get(found.currency, (0, 0))
        totals[found.currency] = before[0] + debit, before[1] + credit
    sums = tuple(TrialTotal(code, *sides) for code, sides in sorted(totals.items()))
    return TrialBalance(tuple(lines), sums)


def turnover(
    identifier: int, until: datetime | None, since: datetime | None = None
) -> tuple[int, int]:
    """Debits and credits of an account before `until` (all, if None), less those before `since`."""
    debits, credits = _turnover(identifier, until)
    if since is None:
        return debits, credits
    before = _turnover(identifier, since)
    return debits - before[0], credits - before[1]


def natural(kind: str, debits: int, credits: int) -> int:
    """The balance with the sign natural to the account's kind."""
    return debits - credits if kind in DEBIT_SIDE else credits - debits


def _turnover(identifier: int, until: datetime | None) -> tuple[int, int]:
    found = _balances("SELECT * FROM ledger_account WHERE id = %(id)s", {"id": identifier},
                      until, UTC, before=True)[0]  # fmt: skip
    return found.debits, found.credits


def _balances(
    chosen: str, values: dict[str, Any], on: date | datetime | None, zone: tzinfo, *,
    before: bool = False,
) -> list[Balance]:  # fmt: skip
    until = on if before else moment_after(on, zone)
    day = until.astimezone(UTC).date() if isinstance(until, datetime) else None
    rows = fetch(
        _BALANCES.format(chosen=chosen, fresh=FRESH),
        {**values, "until": until, "day": day, **filed()},
    )
    return [Balance(code, currency, kind, *map(int, sums)) for code, currency, kind, *sums in rows]


def moment_after(on: date | datetime | None, zone: tzinfo) -> datetime | None:
    """The first moment that no longer counts; ProblemError where a time has no zone."""
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


# Sums of whole days; then the filed part of the last day; then what is not filed. A pending
# transfer counts until it expires or is resolved.
_BALANCES = """
WITH chosen AS ({chosen}),
moved AS (
  SELECT account_id AS id, debits, credits FROM ledger_turnover
   WHERE account_id IN (SELECT id FROM chosen) AND (%(day)s::date IS NULL OR day < %(day)s::date)
  UNION ALL
  SELECT account_id, greatest(amount, 0), greatest(-amount, 0) FROM ledger_filedentry
   WHERE account_id IN (SELECT id FROM chosen)
     AND at >= (%(day)s::date)::timestamp AT TIME ZONE 'UTC' AND at < %(until)s
  UNION ALL
  SELECT sides.id, sides.debits, sides.credits
    FROM ledger_transfer AS transfer
   CROSS JOIN LATERAL (VALUES (transfer.debit_id, transfer.amount, 0::bigint),
                              (transfer.credit_id, 0, transfer.amount))
              AS sides (id, debits, credits)
   WHERE {fresh} AND (%(until)s::timestamptz IS NULL OR transfer.at < %(until)s)
     AND sides.id IN (SELECT id FROM chosen)),
posted AS (SELECT id, sum(debits) AS debits, sum(credits) AS credits FROM moved GROUP BY id),
pending AS (
  SELECT * FROM ledger_transfer AS p
   WHERE p.reserved > 0
     AND (p.debit_id IN (SELECT id FROM chosen) OR p.credit_id IN (SELECT id FROM chosen))
     AND (%(until)s::timestamptz IS NULL OR p.at < %(until)s)
     AND (p.expires_at IS NULL OR p.expires_at >= coalesce(%(until)s::timestamptz, now()))
     AND NOT EXISTS (
       SELECT FROM ledger_transfer AS r
        WHERE r.resolves = p.id AND (%(until)s::timestamptz IS NULL OR r.at < %(until)s))),
reserved AS (
  SELECT id, sum(debits) AS debits, sum(credits) AS credits FROM (
    SELECT debit_id AS id, reserved AS debits, 0 AS credits FROM pending
    UNION ALL SELECT credit_id, 0, reserved FROM pending) AS sides GROUP BY id)
SELECT chosen.code, chosen.currency, chosen.kind,
       coalesce(posted.debits, 0), coalesce(posted.credits, 0),
       coalesce(reserved.debits, 0), coalesce(reserved.credits, 0)
  FROM chosen LEFT JOIN posted USING (id) LEFT JOIN reserved USING (id)
 ORDER BY chosen.code
"""
