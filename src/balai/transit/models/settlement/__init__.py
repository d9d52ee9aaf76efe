"""Operators, what they contracted, what they ran, and what they are owed and paid.

What was settled is never edited: a day that changes has a new version, whose statements carry
the difference. Operators are companies and cooperatives; nothing here is about a resident.
"""

from balai.transit.models.settlement.days import (
    FareShare,
    SettledDay,
    VerifiedRun,
)
from balai.transit.models.settlement.evidence import (
    Inspection,
    LogPart,
    OperatorLog,
)
from balai.transit.models.settlement.operators import (
    Contract,
    ContractTerm,
    Operator,
    OperatorAccount,
    RouteAssignment,
    Vehicle,
)
from balai.transit.models.settlement.statements import (
    Objection,
    PaymentBatch,
    Statement,
    StatementLine,
)

__all__ = [
    "Contract",
    "ContractTerm",
    "FareShare",
    "Inspection",
    "LogPart",
    "Objection",
    "Operator",
    "OperatorAccount",
    "OperatorLog",
    "PaymentBatch",
    "RouteAssignment",
    "SettledDay",
    "Statement",
    "StatementLine",
    "Vehicle",
    "VerifiedRun",
]
