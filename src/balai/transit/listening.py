"""What transit hears from other rooms: bills paid, and what the bank's statements tell."""

from __future__ import annotations

from typing import Any

from balai.kernel.payments.events import bill_changed, entries_booked


def listen() -> None:
    """Follow the bills of loads and the payouts of operators; called once at start-up."""
    bill_changed.connect(_bill_changed, dispatch_uid="transit.card-loads")
    entries_booked.connect(_entries_booked, dispatch_uid="transit.payouts")


def _bill_changed(**told: Any) -> None:
    from balai.transit.actions.cards.loading import follow_bill

    follow_bill(bill=told["bill"], programme=told["programme"], paid=told["paid"],
                amount=told["amount"])  # fmt: skip


def _entries_booked(**told: Any) -> None:
    from balai.kernel.access.origin import Origin
    from balai.transit.actions.settlement.payouts import Told, book_entries

    bank, by = told["bank"], Origin(actor=told["by"], channel="statement")
    book_entries(Told(bank.city, bank.account_number, bank.currency, told["entries"], by))
