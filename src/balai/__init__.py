"""Balai, the open city hall for the ASEAN Smart Cities Network."""

__version__ = "0.1.0"
