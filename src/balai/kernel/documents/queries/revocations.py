"""The signed list of what no longer stands, and the reading of one."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from balai.kernel import keys
from balai.kernel.documents import qr
from balai.kernel.documents.engine import revocations
from balai.kernel.documents.engine.revocations import Revocation, RevocationList
from balai.kernel.documents.models import PublicRecord, State
from balai.kernel.regions.queries import city_by_slug

RENEWED_AFTER = timedelta(days=1)


def signed_revocations(city: str, *, at: datetime) -> bytes:
    """The city's list of documents that ended before their time; MissingError without the city.

    Those whose time is over are left out: their QR code says so itself.
    """
    place = city_by_slug(city)
    today = at.astimezone(ZoneInfo(place.time_zone)).date()
    rows = (
        PublicRecord.objects.filter(city=city, state__in=[State.VOID, State.REPLACED])
        .filter(Q(valid_until=None) | Q(valid_until__gte=today))
        .order_by("code")
        .values_list("code", "state", "ended_on", "day")
    )
    said = RevocationList(
        city, int(at.timestamp()), int((at + RENEWED_AFTER).timestamp()),
        tuple(
            Revocation(code, "void" if state == State.VOID else "replaced", ended or day)
            for code, state, ended, day in rows
        ),
    )  # fmt: skip
    key = keys.city_key(city, qr.PURPOSE)
    return revocations.encode(said, key.key_id, key.sign)


def read_revocations(content: bytes) -> RevocationList:
    """The list, if the city it names signed it; ValueError where it is none, or another signed."""
    found = revocations.decode(content)
    for each in keys.public_keys(found.said.city, qr.PURPOSE):
        if each.key_id == found.key_id and keys.verify(each, found.signed, found.signature):
            return found.said
    raise ValueError("the list is not signed by the city it names")
