"""What an operator is owed for a day: kilometres verified, their price, penalties, fare shares.

Pure. `schedule_of` expands a service day; `verify` matches it with vehicle reports; `quality_of`
reads headways and punctuality; `pay_of` and `penalties_of` apply a contract's terms; `split`
shares a journey's charge over its legs; `pain001` writes the bank's file.
"""

from balai.transit.engine.settlement.pay import Pay, PayTerms, pay_of
from balai.transit.engine.settlement.penalties import (
    Breaches,
    Penalty,
    PenaltyRule,
    penalties_of,
)
from balai.transit.engine.settlement.quality import Quality, QualityRules, quality_of
from balai.transit.engine.settlement.reports import Reports
from balai.transit.engine.settlement.schedule import Schedule, schedule_of
from balai.transit.engine.settlement.shares import Legs, Shares, split_charges
from balai.transit.engine.settlement.verification import Rules, Verified, verify

__all__ = [
    "Breaches", "Legs", "Pay", "PayTerms", "Penalty", "PenaltyRule", "Quality", "QualityRules",
    "Reports", "Rules", "Schedule", "Shares", "Verified", "pay_of", "penalties_of", "quality_of",
    "schedule_of", "split_charges", "verify",
]  # fmt: skip
