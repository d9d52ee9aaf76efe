"""What the application's role may never rewrite here, and which tables are guarded by row."""

from balai.kernel.keys import SealedColumn

APPEND_ONLY = ()
ROW_SECURED = (
    "notices_notice",
    "notices_delivery",
    "notices_preference",
    "notices_subscription",
)
SEALED = (
    SealedColumn("notices_notice", "sealed_content", "'notices.content'"),
    SealedColumn("notices_notice", "sealed_addresses", "'notices.addresses'"),
    SealedColumn("notices_subscription", "sealed", "'notices.endpoint'"),
)
