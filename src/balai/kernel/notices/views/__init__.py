"""Pages of notices: a reader's own, and what a city sent."""
