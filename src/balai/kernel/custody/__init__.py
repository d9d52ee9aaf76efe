"""The custody of keys: that they are the database's own, backed up, restored and renewed."""
