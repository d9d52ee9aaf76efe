"""What the application's role may never rewrite here."""

APPEND_ONLY = (
    "ledger_transfer",
    "ledger_standing",
    "ledger_exchange",
    "ledger_checkpoint",
    "ledger_subtree",
    "ledger_turnover",
    "ledger_filing",
    "ledger_filedentry",
    "ledger_filedsource",
)
