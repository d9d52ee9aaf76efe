"""Home Care: from the call to the visit to the record."""
