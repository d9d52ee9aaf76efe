"""What the application's role may never rewrite here, and which rows policies guard."""

from balai.kernel.keys import SealedColumn

APPEND_ONLY = ("cases_caseevent", "cases_casefile", "cases_serviceversion")
ROW_SECURED = ("cases_case", "cases_caseevent", "cases_casefile")
SEALED = (
    SealedColumn("cases_case", "answers_sealed", "'cases.answers'"),
    SealedColumn("cases_caseevent", "sealed_payload", "'cases.words'",
                 "case_id::text || '/' || sequence", fixed=True),
    SealedColumn("cases_casefile", "name_sealed", "'cases.names'", fixed=True),
)  # fmt: skip
