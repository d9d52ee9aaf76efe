"""Where a batch kernel runs: on this machine, or on a cluster."""
