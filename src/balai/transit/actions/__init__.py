"""Everything that changes something in this programme, a verb each."""
