"""Filters of the pages of transit."""
