"""Tables to which the serving role may only add."""

APPEND_ONLY = (
    "transit_tap",
    "transit_tapbatch",
    "transit_adjustment",
    "transit_tariffdecision",
    "transit_trackpart",
    "transit_cardact",
    "transit_hotlistchange",
    "transit_logpart",
    "transit_fareshare",
    "transit_statementline",
    "transit_verifiedrun",
)
ROW_SECURED = ("transit_cardholder", "transit_concessionclaim", "transit_dispute")
