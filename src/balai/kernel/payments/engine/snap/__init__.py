"""SNAP BI, Bank Indonesia's open API for payments: signatures and messages. Pure."""
