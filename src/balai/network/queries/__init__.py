"""Everything that is read from the network."""
