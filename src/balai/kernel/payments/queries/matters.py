"""A resident's bills among the other things that concern them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from balai.kernel.payments.queries.bills import bills_of
from balai.kernel.programmes import Matter
from balai.kernel.regions.queries import City

MOST = 20


def matters(city: City, person: UUID | None, account: Any) -> list[Matter]:
    """The bills that wait for a person, and the latest that are paid."""
    if person is None:
        return []
    language = (get_language() or "id").split("-")[0]
    now = timezone.now()
    return [
        Matter(
            title=str(bill.purpose.get(language) or bill.purpose.get("id", "")),
            url=reverse("payments:bill", args=[city.slug, bill.pk]),
            state="waiting" if bill.state in ("open", "part") else "done",
            detail=bill.reference, due=bill.expires_at,
            late=bill.state in ("open", "part") and bill.expires_at is not None
            and bill.expires_at < now,
        )
        for bill in bills_of(city.slug, person).exclude(state="cancelled")[:MOST]
    ]  # fmt: skip
