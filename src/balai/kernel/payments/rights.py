"""What the application's role may never rewrite, and the tables guarded by row."""

from balai.kernel.keys import SealedColumn

APPEND_ONLY = ("payments_move", "payments_notice", "payments_entry", "payments_statement")
ROW_SECURED = (
    "payments_bill", "payments_request", "payments_payment", "payments_move",
    "payments_difference", "payments_act", "payments_refund", "payments_snapanswer",
    "payments_notice", "payments_statement", "payments_entry",
    "payments_statementfile",
)  # fmt: skip
SEALED = (
    SealedColumn("payments_bank", "client_secret", "'payments.client-secret'", "client_key"),
    SealedColumn("payments_bank", "private_key", "'payments.private-key'", "client_key"),
)
