"""What happened, append-only, in typed kinds; measures over it that can name their records."""
