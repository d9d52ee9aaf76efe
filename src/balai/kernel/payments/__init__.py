"""Money in: QRIS, SNAP BI, virtual accounts, bank statements, and a bank to try with."""
