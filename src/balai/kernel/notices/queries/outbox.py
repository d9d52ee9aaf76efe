"""What went out of a city, as its officers see it: states and faults, addresses masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from balai.kernel.notices import sealed
from balai.kernel.notices.models import Delivery, Notice
from balai.kernel.problems import MissingError


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxFilter:
    """Which deliveries are wanted; empty parts do not narrow."""

    state: str = ""
    kind: str = ""
    channel: str = ""
    search: str = ""

    @property
    def active(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.state or self.kind or self.channel or self.search)


def deliveries(city: str, wanted: OutboxFilter) -> QuerySet[Delivery]:
    """The deliveries of a city that fit, the newest first; row-level security narrows further."""
    rows = Delivery.objects.select_related("notice").filter(notice__city=city)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.kind:
        rows = rows.filter(notice__kind=wanted.kind)
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel)
    if wanted.search:
        rows = _numbered(rows, wanted.search)
    return rows.order_by("-created_at", "-id")


def delivery(city: str, number: UUID) -> Delivery:
    """One delivery of the city; MissingError where there is none, or it may not be seen."""
    found = (
        Delivery.objects.select_related("notice").filter(notice__city=city, pk=number).first()
    )  # fmt: skip
    if found is None:
        raise MissingError("No such delivery", detail=f"{city} has no delivery {number}.")
    return found


def summary(city: str) -> dict[str, int]:
    """How many deliveries of the city stand in each state."""
    rows = Delivery.objects.filter(notice__city=city).values("state").annotate(n=Count("id"))
    return {row["state"]: row["n"] for row in rows.order_by("state")}


def content_of(notice: Notice) -> dict[str, Any]:
    """Subject, text, short text and link of a notice."""
    return sealed.opened(sealed.CONTENT, notice.sealed_content, notice.pk)


def address_of(found: Delivery) -> str:
    """The address of a delivery, masked."""
    told = sealed.opened(sealed.ADDRESSES, found.notice.sealed_addresses, found.notice_id)
    return sealed.masked(told[found.channel]) if told.get(found.channel) else ""


def _numbered(rows: QuerySet[Delivery], search: str) -> QuerySet[Delivery]:
    try:
        number = UUID(search)
    except ValueError:
        return rows.filter(problem__icontains=search) | rows.filter(number=search)
    return rows.filter(pk=number) | rows.filter(notice_id=number)
