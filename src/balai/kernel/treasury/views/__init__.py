"""The treasury's pages, for officers."""
