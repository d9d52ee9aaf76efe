"""Everything that is read from the ledger: balances at any time, statements, transfers, proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balai.kernel.ledger.queries.accounts import (
    AccountKind,
    AccountView,
    account,
    accounts,
    codes,
    currencies,
    find_accounts,
    identities,
)
from balai.kernel.ledger.queries.balances import (
    DEBIT_SIDE,
    Balance,
    TrialBalance,
    TrialLine,
    TrialTotal,
    balance,
    balances,
    balances_of,
    trial_balance,
)
from balai.kernel.ledger.queries.checkpoints import (
    CheckpointView,
    Proof,
    checkpoint,
    checkpoints,
    export_lines,
    inclusion_proof,
    last_checkpoint,
    unsealed,
)
from balai.kernel.ledger.queries.statements import (
    Statement,
    StatementLine,
    statement,
    statement_lines,
)
from balai.kernel.ledger.queries.transfers import (
    ExchangeView,
    TransferView,
    count,
    exchange_of,
    ids_of_keys,
    keys_present,
    resolution_of,
    reversal_of,
    transfer,
    transfer_by_key,
    transfers_of,
)

if TYPE_CHECKING:
    from balai.kernel.ledger.verification import Verdict


def check() -> Verdict:
    """Verify the whole ledger (see `verification`)."""
    # Verification stands on these queries.
    from balai.kernel.ledger import verification

    return verification.check()


__all__ = [
    "DEBIT_SIDE", "AccountKind", "AccountView", "Balance", "CheckpointView", "ExchangeView",
    "Proof", "Statement", "StatementLine", "TransferView", "TrialBalance", "TrialLine",
    "TrialTotal", "account", "accounts", "balance", "balances", "balances_of", "check",
    "checkpoint",
    "checkpoints", "codes", "count", "currencies", "exchange_of", "export_lines", "find_accounts",
    "identities", "ids_of_keys", "inclusion_proof", "keys_present", "last_checkpoint",
    "resolution_of", "reversal_of", "statement", "statement_lines", "transfer",
    "transfer_by_key", "transfers_of", "trial_balance", "unsealed",
]  # fmt: skip
