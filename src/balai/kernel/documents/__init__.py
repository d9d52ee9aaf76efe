"""Numbered documents from templates, signed, and verifiable by anyone."""
