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

EXECUTABLE = ("ledger_summarise()", "ledger_resume()")
"""What it runs with the rights of the tables' owner; nobody else may."""
