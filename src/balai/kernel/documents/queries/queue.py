"""What waits for somebody's signature."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from balai.kernel.documents.models import Signatory, Signature, State


def posts_of(user: Any, city: str) -> QuerySet[Signatory]:
    """The posts of a city's offices that the user holds."""
    rows = Signatory.objects.filter(user=user, active=True, office__city=city)
    return rows.select_related("office").order_by("office__name", "post")


def waiting_for(user: Any, city: str) -> QuerySet[Signature]:
    """The signatures that wait for the user now: those before them are made. The oldest first."""
    mine = Signatory.objects.filter(
        user=user, active=True, post=OuterRef("post"), office=OuterRef("signatory__office")
    )
    before = Signature.objects.filter(
        document=OuterRef("document"), order__lt=OuterRef("order"), signed_at=None
    )
    rows = Signature.objects.filter(
        Exists(mine), ~Exists(before), signed_at=None, document__city=city,
        document__state=State.WAITING,
    )  # fmt: skip
    return rows.select_related("document__office", "signatory").order_by("document__made_at")
