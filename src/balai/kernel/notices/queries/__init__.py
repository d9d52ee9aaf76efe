"""Everything that is read about notices."""

from balai.kernel.notices.queries.inbox import Letter, letter, letters, reader_of, unread
from balai.kernel.notices.queries.outbox import OutboxFilter, deliveries, delivery, summary
from balai.kernel.notices.queries.wishes import browsers, wishes_of

__all__ = [
    "Letter", "OutboxFilter", "browsers", "deliveries", "delivery", "letter", "letters",
    "reader_of", "summary", "unread", "wishes_of",
]  # fmt: skip
