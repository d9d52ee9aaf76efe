"""Everything that changes documents."""

from balai.kernel.documents.actions.ending import decline, reissue, void
from balai.kernel.documents.actions.issuing import issue
from balai.kernel.documents.actions.offices import ensure_office, ensure_signatory, set_method
from balai.kernel.documents.actions.signing import sign

__all__ = [
    "decline", "ensure_office", "ensure_signatory", "issue", "reissue", "set_method", "sign",
    "void",
]  # fmt: skip
