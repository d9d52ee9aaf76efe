"""Payments as a list, one with its story, and the officers' worklist."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from balai.kernel.access.origin import Origin
from balai.kernel.access.reading import Reading, note_reading
from balai.kernel.ledger import queries as ledger
from balai.kernel.ledger.queries import TransferView
from balai.kernel.payments.models import (
    Bill,
    Difference,
    Entry,
    Move,
    Notice,
    Payment,
    Request,
)

MOST_FOUND = 20
"""How many bills or payments are offered to be matched."""


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


def note_opening(payment: Payment, *, by: Origin) -> None:
    """Write to the log that the person reads that an officer opened the payment of their bill."""
    bill = payment.bill
    if bill is not None and bill.person_id is not None:
        note_reading(
            Reading(person=bill.person_id, region_code=bill.region_code, part="payment",
                    purpose="payment", reason=bill.reference),
            by=by,
        )  # fmt: skip


def worklist(
    city: str, *, kind: str = "", state: str = "open", day: date | None = None, bank: str = "",
    text: str = "", before: date | None = None, after: date | None = None,
) -> QuerySet[Difference]:  # fmt: skip
    """Differences of a city, oldest first; `state` empty for all.

    `text`: in the payer, remittance, references or bill. `after` < day <= `before`: of an age.
    """
    found = Difference.objects.select_related("payment__bill", "bank", "entry", "notice")
    found = found.filter(city=city)
    for column, value in (("kind", kind), ("state", state), ("day", day), ("bank__slug", bank),
                          ("day__lte", before), ("day__gt", after)):  # fmt: skip
        if value:
            found = found.filter(**{column: value})
    if text:
        found = found.filter(
            Q(payment__reference__icontains=text) | Q(payment__bill__reference__icontains=text)
            | Q(entry__reference__icontains=text) | Q(entry__remittance__icontains=text)
            | Q(entry__payer__icontains=text) | Q(notice__reference__icontains=text)
        )  # fmt: skip
    return found.order_by("day", "id")


AGES = (7, 30, 90)
"""Days after which a difference counts as older."""


@dataclass(frozen=True, slots=True)
class Age:
    """Open differences of an age: from `days` old up to `until` (None: and older)."""

    days: int
    until: int | None
    count: int
    amount: int


def ageing(rows: QuerySet[Difference], today: date) -> list[Age]:
    """How old what is listed is, and how much money waits in it, by the days of `AGES`."""
    edges = [0, *(days + 1 for days in AGES)]
    told: dict[str, Any] = {}
    for at, days in enumerate(edges):
        of_age = Q(day__lte=today - timedelta(days=days)) if days else Q()
        if at + 1 < len(edges):
            of_age &= Q(day__gt=today - timedelta(days=edges[at + 1]))
        told[f"count{at}"] = Count("pk", filter=of_age)
        told[f"amount{at}"] = Coalesce(Sum("remaining", filter=of_age), 0)
    found = rows.order_by().aggregate(**told)
    untils = [*AGES, None]
    return [
        Age(days, untils[at], found[f"count{at}"], found[f"amount{at}"])
        for at, days in enumerate(edges)
    ]


def bills_to_match(difference: Difference, text: str = "") -> list[Bill]:
    """Bills that money in suspense may belong to: those that fit best first.

    By `text` (reference, number given out, purpose, or amount); without it those that the
    statement names, then those that are owed exactly this.
    """
    due = F("amount") - F("paid")
    found = Bill.objects.filter(city=difference.city, state__in=["open", "part"],
                                currency=difference.bank.currency)  # fmt: skip
    if text:
        found = found.filter(_names(text))
    else:
        entry = difference.entry
        words = re.findall(r"[A-Za-z0-9/-]{4,}", entry.remittance if entry else "")[:20]
        found = found.filter(Q(reference__in=words) | Q(amount=difference.remaining + F("paid")))
    exact = Case(When(amount=difference.remaining + F("paid"), then=0), default=1)
    return list(found.annotate(owed=due).order_by(exact, "-created_at", "pk")[:MOST_FOUND])


def payments_to_match(difference: Difference, text: str = "") -> list[Payment]:
    """Payments that a reversal may take back: settled at this bank, of its amount, newest first."""
    found = Payment.objects.select_related("bill").filter(
        bank=difference.bank, state="settled", amount=difference.remaining
    )
    if text:
        found = found.filter(
            Q(reference__icontains=text) | Q(account__startswith=text)
            | Q(bill__reference__icontains=text)
        )  # fmt: skip
    return list(found.order_by("-paid_at", "-pk")[:MOST_FOUND])


def _names(text: str) -> Q:
    numbered = Request.objects.filter(account=text).values("bill")
    named = Q(reference__icontains=text) | Q(pk__in=numbered)
    named |= Q(purpose__id__icontains=text) | Q(purpose__en__icontains=text)
    digits = text.replace(".", "").replace(",", "").replace("Rp", "").strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= 15:
        named |= Q(amount=int(digits) + F("paid"))
    return named
