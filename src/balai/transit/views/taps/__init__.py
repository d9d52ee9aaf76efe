"""The officer's pages of taps: what came, by which validators, what waits and what was changed."""
