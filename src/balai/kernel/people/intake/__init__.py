"""Residents from files: reading, judging row by row, and taking in what is good."""
