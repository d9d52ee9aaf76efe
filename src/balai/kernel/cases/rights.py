"""What the application's role may never rewrite here, and which rows policies guard."""

APPEND_ONLY = ("cases_caseevent", "cases_casefile", "cases_serviceversion")
ROW_SECURED = ("cases_case", "cases_caseevent", "cases_casefile")
