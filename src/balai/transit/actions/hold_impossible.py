"""Taps that were taken in and that a reading doubts: into quarantine, and out when it does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from balai.kernel.any_of import AnyOf
from balai.transit.models import Quarantined, Tap
from balai.transit.queries.stretches import StoredTap

Kind, State = Quarantined.Kind, Quarantined.State


def hold_impossible(
    city: str, read: Mapping[int, StoredTap], held: Mapping[int, dict[str, Any]], now: datetime
) -> None:
    """Make quarantine say which of the taps just read their cards cannot have made.

    `held` gives what speaks against each. One that was doubted before and is not now, because
    other taps came, is resolved; what an officer decided stays decided.
    """
    known = Quarantined.objects.filter(
        AnyOf("tap_id", read), city=city, kind=Kind.IMPOSSIBLE_TRAVEL
    )
    entries = {entry.tap_id: entry for entry in known.order_by("pk")}
    for tap, entry in entries.items():
        if entry.state == State.OPEN and tap not in held:
            entry.state, entry.decided_at = State.RESOLVED, now
            entry.decision = "Other taps explain it"
            entry.save(update_fields=["state", "decided_at", "decision"])
    fresh = {
        tap: entries.get(tap)
        for tap in held
        if tap not in entries or entries[tap].state in (State.RESOLVED, State.OPEN)
    }
    for tap, standing in fresh.items():
        if standing is not None:
            standing.state, standing.evidence, standing.decided_at = State.OPEN, held[tap], None
            standing.decision = ""
            standing.save(update_fields=["state", "evidence", "decided_at", "decision"])
    batches = dict(
        Tap.objects.filter(pk__in=[tap for tap, entry in fresh.items() if entry is None])
        .values_list("pk", "batch_id")
    )  # fmt: skip
    Quarantined.objects.bulk_create(
        _entry(city, read[tap], batch, held[tap], now) for tap, batch in sorted(batches.items())
    )


def _entry(
    city: str, tap: StoredTap, batch: Any, evidence: dict[str, Any], now: datetime
) -> Quarantined:
    content = {
        "validator": tap.validator, "sequence": tap.sequence, "card": tap.card_reference,
        "at": int(tap.at.timestamp()), "direction": tap.direction, "mode": tap.mode,
        "route_id": tap.route_id, "stop_id": tap.stop_id, "metres": tap.metres,
    }  # fmt: skip
    return Quarantined(
        city=city, batch_id=batch, row=0, kind=Kind.IMPOSSIBLE_TRAVEL, field="stop_id",
        value=tap.stop_id, problem="is too far from the card's tap before",
        remedy="Judge whether the card was there", content=content, evidence=evidence,
        validator=tap.validator, sequence=tap.sequence, digest="", tap_id=tap.id, received_at=now,
    )  # fmt: skip
