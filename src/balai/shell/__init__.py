"""Settings, the command line, the site's frame."""
