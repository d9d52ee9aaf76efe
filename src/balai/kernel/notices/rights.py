"""What the application's role may never rewrite here, and which tables are guarded by row."""

APPEND_ONLY = ()
ROW_SECURED = (
    "notices_notice",
    "notices_delivery",
    "notices_preference",
    "notices_subscription",
)
