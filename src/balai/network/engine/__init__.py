"""The network's pure core: formulas, periods, the progress rule, the map's projection."""
