"""Whether the ledger holds: every transfer sound, every currency at zero, every guard in place."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction

GUARDS = {
    "ledger_transfer": ("ledger_transfer_append_only", "ledger_transfer_checked"),
    "ledger_account": ("ledger_account_kept", "ledger_account_fixed"),
}
CONSTRAINTS = (
    "ledger_transfer_amount", "ledger_transfer_two_accounts", "ledger_transfer_key",
    "ledger_transfer_reversed_once", "ledger_account_code_key",
)  # fmt: skip
NAMED = 20
"""How many broken entries a report names; it counts all."""


@dataclass(frozen=True, slots=True)
class Break:
    """One broken entry: which transfer (or guard), its key, and what is wrong with it."""

    entry: str
    key: str
    problem: str


@dataclass(frozen=True, slots=True)
class CurrencyTotal:
    """What all accounts of a currency were debited and credited with; equal, or money was made."""

    currency: str
    debits: int
    credits: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a verification. `breaks` are the first in the order of recording."""

    accounts: int
    transfers: int
    totals: tuple[CurrencyTotal, ...]
    broken: int
    breaks: tuple[Break, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken

    def as_dict(self) -> dict[str, Any]:
        """The verdict for JSON."""
        return {"holds": self.holds, **asdict(self)}


def check() -> Verdict:
    """Verify the whole ledger as of one moment; reads every transfer once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNT)
        accounts, transfers = cursor.fetchone()
        cursor.execute(_BROKEN, {"named": NAMED})
        rows = cursor.fetchall()
        cursor.execute(_TOTALS)
        totals = tuple(CurrencyTotal(c, int(d), int(k)) for c, d, k in cursor.fetchall())
        guards = _missing_guards(cursor)
    uneven = [
        Break(total.currency, "", f"debits {total.debits} differ from credits {total.credits}")
        for total in totals
        if total.debits != total.credits
    ]
    entries = [Break(str(entry), key, problem) for entry, key, problem, _ in rows]
    return Verdict(
        accounts=accounts,
        transfers=transfers,
        totals=totals,
        broken=(rows[0][3] if rows else 0) + len(uneven) + len(guards),
        breaks=(*entries, *uneven, *guards),
    )


def is_set_up() -> bool:
    """Whether the ledger's tables exist in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('ledger_transfer') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def _missing_guards(cursor: Any) -> list[Break]:
    wanted = [(table, name) for table, names in GUARDS.items() for name in names]
    cursor.execute(_TRIGGERS, {"tables": list(GUARDS)})
    enabled = set(cursor.fetchall())
    cursor.execute(_CONSTRAINTS)
    present = {name for (name,) in cursor.fetchall()}
    return [
        Break(name, "", f"the trigger on {table} is missing or switched off")
        for table, name in wanted
        if (table, name) not in enabled
    ] + [
        Break(name, "", "the constraint is missing or not valid")
        for name in CONSTRAINTS
        if name not in present
    ]


_COUNT = "SELECT (SELECT count(*) FROM ledger_account), (SELECT count(*) FROM ledger_transfer)"

_BROKEN = """
WITH judged AS (
  SELECT t.id, t.idempotency_key, t.recorded_at,
    CASE
      WHEN t.amount <= 0 THEN 'its amount is not above zero'
      WHEN t.debit_id = t.credit_id THEN 'it debits the account that it credits'
      WHEN debit.id IS NULL THEN 'its debited account ' || t.debit_id || ' does not exist'
      WHEN credit.id IS NULL THEN 'its credited account ' || t.credit_id || ' does not exist'
      WHEN debit.currency <> t.currency
        THEN 'it is in ' || t.currency || ', its debited account in ' || debit.currency
      WHEN credit.currency <> t.currency
        THEN 'it is in ' || t.currency || ', its credited account in ' || credit.currency
      WHEN t.reverses IS NOT NULL AND (
             original.id IS NULL OR original.debit_id <> t.credit_id
             OR original.credit_id <> t.debit_id OR original.amount <> t.amount)
        THEN 'it does not mirror the transfer ' || t.reverses || ' that it reverses'
    END AS problem
  FROM ledger_transfer AS t
  LEFT JOIN ledger_account AS debit ON debit.id = t.debit_id
  LEFT JOIN ledger_account AS credit ON credit.id = t.credit_id
  LEFT JOIN ledger_transfer AS original ON original.id = t.reverses)
SELECT id, idempotency_key, problem, count(*) OVER ()
  FROM judged WHERE problem IS NOT NULL
 ORDER BY recorded_at, id LIMIT %(named)s
"""

# Each side is summed by its own account's currency, so that a mismatch shows as an uneven total.
_TOTALS = """
WITH debits AS (
  SELECT a.currency, sum(s.amount) AS amount
    FROM (SELECT debit_id AS id, sum(amount) AS amount FROM ledger_transfer GROUP BY 1) AS s
    JOIN ledger_account AS a USING (id) GROUP BY 1),
credits AS (
  SELECT a.currency, sum(s.amount) AS amount
    FROM (SELECT credit_id AS id, sum(amount) AS amount FROM ledger_transfer GROUP BY 1) AS s
    JOIN ledger_account AS a USING (id) GROUP BY 1)
SELECT currency, coalesce(debits.amount, 0), coalesce(credits.amount, 0)
  FROM debits FULL JOIN credits USING (currency) ORDER BY currency
"""

_TRIGGERS = """
SELECT c.relname::text, t.tgname::text
  FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
 WHERE c.relname = ANY(%(tables)s) AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
"""

_CONSTRAINTS = """
SELECT conname::text FROM pg_constraint
 WHERE conrelid IN ('ledger_transfer'::regclass, 'ledger_account'::regclass) AND convalidated
UNION
SELECT c.relname::text FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
 WHERE i.indrelid IN ('ledger_transfer'::regclass, 'ledger_account'::regclass)
   AND i.indisunique AND i.indisvalid
"""
