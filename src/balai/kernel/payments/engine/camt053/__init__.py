"""Bank statements as ISO 20022 camt.053, versions 001.02 to 001.13: read, checked, written."""

from balai.kernel.payments.engine.camt053.reading import read, read_each
from balai.kernel.payments.engine.camt053.statement import Balance, Entry, Refused, Statement
from balai.kernel.payments.engine.camt053.writing import write

__all__ = ["Balance", "Entry", "Refused", "Statement", "read", "read_each", "write"]
