"""The pure part of documents: codes, numbers, masks, base32, compact claims."""
