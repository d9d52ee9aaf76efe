"""Pure rules: how long to wait before another try, and when a schedule is due."""
