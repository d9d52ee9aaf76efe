"""Everything that is read about services and cases."""

from balai.kernel.cases.queries.case import (
    CaseView,
    EventView,
    FileView,
    case,
    file_content,
    possible_acts,
    state_of,
)
from balai.kernel.cases.queries.people import acting_role, roles_on
from balai.kernel.cases.queries.queue import (
    Load,
    Page,
    QueueFilter,
    QueueRow,
    cases_of,
    queue,
    workload,
)
from balai.kernel.cases.queries.services import (
    Version,
    newest,
    service,
    services,
    versions,
)

__all__ = [
    "CaseView",
    "EventView",
    "FileView",
    "Load",
    "Page",
    "QueueFilter",
    "QueueRow",
    "Version",
    "acting_role",
    "case",
    "cases_of",
    "file_content",
    "newest",
    "possible_acts",
    "queue",
    "roles_on",
    "service",
    "services",
    "state_of",
    "versions",
    "workload",
]
