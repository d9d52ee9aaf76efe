"""Balai's own commands, a module each."""
