"""What is filed and what is not: both are read in one statement, so that nothing is missed or
counted twice while a filing ends (see `actions.filing`)."""

from __future__ import annotations

from typing import Any

from balai.kernel.ledger.queries.rows import fetch

FRESH = """
(transfer.recorded_in >= %(filed)s AND transfer.recorded_in
 >= coalesce((SELECT horizon FROM ledger_filing ORDER BY number DESC LIMIT 1), 0))
"""
"""Whether a transfer is not filed in the statement's own view. `filed` was asked before: it is not
later, and lets the planner know how few rows there are."""


def filed() -> dict[str, Any]:
    """The value that `FRESH` needs: the horizon of the last filing."""
    rows = fetch("SELECT coalesce(max(horizon), 0) FROM ledger_filing", {})
    return {"filed": rows[0][0]}
