"""Recording what happened: one event, or many by COPY; each key once."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from balai.kernel.copying import NULL, copy_once, escaped
from balai.kernel.events.kinds import EventKind, find_kind
from balai.kernel.events.models import Event
from balai.kernel.events.signals import announce
from balai.kernel.problems import ConflictError, Fault, ProblemError

COLUMNS = (
    "kind", "version", "at", "day", "city", "place", "subject", "actor", "data",
    "idempotency_key",
)  # fmt: skip
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
LIMITS = {"city": (1, 100), "place": (0, 100), "subject": (0, 300), "actor": (0, 300)}

Row = tuple[Any, ...]
"""An event's values in the order of COLUMNS."""

RECORD = f"""
INSERT INTO events_event ({", ".join(COLUMNS)})
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s)
ON CONFLICT (idempotency_key) DO NOTHING RETURNING id
"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something to be recorded.

    `kind` is a registered kind or its name; `at` is aware; `day` the day of the city's calendar
    it counts to (see `local_day`); `city` a slug; `place` a region code; `data` an instance of
    the kind's fields, or a mapping; `key` makes it happen once.
    """

    kind: EventKind | str
    at: datetime
    day: date
    city: str
    data: object
    place: str = ""
    subject: str = ""
    actor: str = ""
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The event that stands for a happening, and whether an earlier call had recorded it."""

    id: UUID
    repeated: bool


def local_day(at: datetime, zone: tzinfo) -> date:
    """The calendar day of a moment in the city's zone."""
    return at.astimezone(zone).date()


def record(happening: Happening) -> Recorded:
    """Record it once: the same key with the same body returns the event recorded before.

    ConflictError where the key stands for another body; ProblemError names each bad field.
    """
    values = _checked(happening, None)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(RECORD, values)
            row = cursor.fetchone()
        if row:
            announce([(happening.city, happening.day)])
            return Recorded(row[0], repeated=False)
        kept = Event.objects.get(idempotency_key=happening.key)
        if _body(kept) != _comparable(values):
            raise _another_body(str(happening.key))
        return Recorded(kept.id, repeated=True)


def record_many(happenings: Sequence[Happening]) -> int:
    """Record all by COPY, or none; returns how many are new.

    Those recorded before under the same key with the same body stay as they are. ConflictError
    names the first key that stands for another body; ProblemError names rows and fields.
    """
    rows = _all_checked(happenings)
    keyed: dict[str, Row] = {}
    for row in rows:
        if row[-1] is not None and keyed.setdefault(str(row[-1]), row) != row:
            raise _another_body(str(row[-1]))
    unkeyed = [row for row in rows if row[-1] is None]
    lines = [_line(row) for row in [*unkeyed, *(keyed[key] for key in sorted(keyed))]]
    if not lines:
        return 0
    with transaction.atomic():
        new, differing = copy_once("events_event", COLUMNS, lines, key="idempotency_key")
        if differing is not None:
            raise _another_body(differing)
        if new:
            announce({(happening.city, happening.day) for happening in happenings})
    return new


def _all_checked(happenings: Sequence[Happening]) -> list[Row]:
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, happening in enumerate(happenings, 1):
        try:
            rows.append(_checked(happening, number))
        except ProblemError as error:
            faults += error.faults or [Fault(row=number, problem=error.detail or error.title)]
    if faults:
        raise ProblemError("The events cannot be recorded", faults=tuple(faults))
    return rows


def _checked(happening: Happening, row: int | None) -> Row:
    kind = happening.kind if isinstance(happening.kind, EventKind) else find_kind(happening.kind)
    faults = _faults(happening, row)
    if faults:
        raise ProblemError("The event cannot be recorded", faults=tuple(faults))
    return (
        kind.name, kind.version, happening.at, happening.day, happening.city, happening.place,
        happening.subject, happening.actor, kind.dump(happening.data, row=row), happening.key,
    )  # fmt: skip


def _faults(happening: Happening, row: int | None) -> list[Fault]:
    faults = []
    if happening.at.tzinfo is None:
        faults.append(
            Fault(
                row=row, field="at", value=happening.at.isoformat(), problem="has no time zone",
                remedy="Give the time with its offset from UTC",
            )
        )  # fmt: skip
    texts = {name: (getattr(happening, name), *limits) for name, limits in LIMITS.items()}
    if happening.key is not None:
        texts["key"] = (happening.key, 1, 200)
    for name, (text, least, most) in texts.items():
        if not least <= len(text) <= most:
            problem = f"is not of {least} to {most} letters"
            faults.append(Fault(row=row, field=name, value=text[:50], problem=problem))
        elif CONTROL.search(text):
            problem = "contains a control character"
            faults.append(Fault(row=row, field=name, value=text, problem=problem))
    return faults


def _line(row: Row) -> str:
    kind, version, at, day, city, place, subject, actor, data, key = row
    assert isinstance(at, datetime)
    texts = (city, place, subject, actor, data)
    return "\t".join(
        (
            str(kind), str(version), at.isoformat(), str(day),
            *(escaped(str(text)) for text in texts),
            NULL if key is None else escaped(str(key)),
        )
    )  # fmt: skip


def _body(kept: Event) -> Row:
    return (
        kept.kind, kept.version, kept.at, kept.day, kept.city, kept.place, kept.subject,
        kept.actor, kept.data,
    )  # fmt: skip


def _comparable(values: Row) -> Row:
    return (*values[:8], json.loads(str(values[8])))


def _another_body(key: str) -> ConflictError:
    return ConflictError(
        "The idempotency key stands for another event",
        detail=f"The key {key!r} was used for an event with another body. "
        "Repeat it unchanged, or use a new key.",
        kind="idempotency-conflict",
    )
