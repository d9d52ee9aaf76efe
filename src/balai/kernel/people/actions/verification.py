"""Proving that a contact is the person's: a code is sent there, and given back.

The code of a contact in a quarter of an hour is drawn from a key of this installation and kept
nowhere. It holds for that quarter and the next. A contact that is replaced has another row, and so
another code.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from balai.kernel import keys
from balai.kernel.access import throttle
from balai.kernel.access.origin import Origin
from balai.kernel.notices import Message, Recipient, send
from balai.kernel.people.actions.contacts import open_contact, verify_contact
from balai.kernel.people.models import Contact, PersonSecret
from balai.kernel.people.numbers import opened_contact
from balai.kernel.people.queries.accounts import account_of
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import city_of

SLOT = 15 * 60
"""Seconds of a code's own time; it holds for the same again."""
DIGITS = 6
SENDINGS, TRIES = "3/15m", "5/15m"
"""How often a code is sent to one person, and given back for one contact: of a million codes two
hold at a time.
"""
WAYS = {"phone": "sms", "email": "email"}


@transaction.atomic
def send_code(contact_id: UUID, *, origin: Origin) -> None:
    """Send a code to the contact, over that very way alone.

    ConflictError where it is verified already, or no city's notices reach it; ThrottledError after
    several sendings.
    """
    row = open_contact(contact_id)
    city = city_of(row.region_code)
    if row.verified_at is not None or city is None:
        raise ConflictError("No code can be sent", detail="This contact needs none.")
    throttle.spend("people.contact-code", SENDINGS, f"person {row.person_id}")
    now, link = timezone.now(), account_of(row.person_id)
    secret = PersonSecret.objects.get(person_id=row.person_id).secret
    send(
        Message(
            kind=f"people.{row.channel}-code", city=city.slug,
            values={"code": code_of(row.pk, now)},
            # Addressed to the contact, not to the person: in the person's inbox it would prove
            # nothing of the address.
            to=Recipient(
                person_id=row.pk, language=link.user.language if link else "id",
                region_code=row.region_code,
                channels={WAYS[row.channel]: opened_contact(secret, row.sealed, row.pk)},
            ),
        ),
        key=f"people.contact-code/{row.pk}/{now.isoformat()}",
    )  # fmt: skip


def confirm_code(contact_id: UUID, code: str, *, origin: Origin) -> None:
    """Take the code that came; the contact is verified from then on. Again: changes nothing.

    ProblemError for a wrong or old code; ThrottledError after several.
    """
    # Counted before the transaction, which a wrong code undoes.
    throttle.spend("people.contact-code-try", TRIES, f"contact {contact_id}")
    with transaction.atomic():
        row = open_contact(contact_id)
        if row.verified_at is not None:
            return
        if not _holds(row, "".join(code.split()), timezone.now()):
            raise ProblemError(
                "The code does not fit",
                faults=(Fault(field="code", problem="is not the code that holds now",
                              remedy="Copy the newest one, or ask for another"),),
            )  # fmt: skip
        verify_contact(row.pk, method="code", origin=origin)


def code_of(contact_id: UUID, at: datetime) -> str:
    """The six digits that are sent to a contact at this moment."""
    return _code(contact_id, int(at.timestamp()) // SLOT)


def _holds(row: Contact, code: str, at: datetime) -> bool:
    slot = int(at.timestamp()) // SLOT
    given = code.encode()
    return any(
        hmac.compare_digest(_code(row.pk, each).encode(), given) for each in (slot, slot - 1)
    )


def _code(contact_id: UUID, slot: int) -> str:
    told = f"{contact_id}/{slot}".encode()
    drawn = hmac.digest(keys.data_key("people.contact-code"), told, "sha256")
    return f"{int.from_bytes(drawn[:8], 'big') % 10**DIGITS:0{DIGITS}}"
