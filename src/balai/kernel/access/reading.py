"""Telling the registry of residents that something about one of them was read in another room.

    note_reading(Reading(person=document.person_id, region_code=document.region_code,
                         part="document", purpose="document", reason=document.number), by=origin)

Documents, payments and the registry stand side by side and know nothing of each other: the registry
says here how a reading is written to the log that the resident reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from balai.kernel.access.origin import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of whom: `part` names it, `purpose` is one the software gives, `reason` the
    number of the paper or payment. `region_code` is that of the row which was opened.
    """

    person: UUID
    region_code: str
    part: str
    purpose: str
    reason: str


Note = Callable[[Reading, Origin], None]
_notes: list[Note] = []


def register_reading_log(note: Note) -> None:
    """Tell how a reading is written down: the registry stands above this room."""
    _notes[:] = [note]


def note_reading(reading: Reading, *, by: Origin) -> None:
    """Write down that `by` read it, in the transaction at hand."""
    for note in _notes:
        note(reading, by)
