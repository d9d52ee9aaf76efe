"""Pure logic of the register."""
