"""Whether each transfer is sound, currencies sum to zero, and kept sums equal the transfers."""

from __future__ import annotations

from typing import Any

from balai.kernel.ledger.verification.verdict import NAMED, Break, CurrencyTotal


def counts(cursor: Any) -> tuple[int, int]:
    """How many accounts and transfers there are."""
    cursor.execute(_COUNT)
    accounts, transfers = cursor.fetchone()
    return accounts, transfers


def broken(cursor: Any) -> tuple[int, list[Break]]:
    """How many transfers are unsound, and the first of them in the order of recording."""
    cursor.execute(_BROKEN, {"named": NAMED})
    rows = cursor.fetchall()
    found = [Break(str(entry), key, problem) for entry, key, problem, _ in rows]
    return (rows[0][3] if rows else 0), found


def totals(cursor: Any) -> tuple[CurrencyTotal, ...]:
    """Debits and credits of each currency, each side by its own account's currency."""
    cursor.execute(_TOTALS)
    return tuple(CurrencyTotal(c, int(d), int(k)) for c, d, k in cursor.fetchall())


def uneven(found: tuple[CurrencyTotal, ...]) -> list[Break]:
    """The currencies whose debits differ from their credits."""
    return [
        Break(total.currency, "", f"debits {total.debits} differ from credits {total.credits}")
        for total in found
        if total.debits != total.credits
    ]


def sums(cursor: Any) -> list[Break]:
    """What is kept beside the transfers and is not theirs: what is filed, days, standings."""
    breaks = []
    for statement in (_DAYS, _ENTRIES, _SOURCES, _STANDINGS, _EXCHANGES):
        cursor.execute(statement, {"named": NAMED})
        breaks += [Break(entry, "", problem) for entry, problem in cursor.fetchall()]
    return breaks


_COUNT = "SELECT (SELECT count(*) FROM ledger_account), (SELECT count(*) FROM ledger_transfer)"

_BROKEN = """
WITH judged AS (
  SELECT t.id, t.idempotency_key, t.recorded_in,
    CASE
      WHEN t.amount < 0 OR t.amount = 0 AND t.reserved = 0
        THEN 'its amount is not above zero'
      WHEN t.debit_id = t.credit_id THEN 'it debits the account that it credits'
      WHEN debit.id IS NULL THEN 'its debited account ' || t.debit_id || ' does not exist'
      WHEN credit.id IS NULL THEN 'its credited account ' || t.credit_id || ' does not exist'
      WHEN debit.currency <> t.currency
        THEN 'it is in ' || t.currency || ', its debited account in ' || debit.currency
      WHEN credit.currency <> t.currency
        THEN 'it is in ' || t.currency || ', its credited account in ' || credit.currency
      WHEN t.reserved <> 0 AND t.resolves IS NULL AND (t.reserved < 0 OR t.amount <> 0)
        THEN 'it moves money that it reserves'
      WHEN t.resolves IS NOT NULL AND (t.reserved >= 0 OR t.amount > -t.reserved)
        THEN 'it moves more than was reserved'
    END AS problem
  FROM ledger_transfer AS t
  LEFT JOIN ledger_account AS debit ON debit.id = t.debit_id
  LEFT JOIN ledger_account AS credit ON credit.id = t.credit_id
  UNION ALL
  SELECT t.id, t.idempotency_key, t.recorded_in,
         'it does not mirror the transfer ' || t.reverses || ' that it reverses'
    FROM ledger_transfer AS t LEFT JOIN ledger_transfer AS original ON original.id = t.reverses
   WHERE t.reverses IS NOT NULL AND (
         original.id IS NULL OR original.debit_id <> t.credit_id
         OR original.credit_id <> t.debit_id OR original.amount <> t.amount)
  UNION ALL
  SELECT t.id, t.idempotency_key, t.recorded_in,
         'it does not resolve the pending transfer ' || t.resolves
    FROM ledger_transfer AS t LEFT JOIN ledger_transfer AS pending ON pending.id = t.resolves
   WHERE t.resolves IS NOT NULL AND (
         pending.id IS NULL OR pending.debit_id <> t.debit_id OR pending.credit_id <> t.credit_id
         OR pending.reserved <> -t.reserved
         OR t.amount > 0 AND t.recorded_at >= pending.expires_at))
SELECT id, idempotency_key, problem, count(*) OVER ()
  FROM judged WHERE problem IS NOT NULL
 ORDER BY recorded_in, id LIMIT %(named)s
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

_DAYS = """
WITH filed AS (SELECT coalesce(max(horizon), 0) AS horizon FROM ledger_filing),
moved AS (
  SELECT id, day, sum(debits) AS debits, sum(credits) AS credits FROM (
    SELECT debit_id AS id, (at AT TIME ZONE 'UTC')::date AS day, amount AS debits, 0 AS credits
      FROM ledger_transfer, filed WHERE recorded_in < filed.horizon AND amount > 0
    UNION ALL
    SELECT credit_id, (at AT TIME ZONE 'UTC')::date, 0, amount
      FROM ledger_transfer, filed WHERE recorded_in < filed.horizon AND amount > 0) AS sides
   GROUP BY id, day),
