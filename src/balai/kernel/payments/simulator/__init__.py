"""A bank to try with: it speaks SNAP BI, writes statements, and errs and lies as it is told."""
