"""Residents, households, identifiers, consents; and who looked at whom."""
