"""Everything that is read about documents."""

from balai.kernel.documents.queries.documents import (
    Filter,
    documents,
    file_of,
    history,
    mine,
    note_opening,
    one,
    values_of,
)
from balai.kernel.documents.queries.numbering import counters, kind_rows, offices
from balai.kernel.documents.queries.public import (
    Standing,
    public_keys,
    record_of_file,
    standing,
    stored_since,
    verdict_of,
)
from balai.kernel.documents.queries.queue import posts_of, waiting_for

__all__ = [
    "Filter", "Standing", "counters", "documents", "file_of", "history", "kind_rows", "mine",
    "note_opening", "offices", "one", "posts_of", "public_keys", "record_of_file", "standing",
    "stored_since", "values_of", "verdict_of", "waiting_for",
]  # fmt: skip
