"""Bank statements as ISO 20022 camt.053, versions 001.02 and 001.08: read, checked, written."""

from balai.kernel.payments.engine.camt053.reading import read
from balai.kernel.payments.engine.camt053.statement import Balance, Entry, Statement
from balai.kernel.payments.engine.camt053.writing import write

__all__ = ["Balance", "Entry", "Statement", "read", "write"]
