"""Whether the database still refuses what it must refuse."""

from __future__ import annotations

from typing import Any

from balai.kernel.ledger.verification.verdict import Break

GUARDS = {
    "ledger_transfer": (
        "ledger_transfer_append_only", "ledger_transfer_checked", "ledger_transfer_standings",
    ),
    "ledger_account": ("ledger_account_kept", "ledger_account_fixed", "ledger_account_standing"),
    "ledger_checkpoint": ("ledger_checkpoint_append_only",),
    "ledger_subtree": ("ledger_subtree_append_only",),
    "ledger_turnover": ("ledger_turnover_append_only",),
    "ledger_filing": ("ledger_filing_append_only",),
    "ledger_filedentry": ("ledger_filedentry_append_only",),
    "ledger_filedsource": ("ledger_filedsource_append_only",),
    "ledger_exchange": ("ledger_exchange_append_only",),
    "ledger_standing": ("ledger_standing_kept",),
}  # fmt: skip
CONSTRAINTS = (
    "ledger_transfer_amount", "ledger_transfer_two_accounts", "ledger_transfer_key",
    "ledger_transfer_reversed_once", "ledger_transfer_resolved_once", "ledger_account_code_key",
)  # fmt: skip


def missing(cursor: Any) -> list[Break]:
    """The triggers and constraints that are gone or switched off."""
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
