"""Tables to which the serving role may only add: what was counted and published stays."""

APPEND_ONLY = ("network_indicatorvalue", "network_publication")
