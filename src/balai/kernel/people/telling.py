"""Telling residents, over their verified contacts and in their inbox, what was done with the own
record.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from balai.kernel.notices import Message, Recipient, send
from balai.kernel.people.models import Person
from balai.kernel.people.queries.accounts import account_of
from balai.kernel.people.queries.record import contacts_of
from balai.kernel.regions.queries import city_of


def tell_person(person_id: UUID, kind: str, *, key: str, page: str = "", **values: Any) -> None:
    """Send a notice of this kind to a resident; `page` is the part of the link after
    `/<city>/people/`. A region outside any city tells nobody.
    """
    person = Person.objects.filter(pk=person_id).first()
    city = city_of(person.region_code) if person else None
    if person is None or city is None:
        return
    link, reach = account_of(person.pk), contacts_of(person.pk)
    channels = {name: reach[kind] for name, kind in (("email", "email"), ("sms", "phone"))
                if kind in reach}  # fmt: skip
    send(
        Message(
            kind=kind, city=city.slug, values={"name": person.name, **values},
            link=f"/{city.slug}/people/{page}",
            to=Recipient(
                person_id=person.pk, account_id=link.user_id if link else None, name=person.name,
                language=link.user.language if link else "id", channels=channels,
                region_code=person.region_code,
            ),
        ),
        key=key,
    )  # fmt: skip
