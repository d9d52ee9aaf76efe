"""The account's own pages, and the desk of roles, service accounts and the audit."""
