"""Requests that move through steps with a promised time: a service as data."""
