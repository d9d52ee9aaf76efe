"""Cards: how one stands, what it holds, its line of replacements, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet

from balai.kernel import keys
from balai.kernel.ledger import queries as ledger
from balai.kernel.problems import MissingError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.check_tap import card_reference
from balai.transit.actions.settle_journeys import card_account
from balai.transit.models import Card, CardAccount, CardAct, CardHolder, CardLoad, Entitlement
from balai.transit.queries.card_rules import rule

CLAIM = "transit.card-claim"
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a card stands: `state` is a CardAccount's or "unregistered"; `balance` in rupiah;
    `may_board` whether it is active and holds the least balance.
    """

    reference: str
    state: str
    block: str
    balance: int
    may_board: bool


def standing(city: str, reference: str, on: date) -> Standing:
    """How the card with this reference stands; MissingError where nobody ever saw it."""
    card = Card.objects.select_related("account").filter(city=city, reference=reference).first()
    if card is None:
        raise MissingError("There is no such card", detail="No tap and no issue names it.")
    account = CardAccount.objects.filter(pk=card.pk).first()
    money = balance_of(city, reference)
    state = account.state if account else "unregistered"
    enough = money >= int(rule(city, "minimum_balance", on))
    usable = state in (CardAccount.State.ACTIVE, "unregistered")
    return Standing(reference, state, account.block if account else "", money, usable and enough)


def balance_of(city: str, reference: str) -> int:
    """What a card holds, in rupiah; 0 where nothing was ever loaded or charged."""
    return balances_of_cards(city, [reference]).get(reference, 0)


def balances_of_cards(city: str, references: Iterable[str]) -> dict[str, int]:
    """What each card holds, in rupiah, of those that have an account in the ledger."""
    codes = {card_account(city, reference): reference for reference in references}
    known = ledger.identities(list(codes))
    found = ledger.balances_of([identifier for identifier, _ in known.values()])
    return {codes[each.account]: each.amount for each in found}


def card_by_number(city: str, number: str) -> Card | None:
    """The card with this number, by its keyed hash; None where it was never seen."""
    return Card.objects.filter(city=city, reference=card_reference(city, number)).first()


def claim_index(city: str, code: str) -> bytes:
    """Under which the code printed on a card is kept."""
    return keys.blind_index(CLAIM, f"{city}:{code.strip().upper()}")


def line_of(account: CardAccount) -> list[int]:
    """The card and those it replaced, the newest first: its history is theirs too."""
    line = [account.pk]
    while account.replaces_id is not None:
        account = CardAccount.objects.get(pk=account.replaces_id)
        line.append(account.pk)
    return line


def cards_of(city: str, person: UUID) -> list[CardAccount]:
    """The cards a resident holds now, those in use first."""
    held = CardHolder.objects.filter(city=city, person_id=person, until=None)
    rows = CardAccount.objects.filter(pk__in=held.values("card_id")).select_related("card")
    return sorted(rows, key=lambda each: (each.state != "active", -each.changed_at.timestamp()))


def own_card(city: str, person: UUID, card: int) -> CardAccount:
    """A card that the resident holds now; MissingError where it is not theirs."""
    held = CardHolder.objects.filter(city=city, person_id=person, until=None, card_id=card)
    if not held.exists():
        raise MissingError("You hold no such card", detail=f"Card {card} is not yours.")
    return CardAccount.objects.select_related("card").get(pk=card)


def account_at(city: str, card: int) -> CardAccount:
    """A card's account; MissingError where the city has none such."""
    found = CardAccount.objects.select_related("card").filter(city=city, pk=card).first()
    if found is None:
        raise MissingError("There is no such card", detail=f"No card {card} in {city}.")
    return found


def holder_of(card: int) -> CardHolder | None:
    """Who holds the card now, of those whose rows are open."""
    return CardHolder.objects.filter(card_id=card, until=None).first()


def find_cards(city: str, *, four: str = "", state: str = "") -> QuerySet[CardAccount]:
    """Cards by their last four digits and state, those changed last first."""
    found = CardAccount.objects.filter(city=city).select_related("card")
    found = found.filter(last_four=four) if four else found
    found = found.filter(state=state) if state else found
    return found.order_by("-changed_at", "pk")


def acts_of(cards: Sequence[int]) -> QuerySet[CardAct]:
    """What was done with the cards, latest first."""
    return CardAct.objects.filter(card_id__in=cards).order_by("-at", "-pk")


def loads_of(cards: Sequence[int]) -> QuerySet[CardLoad]:
    """Loads of the cards, latest first."""
    return CardLoad.objects.filter(card_id__in=cards).order_by("-asked_at")


def entitlements_of(cards: Sequence[int], now: datetime) -> list[Entitlement]:
    """What the cards entitle to now or later, the first to end first."""
    return list(Entitlement.objects.filter(card_id__in=cards, end__gte=now).order_by("end"))


def last_load(city: str, card: Card) -> int | None:
    """The rupiah of the latest load that reached the card; None where there is none."""
    try:
        lines = ledger.statement_lines(card_account(city, card.reference), FIRST, LAST)
        loads = [line.credit for line in lines if line.credit and _is_load(line.counterpart, city)]
    except MissingError:
        return None
    return loads[-1] if loads else None


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A movement of a card's money: `change` in rupiah, `balance` after it."""

    at: datetime
    kind: str
    change: int
    balance: int
    journey: UUID | None


@dataclass(frozen=True, slots=True)
class CardStatement:
    """A month of a card: from which balance to which, and what happened between."""

    opening: int
    closing: int
    loaded: int
    charged: int
    lines: tuple[StatementLine, ...]


def month_statement(city: str, account: CardAccount, first: date) -> CardStatement:
    """The card's money in the month that begins on `first`, in the city's days."""
    zone = city_by_slug(city).zone
    following = (first + timedelta(days=32)).replace(day=1)
    start, end = (datetime.combine(day, time(0), zone) for day in (first, following))
    code = card_account(city, account.card.reference)
    try:
        whole = ledger.statement(code, start, end, limit=1)
        lines = list(ledger.statement_lines(code, start, end))
    except MissingError:
        return CardStatement(0, 0, 0, 0, ())
    told = tuple(_line(line, city) for line in lines)
    return CardStatement(
        whole.opening, whole.closing,
        loaded=sum(line.change for line in told if line.kind in ("load", "load-back")),
        charged=-sum(line.change for line in told if line.kind in ("fare", "refund", "pass")),
        lines=told,
    )  # fmt: skip


def _line(line: ledger.StatementLine, city: str) -> StatementLine:
    change = line.credit - line.debit
    journey = None
    if line.source.startswith("transit.journey:"):
        journey = UUID(line.source.removeprefix("transit.journey:"))
    return StatementLine(line.at, _kind(line.counterpart, city, change), change, line.balance,
                         journey)  # fmt: skip


def _kind(counterpart: str, city: str, change: int) -> str:
    if _is_load(counterpart, city):
        return "load" if change > 0 else "load-back"
    if counterpart == f"{city}/transit/pass-revenue":
        return "pass"
    if counterpart.startswith(card_account(city, "")):
        return "replacement"
    return "refund" if change > 0 else "fare"


def _is_load(counterpart: str, city: str) -> bool:
    return counterpart in {
        f"{city}/transit/{place}" for place in ("card-float", "loads-due", "cash-desk")
    }
