"""Accounts of cards, concessions, hotlist, disputes."""
