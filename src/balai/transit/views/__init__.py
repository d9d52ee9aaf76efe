"""The pages of the transit programme."""
