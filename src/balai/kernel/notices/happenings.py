"""The kinds of events this room records: numbers of notices only, nobody's data."""

from __future__ import annotations

from dataclasses import dataclass

from balai.kernel.events.kinds import EventKind, register_kind


@dataclass(frozen=True)
class Stored:
    """A notice was stored, to be sent these ways (none: it is only shown in the inbox)."""

    kind: str
    channels: list[str]


@dataclass(frozen=True)
class Ended:
    """A delivery ended: sent, kept here, delivered or failed."""

    kind: str
    channel: str
    state: str


STORED = register_kind(
    EventKind(
        name="notices.stored", version=1, fields=Stored,
        title={"id": "Pemberitahuan disimpan", "en": "Notice stored"},
    )
)  # fmt: skip
ENDED = register_kind(
    EventKind(
        name="notices.delivery-ended", version=1, fields=Ended,
        title={"id": "Pengiriman selesai", "en": "Delivery ended"},
    )
)  # fmt: skip
