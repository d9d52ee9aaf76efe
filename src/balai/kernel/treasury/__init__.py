"""The ledger's pages and API: accounts, statements, checkpoints."""
