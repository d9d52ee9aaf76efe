"""The register's pages, for officers, residents and the data protection desk."""
