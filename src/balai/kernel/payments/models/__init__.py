"""Tables of the payments room."""

from balai.kernel.payments.models.banks import Bank, NumberRange
from balai.kernel.payments.models.bills import Bill, Request
from balai.kernel.payments.models.books import Act, Difference, Move, Payment, Refund
from balai.kernel.payments.models.simulated import SimulatedPayment
from balai.kernel.payments.models.snap import Notice, SnapAnswer, SnapToken
from balai.kernel.payments.models.statements import Entry, Statement, StatementFile

__all__ = [
    "Act", "Bank", "Bill", "Difference", "Entry", "Move", "Notice", "NumberRange", "Payment",
    "Refund", "Request", "SimulatedPayment", "SnapAnswer", "SnapToken", "Statement",
    "StatementFile",
]  # fmt: skip
