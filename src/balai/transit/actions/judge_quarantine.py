"""What an officer decides about taps in quarantine: released, rejected, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import pyarrow as pa
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from balai.kernel.access.actions import record
from balai.kernel.access.origin import Origin
from balai.kernel.jobs import start
from balai.kernel.problems import Fault, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.insert_taps import as_csv, insert, make_known, stage
from balai.transit.actions.price_received import JOB
from balai.transit.actions.read_rows import SCHEMA
from balai.transit.models import PendingTap, Quarantined, Tap, TapBatch, TapRuling, Validator
from balai.transit.queries.acceptance import acceptance_on

MOST = 1000
Kind, State = Quarantined.Kind, Quarantined.State


@dataclass(frozen=True, slots=True)
class Correction:
    """What is put right as a tap is released: the `seconds_ahead` that its validator's clock was
    (behind: below zero), and the stop and route where they were unknown.
    """

    seconds_ahead: int = 0
    stop_id: str = ""
    route_id: str = ""

    def of(self, content: dict[str, Any]) -> dict[str, Any]:
        """The tap's content, put right."""
        return {
            **content,
            "at": content["at"] - self.seconds_ahead,
            "stop_id": self.stop_id or content["stop_id"],
            "route_id": self.route_id or content["route_id"],
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """How many entries were decided; and of those that were not, why (`row` is the entry)."""

    done: int
    faults: tuple[Fault, ...]


def release(
    city: str, entries: Sequence[int], *, origin: Origin, reason: str,
    correction: Correction | None = None, now: datetime | None = None,
) -> Judged:  # fmt: skip
    """Let taps in quarantine count, as they were sent or put right.

    They enter pricing like taps that come late: charges end as if they had come good at first. An
    entry that is no tap in form, is decided already, or would still lie ahead of now is told in
    the faults; the others are released. `entries` are ids, at most MOST; `reason` 1 to 300
    letters, else ProblemError.
    """
    moment, right = now or timezone.now(), correction or Correction()

    def let_in(entry: Quarantined) -> str:
        if entry.tap_id:
            return _let_stand(entry, right, origin, reason, moment)
        return _take_in(city, entry, right, moment)

    done = _judge(city, entries, reason, (State.OPEN,), let_in, State.RELEASED, origin, moment,
                  correction=asdict(right))  # fmt: skip
    record("transit.taps-released", origin, subject=f"transit.quarantine:{city}",
           region=city_by_slug(city).region_code, entries=list(entries)[:MOST], released=done.done,
           reason=reason, **asdict(right))  # fmt: skip
    return done


def reject(
    city: str, entries: Sequence[int], *, origin: Origin, reason: str, now: datetime | None = None
) -> Judged:
    """Decide that taps in quarantine never count, even when they are sent again."""
    moment = now or timezone.now()

    def set_aside(entry: Quarantined) -> str:
        if entry.tap_id:
            _rule(entry, TapRuling.Ruling.ASIDE, origin, reason, moment)
        return ""

    done = _judge(city, entries, reason, (State.OPEN,), set_aside, State.REJECTED, origin, moment)
    record("transit.taps-rejected", origin, subject=f"transit.quarantine:{city}",
           region=city_by_slug(city).region_code, entries=list(entries)[:MOST],
           rejected=done.done, reason=reason)  # fmt: skip
    return done


def undo(
    city: str, entries: Sequence[int], *, origin: Origin, reason: str, now: datetime | None = None
) -> Judged:
    """Take decisions back: the entries are open again, and what they let in does not count.

    A tap that was let in is a fact and stays as it was put right; it can be released again so.
    """
    moment = now or timezone.now()

    def take_back(entry: Quarantined) -> str:
        if entry.tap_id and entry.kind == Kind.IMPOSSIBLE_TRAVEL:
            TapRuling.objects.filter(tap_id=entry.tap_id).delete()
            _reread(entry)
        elif entry.tap_id:
            _rule(entry, TapRuling.Ruling.ASIDE, origin, reason, moment)
        return ""

    decided = (State.RELEASED, State.REJECTED)
    done = _judge(city, entries, reason, decided, take_back, State.OPEN, origin, moment)
    record("transit.taps-reopened", origin, subject=f"transit.quarantine:{city}",
           region=city_by_slug(city).region_code, entries=list(entries)[:MOST],
           reopened=done.done, reason=reason)  # fmt: skip
    return done


def _judge(
    city: str, ids: Sequence[int], reason: str, states: tuple[str, ...],
    act: Callable[[Quarantined], str], becomes: str, origin: Origin, now: datetime,
    **more: Any,
) -> Judged:  # fmt: skip
    _check(ids, reason)
    faults: list[Fault] = []
    done = 0
    with transaction.atomic():
        found = Quarantined.objects.select_for_update().filter(city=city, pk__in=set(ids))
        entries = {entry.pk: entry for entry in found.order_by("pk")}
        for number in dict.fromkeys(ids):
            entry = entries.get(number)
            problem = (
                _standing(entry, states)
                if entry
                else gettext_noop("is not in this city's quarantine")
            )
            if entry and not problem:
                problem = act(entry)
            if problem:
                faults.append(Fault(row=number, problem=problem, remedy="Look at it by itself"))
                continue
            assert entry is not None
            entry.state, entry.decided_at, entry.decided_by = becomes, now, origin.actor or ""
            entry.decision = reason.strip()
            for name, value in more.items():
                setattr(entry, name, value)
            entry.save()
            done += 1
        if done:
            start(JOB, city=city, slot=f"{JOB}:{city}")
    return Judged(done, tuple(faults))


def _check(ids: Sequence[int], reason: str) -> None:
    faults = []
    if not 0 < len(reason.strip()) <= 300:
        faults.append(Fault(field="reason", problem="is not 1 to 300 letters",
                            remedy="Say why you decide so"))  # fmt: skip
    if not 0 < len(ids) <= MOST:
        faults.append(Fault(field="entries", value=str(len(ids)), problem="is not a number of"
                            f" entries from 1 to {MOST}", remedy="Choose fewer"))  # fmt: skip
    if faults:
        raise ProblemError("This cannot be decided", faults=tuple(faults))


def _standing(entry: Quarantined, states: tuple[str, ...]) -> str:
    if not entry.held:
        return gettext_noop("is no tap in form: the validator has to send it again")
    if entry.state in states:
        return ""
    decided = entry.state != State.OPEN
    return gettext_noop("was decided already") if decided else gettext_noop("is not decided yet")


def _take_in(city: str, entry: Quarantined, right: Correction, now: datetime) -> str:
    """Insert the tap; what speaks against it, or nothing."""
    tap = right.of(entry.content)
    if tap["at"] > int(now.timestamp()) + acceptance_on(city, now.date()).clock_ahead_seconds:
        return gettext_noop(
            "would still lie ahead of now: say by how many seconds the clock is ahead"
        )
    row = {**tap, "row": entry.row}
    stage(as_csv(pa.Table.from_pylist([row], schema=SCHEMA)))
    place = city_by_slug(city).region_code
    known = Validator.objects.filter(city=city, code=tap["validator"]).exists()
    make_known(city, [] if known else [tap["validator"]], place, generated=False)
    batch = TapBatch.objects.create(
        id=uuid4(), city=city, sender="quarantine", fingerprint=entry.digest, received_at=now,
        accepted=1, duplicates=0, rejected=0, answer={"duplicates": [], "rejected": []},
    )  # fmt: skip
    done = insert(city, batch.pk, 1, now)
    if done.standing and not done.standing[entry.row]:
        return gettext_noop("has the identity of another tap, which came first and stands")
    entry.tap = Tap.objects.get(
        validator__city=city, validator__code=tap["validator"], sequence=tap["sequence"]
    )
    return ""


def _let_stand(
    entry: Quarantined, right: Correction, origin: Origin, reason: str, now: datetime
) -> str:
    if entry.kind != Kind.IMPOSSIBLE_TRAVEL and asdict(right) != entry.correction:
        return gettext_noop(
            "was let in before, otherwise put right: it stays as it was put right then"
        )
    if entry.kind == Kind.IMPOSSIBLE_TRAVEL and right != Correction():
        return gettext_noop(
            "was taken in as it was sent and cannot be put right; release it as it is"
        )
    _rule(entry, TapRuling.Ruling.STANDS, origin, reason, now)
    return ""


def _rule(entry: Quarantined, ruling: str, origin: Origin, reason: str, now: datetime) -> None:
    TapRuling.objects.update_or_create(
        tap_id=entry.tap_id,
        defaults={"city": entry.city, "ruling": ruling, "by": origin.actor or "",
                  "reason": reason.strip(), "at": now},
    )  # fmt: skip
    _reread(entry)


def _reread(entry: Quarantined) -> None:
    """Have the tap's stretch priced again."""
    assert entry.tap is not None
    PendingTap.objects.get_or_create(
        tap_id=entry.tap_id, defaults={"city": entry.city, "card_id": entry.tap.card_id}
    )
