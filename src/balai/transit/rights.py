"""Tables to which the serving role may only add."""

APPEND_ONLY = (
    "transit_tap",
    "transit_tapbatch",
    "transit_quarantined",
    "transit_adjustment",
    "transit_trackpart",
)
