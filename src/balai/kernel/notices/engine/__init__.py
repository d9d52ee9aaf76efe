"""Pure rules of notices: when they may disturb, which way they go, how long an SMS is."""
