"""Payments as a list, one with its story, and the officers' worklist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from balai.kernel.ledger import queries as ledger
from balai.kernel.ledger.queries import TransferView
from balai.kernel.payments.models import Difference, Entry, Move, Notice, Payment


@dataclass(frozen=True, slots=True)
class Story:
    """Everything known of one payment, in the order that it happened."""

    payment: Payment
    notices: list[Notice]
    entries: list[Entry]
    moves: list[Move]
    differences: list[Difference]
    transfers: list[TransferView]


def payments(
    city: str, *, text: str = "", state: str = "", method: str = "", start: date | None = None,
    end: date | None = None, zone: ZoneInfo,
) -> QuerySet[Payment]:  # fmt: skip
    """The city's payments, newest first, narrowed by what is given; days are of the city."""
    found = Payment.objects.select_related("bill", "bank").filter(city=city)
    if text:
        found = found.filter(
            Q(reference__startswith=text) | Q(account__startswith=text)
            | Q(bill__reference__icontains=text)
        )  # fmt: skip
    if state:
        found = found.filter(state=state)
    if method:
        found = found.filter(method=method)
    if start:
        found = found.filter(paid_at__gte=datetime.combine(start, time(), zone))
    if end:
        found = found.filter(paid_at__lt=datetime.combine(end + timedelta(days=1), time(), zone))
    return found.order_by("-paid_at", "-id")


def story(payment: Payment) -> Story:
    """The payment with notices, statement entries, moves, transfers and differences."""
    return Story(
        payment=payment,
        notices=list(payment.notices.order_by("at", "id")),
        entries=list(payment.entries.select_related("statement").order_by("id")),
        moves=list(payment.moves.select_related("bill", "entry", "act").order_by("id")),
        differences=list(payment.differences.order_by("id")),
        transfers=ledger.transfers_of(f"payments.payment:{payment.pk}"),
    )


def worklist(
    city: str, *, kind: str = "", state: str = "open", day: date | None = None, bank: str = ""
) -> QuerySet[Difference]:
    """Differences of a city, oldest first; `state` empty for all."""
    found = Difference.objects.select_related("payment__bill", "bank", "entry", "notice")
    found = found.filter(city=city)
    for column, value in (("kind", kind), ("state", state), ("day", day), ("bank__slug", bank)):
        if value:
            found = found.filter(**{column: value})
    return found.order_by("day", "id")
