"""Everything that changes notices."""

from balai.kernel.notices.actions.deliver import deliver_next
from balai.kernel.notices.actions.inbox import mark_read, mark_unread
from balai.kernel.notices.actions.preferences import set_preferences
from balai.kernel.notices.actions.receipts import note_receipts
from balai.kernel.notices.actions.retry import retry_delivery
from balai.kernel.notices.actions.send import Stored, send
from balai.kernel.notices.actions.subscriptions import subscribe, unsubscribe

__all__ = [
    "Stored", "deliver_next", "mark_read", "mark_unread", "note_receipts", "retry_delivery",
    "send", "set_preferences", "subscribe", "unsubscribe",
]  # fmt: skip
