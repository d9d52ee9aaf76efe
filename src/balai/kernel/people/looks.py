"""Looking at a record: who, why and from where; and writing it down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.access.queries import has_role
from balai.kernel.access.reading import Reading
from balai.kernel.access.roles import all_roles
from balai.kernel.access.rows import person_behind
from balai.kernel.people.facts import purposes
from balai.kernel.people.models import AccessEntry, Person
from balai.kernel.problems import Fault, ProblemError
from balai.kernel.row_security import EVERYWHERE, opened, rows_of

SHORTEST_REASON = 5
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why somebody looks: a name of the closed list, and words of their own."""

    name: str
    reason: str = ""


OWN = Purpose("own")
IDENTITY = Purpose("identity")
KEPT = (OWN, IDENTITY)
"""The purposes that the software itself gives. Only these very objects carry them: what a caller
names is another object, so that nobody hides a look by calling it their own.
"""


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks (an account), why, and from where."""

    actor: Any
    purpose: Purpose
    origin: Origin


def check_purpose(purpose: Purpose) -> None:
    """ProblemError where the purpose is not of the list, or an officer gives no reason."""
    known = purposes().get(purpose.name)
    given_by_us = any(purpose is each for each in KEPT)
    faults = []
    if known is None or known.kept != given_by_us:
        choices = ", ".join(name for name, each in purposes().items() if not each.kept)
        faults.append(
            Fault(field="purpose", value=purpose.name[:50], problem="is not a known purpose",
                  remedy=f"Choose one of {choices}")
        )  # fmt: skip
    elif not known.kept and len(purpose.reason.strip()) < SHORTEST_REASON:
        faults.append(
            Fault(field="reason", problem="says too little",
                  remedy=f"Say in {SHORTEST_REASON} letters or more why the record is opened")
        )  # fmt: skip
    if len(purpose.reason) > LONGEST_REASON or not _is_printable(purpose.reason):
        faults.append(
            Fault(field="reason", problem="is too long or has control characters",
                  remedy=f"Use at most {LONGEST_REASON} letters")
        )  # fmt: skip
    if faults:
        raise ProblemError("A record is opened for a purpose only", faults=tuple(faults))


def log_look(
    look: Look,
    *,
    person: UUID | None,
    region_code: str,
    parts: Iterable[str],
    index: bytes | None = None,
) -> None:
    """Write down that these parts of a record were seen, or that a number found nobody.

    ProblemError without a purpose, or where somebody else's record is opened as one's own.
    """
    check_purpose(look.purpose)
    if look.purpose is OWN and not _is_own(look.actor, person):
        raise ProblemError("This is somebody else's record", kind="forbidden", status=403)
    AccessEntry.objects.create(
        person_id=person, region_code=region_code, actor=look.actor.get_username(),
        actor_name=look.actor.get_full_name(), office=office_of(look.actor, region_code),
        purpose=look.purpose.name, reason=look.purpose.reason.strip(),
        channel=look.origin.channel, address=look.origin.address, parts=list(parts), index=index,
    )  # fmt: skip


def log_reading(reading: Reading, by: Origin) -> None:
    """Write down what was read about somebody in another room; whoever reads the own is let be.

    The purpose is given by that room: what it is for follows from what was opened.
    """
    user = User.objects.filter(username=by.actor).first()
    if user is not None and person_behind(user) == reading.person:
        return
    entry = AccessEntry(
        person_id=reading.person, region_code=reading.region_code,
        actor=by.actor or by.channel, actor_name=user.get_full_name() if user else "",
        office=office_of(user, reading.region_code) if user else "", purpose=reading.purpose,
        reason=reading.reason[:LONGEST_REASON], channel=by.channel, address=by.address,
        parts=[reading.part],
    )  # fmt: skip
    # A case may be worked on by an office outside the village where the person lives.
    with rows_of(EVERYWHERE):
        if Person.objects.filter(pk=reading.person).exists():
            entry.save(force_insert=True)


def log_many(look: Look, people: Iterable[tuple[UUID, str]], *, parts: Iterable[str]) -> None:
    """The same for several people (id, region code) of whom the same parts were seen at once."""
    for person, region_code in people:
        log_look(look, person=person, region_code=region_code, parts=parts)


def log_miss(look: Look, index: bytes, part: str) -> None:
    """Write down a look-up that found nobody: the blind index, never the number."""
    regions = opened().regions
    place = "" if not regions or EVERYWHERE in regions else regions[0]
    log_look(look, person=None, region_code=place, parts=[part], index=index)


def office_of(user: Any, region_code: str) -> str:
    """The names of the roles by which the user sees residents there; empty for a resident, and
    for an account that may do everything without any role.
    """
    if user.is_superuser:
        return ""
    return ",".join(
        role.name
        for role in all_roles()
        if role.sees_residents and has_role(user, role.name, region_code)
    )


def _is_own(user: Any, person: UUID | None) -> bool:
    own = person_behind(user)
    if own is None or person is None:
        return False
    return own == person or Person.objects.filter(pk=own, merged_into_id=person).exists()


def _is_printable(text: str) -> bool:
    return all(letter.isprintable() or letter in "\n\r\t" for letter in text)
