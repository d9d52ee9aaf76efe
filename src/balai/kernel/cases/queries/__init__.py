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
from balai.kernel.cases.queries.choosing import QueueFilter
from balai.kernel.cases.queries.counts import (
    MOST_COUNTED,
    Counted,
    Load,
    QueueCounts,
    queue_counts,
    workload,
)
from balai.kernel.cases.queries.people import acting_role, roles_on, works_in
from balai.kernel.cases.queries.queue import (
    Page,
    QueueRow,
    cases_of,
    queue,
    queue_in_whole,
)
from balai.kernel.cases.queries.services import (
    Version,
    newest,
    service,
    services,
    versions,
)

__all__ = [
    "MOST_COUNTED",
    "CaseView",
    "Counted",
    "EventView",
    "FileView",
    "Load",
    "Page",
    "QueueCounts",
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
    "queue_counts",
    "queue_in_whole",
    "roles_on",
    "service",
    "services",
    "state_of",
    "versions",
    "workload",
    "works_in",
]
