"""Everything that is read in this programme."""
