"""OK OTrip: one integrated fare over every mode, journey planning, paying operators."""
