"""Operators, contracts, runs, statements."""
