"""What documents tell the record of events: identifiers, never names."""

from __future__ import annotations

from dataclasses import dataclass

from balai.kernel.events.kinds import EventKind, register_kind


@dataclass(frozen=True, slots=True)
class DocumentChanged:
    """A document's id, kind and office; `step` is the order of the signature made, else 0."""

    document: str
    kind: str
    office: str
    step: int
    generated: bool


def _kind(name: str, indonesian: str, english: str) -> EventKind:
    return register_kind(
        EventKind(name=f"documents.{name}", version=1, fields=DocumentChanged,
                  title={"id": indonesian, "en": english})
    )  # fmt: skip


ISSUED = _kind("issued", "Dokumen diterbitkan", "Document issued")
SIGNED = _kind("signed", "Dokumen ditandatangani", "Document signed")
VOIDED = _kind("voided", "Dokumen dibatalkan", "Document voided")
DECLINED = _kind("declined", "Tanda tangan ditolak", "Signature declined")
REPLACED = _kind("replaced", "Dokumen diganti", "Document replaced")
