"""What imports do to the register, told to the rest of the house: counts and ids only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from balai.kernel.events.actions import Happening, local_day, record
from balai.kernel.events.kinds import EventKind, register_kind
from balai.kernel.people.models import ResidentImport
from balai.kernel.regions.queries import city_by_slug


@dataclass(frozen=True)
class Imported:
    """An import that ended, and what became of the rows of its file."""

    taken: UUID
    generated: bool
    read: int
    added: int
    changed: int
    unchanged: int
    repeated: int
    aside: int


@dataclass(frozen=True)
class ImportUndone:
    """An import that was taken back: residents removed, and those who stay."""

    taken: UUID
    removed: int
    kept: int


IMPORTED = register_kind(
    EventKind(name="people.imported", version=1, fields=Imported,
              title={"id": "Penduduk diimpor", "en": "Residents imported"})
)  # fmt: skip
UNDONE = register_kind(
    EventKind(name="people.import-undone", version=1, fields=ImportUndone,
              title={"id": "Impor penduduk dibatalkan", "en": "Import of residents undone"})
)  # fmt: skip


def tell_imported(taken: ResidentImport) -> None:
    """Record that the import ended, with its counts; a trial run tells nothing."""
    if not taken.dry_run:
        _tell(IMPORTED, Imported(taken.pk, taken.is_generated, **taken.counts), taken,
              taken.started_by)  # fmt: skip


def tell_undone(taken: ResidentImport) -> None:
    """Record that the import was taken back."""
    _tell(UNDONE, ImportUndone(taken.pk, **taken.undone), taken, taken.undone_by)


def _tell(
    kind: EventKind, data: Imported | ImportUndone, taken: ResidentImport, actor: str
) -> None:
    moment = timezone.now()
    record(
        Happening(
            kind=kind, at=moment, day=local_day(moment, city_by_slug(taken.city).zone),
            city=taken.city, data=data, place=taken.region_code,
            subject=f"people.import:{taken.pk}", actor=actor,
        )
    )  # fmt: skip
