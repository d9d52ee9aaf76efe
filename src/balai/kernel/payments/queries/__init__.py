"""Everything that is read here."""

from balai.kernel.payments.queries.banks import (
    bank_by_key,
    bank_by_slug,
    bank_for,
    banks,
    last_statement,
)
from balai.kernel.payments.queries.bills import (
    bills_of,
    receipt,
    request_by_account,
    request_view,
)
from balai.kernel.payments.queries.days import books, days, journal
from balai.kernel.payments.queries.payments import (
    Story,
    ageing,
    bills_to_match,
    note_opening,
    payments,
    payments_to_match,
    story,
    worklist,
)

__all__ = [
    "Story", "ageing", "bank_by_key", "bank_by_slug", "bank_for", "banks", "bills_of",
    "bills_to_match", "books", "days", "journal", "last_statement", "note_opening", "payments",
    "payments_to_match", "receipt", "request_by_account", "request_view",
    "story", "worklist",
]  # fmt: skip
