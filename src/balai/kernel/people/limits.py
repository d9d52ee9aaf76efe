"""How often one account may look numbers up and open records.

Four digits of a NIK remain to be guessed once birthday and district are known. So a look-up that
finds nobody costs three times one that finds somebody, and who uses a limit up is told to the data
protection officers of the place.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils import timezone

from balai.kernel.access import throttle
from balai.kernel.access.actions import record
from balai.kernel.access.models import User
from balai.kernel.access.queries import current_grants
from balai.kernel.notices import Message, Recipient, send
from balai.kernel.people.looks import Look
from balai.kernel.regions.queries import City, lineage

T = TypeVar("T")
LOOK_UP, OPEN = "people.look-up", "people.open"
PROTECTORS = "people.dpo"
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Rates of one kind of account; `misses` is what a look-up that finds nobody costs besides,
    from the same allowance.
    """

    look_ups: str
    misses: str
    openings: str


PERSON = Limits(look_ups="60/10m", misses="30/10m", openings="120/10m")
SERVICE = Limits(look_ups="600/10m", misses="300/10m", openings="600/10m")
"""A program acts for many people at once, by a token whose owner answers for it."""


def limits_of(user: Any) -> Limits:
    """The limits of this account."""
    return SERVICE if getattr(user, "is_service", False) else PERSON


def looked_up(find: Callable[..., T], number: str, *, look: Look, city: City) -> T:
    """`find(number, look=look)` within the account's limit; ThrottledError above it."""
    limits = limits_of(look.actor)
    _spend(LOOK_UP, limits.look_ups, look, city)
    found = find(number, look=look)
    if not found:
        # Where too little is left, this answer was paid for, and the next is not.
        with suppress(throttle.ThrottledError):
            throttle.spend(LOOK_UP, limits.misses, _account(look.actor))
    return found


def allow_opening(look: Look, city: City) -> None:
    """Count the opening of a record; ThrottledError above the account's limit."""
    _spend(OPEN, limits_of(look.actor).openings, look, city)


def _spend(name: str, rate: str, look: Look, city: City) -> None:
    try:
        throttle.spend(name, rate, _account(look.actor))
    except throttle.ThrottledError:
        _tell_protectors(name, look, city)
        raise


def _tell_protectors(name: str, look: Look, city: City) -> None:
    # Once a day an account and limit: the one limited must not be able to flood those who watch.
    try:
        throttle.spend(f"{name}-told", "1/d", _account(look.actor))
    except throttle.ThrottledError:
        return
    actor, today = look.actor.get_username(), timezone.localdate()
    record("people.looks-limited", look.origin, subject=f"account:{actor}", limit=name,
           region=city.region_code)  # fmt: skip
    for each in _protectors(city):
        send(
            Message(
                kind="people.looks-limited", city=city.slug,
                to=Recipient(account_id=each.pk, name=each.get_full_name(),
                             language=each.language, region_code=city.region_code),
                values={"account": actor, "name": look.actor.get_full_name(),
                        "at": timezone.now()},
                link=f"/{city.slug}/people/protection/looks/?actor={actor}",
            ),
            key=f"people.looks-limited/{name}/{look.actor.pk}/{today}/{each.pk}",
        )  # fmt: skip


def _protectors(city: City) -> list[User]:
    rows = current_grants().filter(
        role=PROTECTORS, region_code__in=["", *lineage(city.region_code)]
    )
    found = {each.user_id: each.user for each in rows.select_related("user")[:MOST_TOLD]}
    return list(found.values())


def _account(user: Any) -> str:
    return f"account {user.pk}"
