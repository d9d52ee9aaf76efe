"""What every programme shares; knows no programme."""
