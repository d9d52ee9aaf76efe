"""The ledger's pure part: hashes of transfers and the tree over them."""
