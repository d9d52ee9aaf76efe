"""What transit hears from other rooms: that what was paid of a bill changed."""

from __future__ import annotations

from typing import Any

from balai.kernel.payments.events import bill_changed


def listen() -> None:
    """Follow the bills of loads; called once at start-up."""
    bill_changed.connect(_bill_changed, dispatch_uid="transit.card-loads")


def _bill_changed(**told: Any) -> None:
    from balai.transit.actions.cards.loading import follow_bill

    follow_bill(bill=told["bill"], programme=told["programme"], paid=told["paid"],
                amount=told["amount"])  # fmt: skip
