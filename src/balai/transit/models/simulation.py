"""Runs of the policy simulator."""
