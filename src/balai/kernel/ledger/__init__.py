"""Accounts and balanced transfers in integer minor units; nothing is ever edited."""
