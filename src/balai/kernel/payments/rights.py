"""What the application's role may never rewrite, and the tables guarded by row."""

APPEND_ONLY = ("payments_move", "payments_notice", "payments_entry", "payments_statement")
ROW_SECURED = (
    "payments_bill", "payments_request", "payments_payment", "payments_move",
    "payments_difference", "payments_act", "payments_refund", "payments_snapanswer",
    "payments_notice", "payments_statement", "payments_entry",
)  # fmt: skip
