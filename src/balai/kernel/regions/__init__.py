"""Countries, provinces, cities, districts and villages: codes, boundaries, abolished codes."""
