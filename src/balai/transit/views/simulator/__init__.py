"""The policy simulator: tariffs compared over the taps that were made."""
