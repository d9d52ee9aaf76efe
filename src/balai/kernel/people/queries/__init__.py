"""Everything that is read about residents. Reading a record writes who read it, and why."""

from balai.kernel.people.looks import OWN, Look, Purpose
from balai.kernel.people.queries.accounts import person_of
from balai.kernel.people.queries.cards import PersonCard, cards, find_by_nik
from balai.kernel.people.queries.record import PersonRecord, open_person

__all__ = [
    "OWN",
    "Look",
    "PersonCard",
    "PersonRecord",
    "Purpose",
    "cards",
    "find_by_nik",
    "open_person",
    "person_of",
]
