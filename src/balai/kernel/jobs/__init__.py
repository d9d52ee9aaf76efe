"""Long work: in the database, with progress, taken up again after a crash, done once."""
