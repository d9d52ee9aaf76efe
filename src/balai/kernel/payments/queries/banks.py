"""Banks of a city and their last statements."""

from __future__ import annotations

from datetime import date

from balai.kernel.payments.models import Bank, Statement
from balai.kernel.problems import MissingError


def banks(city: str) -> list[Bank]:
    """The city's accounts, by name."""
    return list(Bank.objects.filter(city=city).order_by("name"))


def bank_by_slug(city: str, slug: str) -> Bank:
    """The city's account of that short name; MissingError names those there are."""
    found = Bank.objects.filter(city=city, slug=slug).first()
    if found is None:
        known = ", ".join(each.slug for each in banks(city)) or "none"
        raise MissingError("No such bank", detail=f"{city} has no bank {slug!r}. Banks: {known}.")
    return found


def bank_by_key(client_key: str) -> Bank | None:
    """The open account whose client key this is, or None."""
    return Bank.objects.filter(client_key=client_key, is_open=True).first()


def bank_for(city: str, currency: str) -> Bank | None:
    """The account that new requests are paid into: the city's oldest open one in the currency."""
    found = Bank.objects.filter(city=city, currency=currency, is_open=True)
    return found.order_by("added_at", "id").first()


def last_statement(bank: Bank, *, before: date | None = None) -> Statement | None:
    """The latest statement taken in, or the latest before a day."""
    found = Statement.objects.filter(bank=bank)
    if before is not None:
        found = found.filter(day__lt=before)
    return found.order_by("-day").first()
