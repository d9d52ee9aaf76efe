"""Published definitions of services; cases, what happened to them, and the papers attached."""

from balai.kernel.cases.models.case import Case, Clock, Counter, Status, new_id
from balai.kernel.cases.models.event import CaseEvent
from balai.kernel.cases.models.file import CaseFile
from balai.kernel.cases.models.service import ServiceVersion

__all__ = [
    "Case",
    "CaseEvent",
    "CaseFile",
    "Clock",
    "Counter",
    "ServiceVersion",
    "Status",
    "new_id",
]
