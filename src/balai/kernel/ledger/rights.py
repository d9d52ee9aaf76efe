"""What the application's role may never rewrite here."""

APPEND_ONLY = ("ledger_transfer",)
