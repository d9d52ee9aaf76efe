"""What the application's role may never rewrite here, and which rows policies guard."""

from balai.kernel.keys import SealedColumn

APPEND_ONLY = ("documents_file", "documents_kindversion", "documents_publicfile")
ROW_SECURED = ("documents_document", "documents_file", "documents_signature")
SEALED = (
    SealedColumn("documents_document", "sealed", "'documents.data'", fixed=True),
    SealedColumn("documents_signatory", "sealed", "'documents.signatory'"),
)
