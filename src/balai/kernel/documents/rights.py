"""What the application's role may never rewrite here, and which rows policies guard."""

APPEND_ONLY = ("documents_file", "documents_kindversion", "documents_publicfile")
ROW_SECURED = ("documents_document", "documents_file", "documents_signature")
