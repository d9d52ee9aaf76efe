"""The demonstration's residents, all generated."""
