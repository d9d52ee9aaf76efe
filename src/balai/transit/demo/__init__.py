"""The demonstration: a network of Jakarta and riders made up for it, always said to be so."""
