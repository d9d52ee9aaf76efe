"""Working time: holidays, office hours, and promises counted in them."""
