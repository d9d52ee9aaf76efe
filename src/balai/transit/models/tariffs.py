"""Versions of tariffs that officers draw up."""
