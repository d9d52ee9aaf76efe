"""Giving a card to a resident at the desk: who it is, found by number and for a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from balai.kernel.access.origin import Origin
from balai.kernel.people.limits import looked_up
from balai.kernel.people.queries import Look, PersonCard, Purpose, find_by_nik
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.cards.acting import Actor, wait_for_card
from balai.transit.actions.cards.life import bind_card, issue_card
from balai.transit.models import CardAccount


def holder_by_nik(city: str, nik: str, reason: str, *, user: Any, origin: Origin) -> PersonCard:
    """The resident with this NIK, of those whose records the officer may open.

    The look and its reason stand in the resident's log, a miss in the officers'. ProblemError
    where nobody bears the number or the reason says too little; ThrottledError above the limit of
    looks.
    """
    look = Look(user, Purpose("service", reason.strip()), origin)
    found = looked_up(find_by_nik, nik, look=look, city=city_by_slug(city))
    if found is None:
        fault = Fault(field="nik", problem="is the number of no resident of this place",
                      remedy="Check it against the identity card")  # fmt: skip
        raise ProblemError("The holder was not found", faults=(fault,))
    return found


@transaction.atomic
def issue_to(
    city: str, number: str, issuer: str, *, holder: PersonCard | None, by: Actor, now: datetime,
    code: str = "",
) -> CardAccount:  # fmt: skip
    """Issue a card and make it the holder's at once, where there is one; see `issue_card`."""
    made = issue_card(city, number, issuer, by=by, now=now, code=code)
    if holder is not None:
        bind_card(made, person=holder.id, region_code=holder.region_code, by=by, now=now)
    return made


@transaction.atomic
def give_card(card: int, holder: PersonCard, *, by: Actor, now: datetime) -> CardAccount:
    """Make a card in use a resident's; ConflictError where it has a holder or is not in use."""
    account = wait_for_card(card)
    if account.state not in (CardAccount.State.ACTIVE, CardAccount.State.BLOCKED):
        raise ConflictError(f"The card is {account.state}", kind="card-state",
                            detail=f"{account.masked} is {account.state}.")  # fmt: skip
    bind_card(account, person=holder.id, region_code=holder.region_code, by=by, now=now)
    return account
