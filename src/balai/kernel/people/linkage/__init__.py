"""Records that may be one person: found by probabilistic linkage, judged and merged by people."""
