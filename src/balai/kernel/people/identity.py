"""Residents who sign in with an identity: the account joined to the record by its verified NIK."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from balai.kernel.access.identity.people import DemoPerson
from balai.kernel.access.oidc.claims import IdentityClaims
from balai.kernel.access.origin import Origin
from balai.kernel.people import numbers
from balai.kernel.people.actions.accounts import link_account
from balai.kernel.people.looks import IDENTITY, Look
from balai.kernel.people.models import AccountLink, Identifier, Person
from balai.kernel.people.models.person import LifeStatus
from balai.kernel.people.queries.accounts import person_of
from balai.kernel.people.queries.cards import find_by_nik
from balai.kernel.problems import ConflictError, ProblemError
from balai.kernel.regions import queries as regions
from balai.kernel.row_security import EVERYWHERE, rows_of

CITIES = ("jakarta", "makassar", "banyuwangi")
EACH_CITY = 3
GROWN_BEFORE = date(2005, 1, 1)


def join_by_identity(user: Any, claims: IdentityClaims, origin: Origin) -> None:
    """Join the account to the living resident with the NIK that the issuer vouches for.

    Without a NIK, or where no record bears it, the account stays without one. ConflictError where
    the record is another account's, or the account another record's.
    """
    if not claims.nik:
        return
    with rows_of(EVERYWHERE):
        try:
            card = find_by_nik(claims.nik, look=Look(user, IDENTITY, origin))
        except ProblemError:
            return  # what the issuer calls a NIK is none
        if card is None or not _is_alive(card.id):
            return
        joined = person_of(user)
        if joined not in {None, card.id}:
            raise ConflictError("The account is joined to another resident", kind="joined")
        link_account(user, card.id, method="oidc", origin=origin)


def generated_people() -> Iterator[DemoPerson]:
    """A few of the demonstration's residents who can be chosen at its own issuer."""
    taken = AccountLink.objects.filter(ended_at=None).exclude(method="oidc").values("person_id")
    for slug in CITIES:
        city = regions.find_city(slug)
        if city is None:
            continue
        with rows_of(city.region_code):
            rows = Identifier.objects.filter(
                scheme=numbers.NIK, person__is_generated=True, person__erased_at=None,
                person__merged_into=None, person__birth_date__lt=GROWN_BEFORE,
                person__life_status=LifeStatus.ALIVE,
                person__region_code__startswith=f"{city.region_code}.",
            ).exclude(person__in=taken).select_related("person")  # fmt: skip
            for row in rows.order_by("person_id")[:EACH_CITY]:
                nik = numbers.opened(numbers.NIK, row.sealed, row.pk)
                yield DemoPerson(row.person.name, nik, city.name)


def _is_alive(person: Any) -> bool:
    return Person.objects.filter(pk=person, life_status=LifeStatus.ALIVE, erased_at=None).exists()
