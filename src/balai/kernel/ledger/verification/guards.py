"""Whether the database still refuses what it must refuse: its triggers, functions, constraints and
rights are judged by what they say, not by their names alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from balai.kernel.ledger.rights import APPEND_ONLY
from balai.kernel.ledger.verification.verdict import Break

# What the migrations make, by digest: a migration that changes one gives its digest here too.
TRIGGERS = {
    "ledger_account_fixed": "620e6f3a6a5fb747",
    "ledger_account_kept": "bb1eb6c81846de70",
    "ledger_account_standing": "3f3fcfd9fe2d8df1",
    "ledger_checkpoint_append_only": "f9173bd9282a4b38",
    "ledger_exchange_append_only": "c6dc97f6ae8cc529",
    "ledger_filedentry_append_only": "2b1662d3b229e861",
    "ledger_filedsource_append_only": "2d7bd57d980fa175",
    "ledger_filing_append_only": "4094d1562830326f",
    "ledger_standing_kept": "dedd05b8669b6a74",
    "ledger_subtree_append_only": "dedbac89dbc42d1d",
    "ledger_transfer_append_only": "181a02f11431efa6",
    "ledger_transfer_checked": "e7f2ad172a5f278e",
    "ledger_transfer_standings": "de25f7f105b05c1d",
    "ledger_turnover_append_only": "bcbbb0bbfd726588",
}
FUNCTIONS = {
    "ledger_check_transfers": "b65af0a1662f8eb9",
    "ledger_era": "an era",
    "ledger_forbid": "e3598273d80dd11e",
    "ledger_horizon": "4ebb92752e8075c9",
    "ledger_keep_standings": "e83cb5ee3815f06b",
    "ledger_moment": "e2a180fa12c5c55e",
    "ledger_open_standing": "ac2955ec7b58676a",
    "ledger_resume": "3c5168ee2fe703f0",
    "ledger_summarise": "85f495aada459eeb",
}
CONSTRAINTS = {
    "ledger_account_code": "0413d70ce0c50daa",
    "ledger_account_code_key": "aa26c8e239e6dbc4",
    "ledger_account_currency": "e62987ac5d42ca5e",
    "ledger_account_kind": "217da02e223b8669",
    "ledger_account_pkey": "8c8464f42472e42e",
    "ledger_account_title": "2a87eb9eba47187c",
    "ledger_transfer_amount": "cff63bf527aa9d32",
    "ledger_transfer_key": "92b0a4457b8879bc",
    "ledger_transfer_key_length": "0c6cea1af751cf31",
    "ledger_transfer_pkey": "8c8464f42472e42e",
    "ledger_transfer_reason": "492270bd73dec524",
    "ledger_transfer_resolved_once": "69ad8d45067dfc74",
    "ledger_transfer_reversed_once": "b88e152b25e81f68",
    "ledger_transfer_two_accounts": "6e1244abe9c5199c",
}
ERA = re.compile(r"SELECT \d+(::bigint)?")
"""The one function that is written anew in use: after a restore the count of transactions goes on
in a new era."""


def missing(cursor: Any) -> list[Break]:
    """The guards that are gone, switched off or altered, and rights that nobody should have."""
    return [
        *_altered(cursor, _TRIGGERS, TRIGGERS, "trigger"),
        *_switched_off(cursor),
        *_altered(cursor, _FUNCTIONS, FUNCTIONS, "function"),
        *_altered(cursor, _CONSTRAINTS, CONSTRAINTS, "constraint"),
        *_rights(cursor),
    ]


def digests(cursor: Any, statement: str) -> dict[str, str]:
    """The digest of what each function or constraint of the ledger says now."""
    cursor.execute(statement)
    return {name: _digest(name, said) for name, said in cursor.fetchall()}


def _switched_off(cursor: Any) -> Iterator[Break]:
    cursor.execute(_SWITCHED_OFF)
    for name, table in cursor.fetchall():
        yield Break(name, "", f"the trigger on {table} is switched off")


def _altered(cursor: Any, statement: str, wanted: dict[str, str], what: str) -> Iterator[Break]:
    found = digests(cursor, statement)
    for name, digest in wanted.items():
        if name not in found:
            yield Break(name, "", f"the {what} is missing or not valid")
        elif found[name] != digest:
            yield Break(name, "", f"the {what} is not the one that was made: it says another thing")


def _rights(cursor: Any) -> Iterator[Break]:
    cursor.execute(_RIGHTS, {"tables": list(APPEND_ONLY)})
    for table, role, right in cursor.fetchall():
        yield Break(table, "", f"{role} may {right} its rows, which nobody but the owner should")


def _digest(name: str, said: str) -> str:
    if name == "ledger_era" and ERA.fullmatch(said.rsplit("|", maxsplit=1)[-1]):
        return "an era"
    return sha256(" ".join(said.split()).encode()).hexdigest()[:16]


_TRIGGERS = """
SELECT t.tgname::text, pg_get_triggerdef(t.oid)
  FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'ledger\\_%'
   AND NOT t.tgisinternal
"""

# Those that uphold foreign keys among them.
_SWITCHED_OFF = """
SELECT t.tgname::text, c.relname::text
  FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'ledger\\_%'
   AND t.tgenabled NOT IN ('O', 'A')
 ORDER BY 1
"""

_FUNCTIONS = """
SELECT p.proname::text,
       concat_ws('|', l.lanname, p.prosecdef, p.proconfig::text, p.prosrc)
  FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
 WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'ledger\\_%'
"""

_CONSTRAINTS = """
SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE conrelid IN ('ledger_transfer'::regclass, 'ledger_account'::regclass) AND convalidated
   AND contype IN ('c', 'p', 'u', 'f')
UNION ALL
SELECT c.relname::text, pg_get_indexdef(i.indexrelid)
  FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
 WHERE i.indrelid IN ('ledger_transfer'::regclass, 'ledger_account'::regclass)
   AND i.indisunique AND i.indisvalid
   AND NOT EXISTS (SELECT FROM pg_constraint AS own WHERE own.conindid = i.indexrelid)
"""

_RIGHTS = """
SELECT c.relname::text, coalesce(r.rolname::text, 'everybody'), lower(given.privilege_type)
  FROM pg_class AS c
 CROSS JOIN LATERAL aclexplode(c.relacl) AS given
  LEFT JOIN pg_roles AS r ON r.oid = given.grantee
 WHERE c.oid = ANY(SELECT to_regclass(each) FROM unnest(%(tables)s::text[]) AS each)
   AND given.grantee <> c.relowner
   AND given.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')
 ORDER BY 1, 2, 3
"""
