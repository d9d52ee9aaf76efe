"""The verbs of cases: each one transaction, each told to the record of events and the audit."""

from balai.kernel.cases.actions.acting import act, submit
from balai.kernel.cases.actions.escalation import escalate_overdue
from balai.kernel.cases.actions.opening import open_case, save_draft
from balai.kernel.cases.actions.papers import attach_file
from balai.kernel.cases.actions.publishing import publish_builtin, publish_service
from balai.kernel.cases.actions.versions import move_to_version, preview_version

__all__ = [
    "act",
    "attach_file",
    "escalate_overdue",
    "move_to_version",
    "open_case",
    "preview_version",
    "publish_builtin",
    "publish_service",
    "save_draft",
    "submit",
]