kept AS (
  SELECT account_id AS id, day, sum(debits) AS debits, sum(credits) AS credits
    FROM ledger_turnover GROUP BY account_id, day)
SELECT coalesce(account.code, 'account ' || id) || ' on ' || day,
       'the day''s sums ' || coalesce(kept.debits, 0) || ' and ' || coalesce(kept.credits, 0)
       || ' are not those of its transfers, ' || coalesce(moved.debits, 0) || ' and '
       || coalesce(moved.credits, 0)
  FROM moved FULL JOIN kept USING (id, day) LEFT JOIN ledger_account AS account USING (id)
 WHERE (moved.debits, moved.credits) IS DISTINCT FROM (kept.debits, kept.credits)
 ORDER BY day, 1 LIMIT %(named)s
"""

_ENTRIES = """
WITH filed AS (SELECT coalesce(max(horizon), 0) AS horizon FROM ledger_filing),
moved AS (
  SELECT debit_id AS account_id, at, id AS transfer_id, amount
    FROM ledger_transfer, filed WHERE recorded_in < filed.horizon AND amount > 0
  UNION ALL
  SELECT credit_id, at, id, -amount
    FROM ledger_transfer, filed WHERE recorded_in < filed.horizon AND amount > 0)
SELECT transfer_id::text,
       CASE WHEN kept.amount IS NULL THEN 'it is not filed under account '
            WHEN moved.amount IS NULL THEN 'it is filed, but not made, under account '
            ELSE 'it is filed with another amount under account ' END || account_id
  FROM moved FULL JOIN ledger_filedentry AS kept USING (account_id, at, transfer_id)
 WHERE kept.amount IS DISTINCT FROM moved.amount
 ORDER BY 1, 2 LIMIT %(named)s
"""

_SOURCES = """
WITH filed AS (SELECT coalesce(max(horizon), 0) AS horizon FROM ledger_filing),
named AS (
  SELECT source, id AS transfer_id FROM ledger_transfer, filed
   WHERE recorded_in < filed.horizon AND source <> '')
SELECT transfer_id::text,
       CASE WHEN made.is_there IS NULL THEN 'it is filed, but not made, under source '
            ELSE 'it is not filed under source ' END || source
  FROM (SELECT source, transfer_id, true AS is_there FROM named) AS made
  FULL JOIN (SELECT source, transfer_id, true AS is_there FROM ledger_filedsource)
         AS kept USING (source, transfer_id)
 WHERE made.is_there IS DISTINCT FROM kept.is_there
 ORDER BY 1, 2 LIMIT %(named)s
"""

_STANDINGS = """
SELECT coalesce(account.code, 'account ' || standing.account_id),
       CASE WHEN standing.account_id IS NULL THEN 'it has no standing'
            ELSE 'its standing is not the sum of its transfers' END
  FROM (SELECT * FROM ledger_account WHERE never_negative) AS account
  FULL JOIN ledger_standing AS standing ON standing.account_id = account.id
  LEFT JOIN LATERAL (
    SELECT coalesce(sum(amount), 0) AS amount, coalesce(sum(reserved), 0) AS reserved
      FROM ledger_transfer WHERE debit_id = account.id) AS debit ON true
  LEFT JOIN LATERAL (
    SELECT coalesce(sum(amount), 0) AS amount, coalesce(sum(reserved), 0) AS reserved
      FROM ledger_transfer WHERE credit_id = account.id) AS credit ON true
 WHERE account.id IS NULL OR (standing.debits, standing.credits, standing.reserved_debits,
                              standing.reserved_credits)
   IS DISTINCT FROM (debit.amount, credit.amount, debit.reserved, credit.reserved)
 ORDER BY 1 LIMIT %(named)s
"""

_EXCHANGES = """
SELECT 'exchange ' || exchange.idempotency_key, 'one of its two transfers is missing'
  FROM ledger_exchange AS exchange
 WHERE NOT EXISTS (SELECT FROM ledger_transfer WHERE id = exchange.paid_id)
    OR NOT EXISTS (SELECT FROM ledger_transfer WHERE id = exchange.received_id)
 ORDER BY 1 LIMIT %(named)s
"""
