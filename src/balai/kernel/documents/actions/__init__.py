"""Everything that changes documents."""

from balai.kernel.documents.actions.ending import reissue, void
from balai.kernel.documents.actions.issuing import issue
from balai.kernel.documents.actions.offices import ensure_office, ensure_signatory, set_method
from balai.kernel.documents.actions.signing import sign

__all__ = ["ensure_office", "ensure_signatory", "issue", "reissue", "set_method", "sign", "void"]
