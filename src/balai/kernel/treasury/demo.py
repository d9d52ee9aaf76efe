"""The demonstration: a market's made-up levies, and a checkpoint over all that was posted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from django.utils import timezone

from balai.kernel.ledger import actions
from balai.kernel.ledger.postings import Kind, NewAccount, Posting
from balai.kernel.regions.queries import City, find_city

CITIES = ("banyuwangi", "jakarta")
"""Makassar's levies come with the room of payments."""
DAYS, SEED = 14, 20_261_122
FIRST = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
MARKETS = ("east", "west")
# In the language of the cities whose books these are.
ACCOUNTS: tuple[tuple[str, Kind, str], ...] = (
    ("cash", "asset", "Kas pasar (contoh)"),
    ("bank", "asset", "Rekening bank pasar (contoh)"),
    ("cleaning", "expense", "Kebersihan pasar (contoh)"),
    ("east", "income", "Retribusi kios timur (contoh)"),
    ("west", "income", "Retribusi kios barat (contoh)"),
)
RATES = (2_000, 3_000, 5_000)
"""Rupiah a stall and day, for the demonstration only."""


def build(tell: Callable[[str], None]) -> None:
    """Post what is missing, and seal what is new; again: changes nothing."""
    for city in filter(None, map(find_city, CITIES)):
        _levies(city, tell)
    made = actions.make_checkpoint(now=timezone.now())
    if made is not None:
        tell(f"Checkpoint {made.number} seals {made.tree_size} transfers")


def _levies(city: City, tell: Callable[[str], None]) -> None:
    base = f"{city.slug}/market"
    actions.open_accounts([
        NewAccount(code=f"{base}/{code}", currency=city.currency, kind=kind, title=title,
                   region_code=city.region_code)
        for code, kind, title in ACCOUNTS
    ])  # fmt: skip
    posted = actions.post_many(_takings(base, city.currency))
    _aside(base, city.currency)
    if posted.posted:
        tell(f"{city.name}: {posted.posted} made-up transfers of a market's levies")


def _takings(base: str, currency: str) -> list[Posting]:
    """Each day the stalls pay in cash; in the evening the cash goes to the bank."""
    draw = Random(f"{SEED} {base}")  # noqa: S311 - made-up figures, the same each time
    found = []
    for day in range(DAYS):
        takings = 0
        for name in MARKETS:
            amount = draw.randint(40, 90) * draw.choice(RATES)
            takings += amount
            found.append(_posting(base, currency, "cash", name, amount, day, 5, "retribusi kios"))
        found.append(_posting(base, currency, "bank", "cash", takings, day, 9, "setoran kas"))
    return found


def _aside(base: str, currency: str) -> None:
    """Money set aside for an invoice not paid yet, and a transfer made in error, taken back."""
    actions.reserve(
        _posting(base, currency, "cleaning", "bank", 450_000, DAYS, 4, "jasa kebersihan")
    )
    wrong = actions.post(
        _posting(base, currency, "cash", "east", 5_000, DAYS, 5, "retribusi kios, ganda")
    )
    actions.reverse(wrong.id, reason="tercatat dua kali", key=f"demo:{base}:taken-back",
                    at=FIRST + timedelta(days=DAYS, hours=6))  # fmt: skip


def _posting(
    base: str, currency: str, debit: str, credit: str, amount: int, day: int, hour: int, reason: str
) -> Posting:
    return Posting(
        debit=f"{base}/{debit}", credit=f"{base}/{credit}", amount=amount, currency=currency,
        at=FIRST + timedelta(days=day, hours=hour), reason=reason,
        key=f"demo:{base}:{day}:{hour}:{debit}:{credit}", source="treasury.demo",
    )  # fmt: skip
