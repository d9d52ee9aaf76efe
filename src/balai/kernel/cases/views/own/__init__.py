"""What a resident does: choose a service, ask, follow, answer, appeal."""
