"""Everything that changes something here: bills, ways to pay, money received, statements, acts."""

from balai.kernel.payments.actions.acts import (
    deposit,
    keep,
    match,
    match_reversal,
    refund,
    take_back,
    undo,
    write_off,
)
from balai.kernel.payments.actions.banks import add_bank, add_range
from balai.kernel.payments.actions.bills import cancel_bill, present_bill, request_payment
from balai.kernel.payments.actions.receive import announce_payment, record_credit, refuse_notice
from balai.kernel.payments.actions.statements import take_file, take_statement

__all__ = [
    "add_bank", "add_range", "announce_payment", "cancel_bill", "deposit", "keep", "match",
    "match_reversal", "present_bill", "record_credit", "refund", "refuse_notice",
    "request_payment", "take_back", "take_file", "take_statement", "undo", "write_off",
]  # fmt: skip
