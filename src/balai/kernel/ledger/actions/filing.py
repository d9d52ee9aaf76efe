"""Filing: what was posted, put in the order of accounts and sources, many transfers at once.

An index of accounts or sources would be searched for each transfer as it is posted, in pages that
are seldom in the processor's cache. Sorted and written later, it costs a part of that, and the
posting nothing. Queries read what is filed and, up to the present, what is not, so nobody sees a
difference (see `queries.filed`).
"""

from __future__ import annotations

from django.db import connection, transaction

from balai.kernel.ledger import tree

LOCK = 0x1ED6EA
AT_ONCE = 250_000
"""Transfers that one filing takes, give or take a batch."""
WORTH_FILING = 20_000
"""So many fresh transfers are read in about two milliseconds; every filing adds sums of days."""


def file_transfers(*, least: int = 1) -> int:
    """File what no filing holds, up to the first transaction that has not ended.

    Nothing where there are fewer than `least` such transfers. Returns how many filings were made;
    each is a transaction of its own, unless the caller has one.
    """
    made = 0
    while _file(least):
        made += 1
    return made


def _file(least: int) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT ledger_summarise()")
        cursor.execute(_LAST)
        number, start = cursor.fetchone()
        part = {"number": number + 1, "start": start, "horizon": tree.current_horizon()}
        cursor.execute(_NTH, {**part, "skipped": least - 1})
        if cursor.fetchone() is None:
            return False
        cursor.execute(_NTH, {**part, "skipped": AT_ONCE})
        if cut := cursor.fetchone():
            part["horizon"] = cut[0] + 1  # A transaction's transfers are filed together.
        cursor.execute("SET LOCAL work_mem = '128MB'")
        for statement in (_ENTRIES, _SOURCES, _DAYS, _FILING):
            cursor.execute(statement, part)
    return True


_LAST = """
SELECT coalesce(max(number), 0), coalesce(max(horizon), 0) FROM ledger_filing
"""

_NTH = """
SELECT recorded_in FROM ledger_transfer
 WHERE recorded_in >= %(start)s AND recorded_in < %(horizon)s
 ORDER BY recorded_in OFFSET %(skipped)s LIMIT 1
"""

# In the order of the index, so that neighbours find its pages in the cache.
_ENTRIES = """
INSERT INTO ledger_filedentry (account_id, at, transfer_id, amount)
SELECT debit_id, at, id, amount FROM ledger_transfer
 WHERE recorded_in >= %(start)s AND recorded_in < %(horizon)s AND amount > 0
 UNION ALL
SELECT credit_id, at, id, -amount FROM ledger_transfer
 WHERE recorded_in >= %(start)s AND recorded_in < %(horizon)s AND amount > 0
 ORDER BY 1, 2, 3
"""

_SOURCES = """
INSERT INTO ledger_filedsource (source, transfer_id)
SELECT source, id FROM ledger_transfer
 WHERE recorded_in >= %(start)s AND recorded_in < %(horizon)s AND source <> ''
 ORDER BY 1, 2
"""

_DAYS = """
INSERT INTO ledger_turnover (filing_number, account_id, day, debits, credits)
SELECT %(number)s, id, day, sum(debits), sum(credits)
  FROM (SELECT debit_id AS id, (at AT TIME ZONE 'UTC')::date AS day, amount AS debits, 0 AS credits
          FROM ledger_transfer
         WHERE recorded_in >= %(start)s AND recorded_in < %(horizon)s AND amount > 0
        UNION ALL
        SELECT credit_id, (at AT TIME ZONE 'UTC')::date, 0, amount FROM ledger_transfer
         WHERE recorded_in >= %(start)s AND recorded_in < %(horizon)s AND amount > 0) AS sides
 GROUP BY id, day
"""

_FILING = "INSERT INTO ledger_filing (number, horizon) VALUES (%(number)s, %(horizon)s)"
