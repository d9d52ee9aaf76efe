"""What a reader wishes: which notices, by which channels."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.utils import timezone

from balai.kernel.notices.engine.choice import Wish
from balai.kernel.notices.kinds import CHANNELS, find_kind
from balai.kernel.notices.models import Preference
from balai.kernel.problems import Fault, ProblemError
from balai.kernel.row_security import rows_of


def set_preferences(reader: UUID, wishes: Mapping[str, Wish], *, region_code: str = "") -> None:
    """Keep the wishes by kind (empty: all other kinds); one that wishes nothing is forgotten.

    ProblemError where a kind is unknown, a channel is, or a notice of the law is to be switched
    off.
    """
    faults = tuple(fault for kind, wish in wishes.items() if (fault := _fault(kind, wish)))
    if faults:
        raise ProblemError("Your choice cannot be kept", faults=faults)
    with rows_of(person=reader):
        for kind, wish in wishes.items():
            rows = Preference.objects.filter(reader=reader, kind=kind)
            if wish == Wish():
                rows.delete()
                continue
            Preference.objects.update_or_create(
                reader=reader, kind=kind,
                defaults={"off": wish.off, "channels": list(wish.channels),
                          "region_code": region_code, "changed_at": timezone.now()},
            )  # fmt: skip


def _fault(kind: str, wish: Wish) -> Fault | None:
    if unknown := set(wish.channels) - set(CHANNELS):
        return Fault(
            field=kind or "general",
            value=", ".join(sorted(unknown)),
            problem="is no channel",
            remedy=f"Choose from {', '.join(CHANNELS)}",
        )
    if kind and find_kind(kind).legal and wish.off:
        return Fault(
            field=kind,
            problem="is a notice that the law demands",
            remedy="Choose by which channel it comes; it cannot be switched off",
        )
    return None
