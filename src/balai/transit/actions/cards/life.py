"""A card's life: issued, bound to a resident, blocked, lost, replaced, expired."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from balai.kernel.access import throttle
from balai.kernel.ledger.actions import open_accounts
from balai.kernel.ledger.postings import NewAccount
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.cards.acting import SOFTWARE, Actor, note_act, wait_for_card
from balai.transit.actions.cards.hotlisting import refresh_hotlist
from balai.transit.actions.cards.notices import tell_holder
from balai.transit.actions.check_tap import CARD, card_reference
from balai.transit.actions.settle_journeys import card_account
from balai.transit.engine.concessions import months_later
from balai.transit.models import Card, CardAccount, CardHolder, Leg, Tap
from balai.transit.queries.card_rules import rule
from balai.transit.queries.cards import claim_index, last_load

State, Block = CardAccount.State, CardAccount.Block
ISSUERS = ("JakLingko", "JakCard", "e-Money", "Flazz", "Brizzi", "TapCash")
CLAIMS = "6/h"
"""How often an account may try to claim cards: a code or an amount cannot be guessed."""


@transaction.atomic
def issue_card(
    city: str, number: str, issuer: str, *, by: Actor, now: datetime, code: str = "",
    replaces: CardAccount | None = None, generated: bool = False,
) -> CardAccount:  # fmt: skip
    """Make the card with this number an account of the city's; only its hash and last four digits
    are kept. `code` is what is printed on it to claim it by.

    ProblemError for a number or issuer that is none; ConflictError where it was issued before.
    """
    _refuse_bad_card(number, issuer)
    today = now.astimezone(city_by_slug(city).zone).date()
    card, _ = Card.objects.get_or_create(
        city=city, reference=card_reference(city, number), defaults={"generated": generated}
    )
    if CardAccount.objects.filter(pk=card.pk).exists():
        raise ConflictError("The card was issued before", detail=f"It ends in {number[-4:]}.")
    made = CardAccount.objects.create(
        card=card, city=city, issuer=issuer, last_four=last_four(number),
        claim=claim_index(city, code) if code.strip() else None,
        replaces=replaces.card if replaces else None, issued_on=today,
        expires_on=months_later(today, int(rule(city, "card_months", today))), changed_at=now,
        generated=generated,
    )  # fmt: skip
    open_card_account(city, card.reference)
    note_act(made, "issued", by, now)
    refresh_hotlist(city, [made.pk], now)
    return made


def open_card_account(city: str, reference: str) -> None:
    """Open the card's account in the ledger, if it is not open yet."""
    facts = city_by_slug(city)
    open_accounts([
        NewAccount(code=card_account(city, reference), currency=facts.currency, kind="liability",
                   title=f"Stored value of card {reference[:4]}…{reference[-2:]}",
                   region_code=facts.region_code)
    ])  # fmt: skip


def last_four(number: str) -> str:
    """The last four letters or digits of a number, filled up with zeros where it is shorter."""
    return re.sub(r"[^0-9A-Za-z]", "", number)[-4:].rjust(4, "0")


@transaction.atomic
def claim_card(
    city: str, number: str, proof: str, *, person: UUID, region_code: str, by: Actor,
    now: datetime, issuer: str = "",
) -> CardAccount:  # fmt: skip
    """Bind a card to a resident who has it in hand: `proof` is the code printed on it, or the
    amount of its last load.

    A card that was tapped but never issued here is registered by its last load. ThrottledError
    after CLAIMS tries; ProblemError, the same for every reason, where number and proof do not fit,
    so that nobody learns which cards there are; ConflictError where it has a holder.
    """
    throttle.spend("transit.card-claims", CLAIMS, by.account or str(person))
    card = Card.objects.filter(city=city, reference=card_reference(city, number)).first()
    account = CardAccount.objects.filter(pk=card.pk).first() if card else None
    if card is None or not _is_proved(city, card, account, proof):
        raise ProblemError(
            "The card cannot be added",
            faults=(Fault(field="proof", problem="does not fit the card's number",
                          remedy="Check the number, and the code on the card or its last load"),),
        )  # fmt: skip
    if account is None:
        account = _register(city, card, number, issuer or ISSUERS[0], by, now)
    account = wait_for_card(account.pk)
    if account.state in (State.REPLACED, State.EXPIRED):
        raise ConflictError("The card is no longer in use", detail=account.masked)
    bind_card(account, person=person, region_code=region_code, by=by, now=now)
    return account


@transaction.atomic
def bind_card(
    account: CardAccount, *, person: UUID, region_code: str, by: Actor, now: datetime
) -> CardHolder:
    """Make the card a resident's; ConflictError where somebody holds it already."""
    if account.bound:
        raise ConflictError("The card has a holder", detail="Ask at the cards desk.")
    made = CardHolder.objects.create(
        card_id=account.pk, city=account.city, person_id=person, region_code=region_code, since=now
    )
    CardAccount.objects.filter(pk=account.pk).update(bound=True, changed_at=now)
    account.bound = True
    note_act(account, "bound", by, now)
    return made


@transaction.atomic
def block_card(card: int, why: str, *, by: Actor, now: datetime, reason: str = "",
               boarding: Tap | None = None) -> CardAccount:  # fmt: skip
    """Stop a card at every validator that gets the list; ConflictError where it is not active."""
    account = wait_for_card(card)
    _need(account, State.ACTIVE)
    if why == Block.OFFICER and not reason.strip():
        raise ProblemError("The card cannot be blocked", faults=(_reason_fault(),))
    _change(account, State.BLOCKED, now, block=why)
    act = note_act(account, "blocked", by, now, reason=reason.strip() or why, boarding=boarding)
    refresh_hotlist(account.city, [account.pk], now)
    tell_holder(account, "transit.card-blocked", key=f"transit.card-blocked/{act.pk}")
    return account


@transaction.atomic
def unblock_card(card: int, *, by: Actor, now: datetime, reason: str = "",
                 own: bool = False) -> CardAccount:  # fmt: skip
    """Let a blocked card ride again. `own`: the holder, who takes back only what the holder did
    and the block of a missed tap-out, whose fare is charged by the tariff; the rest is for an
    officer, with a reason.
    """
    account = wait_for_card(card)
    _need(account, State.BLOCKED)
    if own and account.block not in (Block.RIDER, Block.MISSED_TAP_OUT):
        raise ConflictError("The cards desk blocked this card", detail="Ask there to open it.")
    if not own and not reason.strip():
        raise ProblemError("The card cannot be unblocked", faults=(_reason_fault(),))
    act = "reset" if account.block == Block.MISSED_TAP_OUT else "unblocked"
    _change(account, State.ACTIVE, now)
    note_act(account, act, by, now, reason=reason.strip())
    refresh_hotlist(account.city, [account.pk], now)
    return account


@transaction.atomic
def report_lost(card: int, lost_on: date, *, by: Actor, now: datetime) -> CardAccount:
    """Stop a card for good because it was lost on a day; a found one is opened by an officer's
    replacement alone. ProblemError for a day to come.
    """
    account = wait_for_card(card)
    _need(account, State.ACTIVE, State.BLOCKED)
    if lost_on > now.astimezone(city_by_slug(account.city).zone).date():
        fault = Fault(field="lost_on", value=str(lost_on), problem="is still to come",
                      remedy="Give the day on which you missed the card")  # fmt: skip
        raise ProblemError("The loss cannot be reported", faults=(fault,))
    _change(account, State.LOST, now)
    note_act(account, "lost", by, now, reason=lost_on.isoformat())
    refresh_hotlist(account.city, [account.pk], now)
    return account


@transaction.atomic
def expire_cards(city: str, now: datetime) -> int:
    """End the cards whose last day has passed; returns how many."""
    today = now.astimezone(city_by_slug(city).zone).date()
    live = (State.ACTIVE, State.BLOCKED)
    due = CardAccount.objects.filter(city=city, expires_on__lt=today, state__in=live)
    ended = [wait_for_card(card) for card in due.order_by("pk").values_list("pk", flat=True)]
    for account in ended:
        _change(account, State.EXPIRED, now)
        note_act(account, "expired", SOFTWARE, now)
    refresh_hotlist(city, [account.pk for account in ended], now)
    return len(ended)


def block_missed_tap_outs(city: str, now: datetime) -> int:
    """Block the active cards that have a boarding without a tap-out older than the city's hours,
    once for each boarding; returns how many. Does nothing where the city's rule says so.
    """
    if not rule(city, "missed_tap_out_blocks", now.date()):
        return 0
    return sum(
        _block_for(account, leg.boarding, now)
        for account, leg in _missed(city, now, int(rule(city, "missed_tap_out_hours", now.date())))
    )


def _missed(city: str, now: datetime, hours: int) -> Iterable[tuple[CardAccount, Leg]]:
    active = CardAccount.objects.filter(city=city, state=State.ACTIVE)
    for account in active.order_by("pk"):
        seen = account.card.acts.exclude(boarding=None).values("boarding_id")
        legs = Leg.objects.filter(
            boarding__card_id=account.pk,
            alighting=None,
            full_price__gt=0,
            boarding__at__lt=now - timedelta(hours=hours),
            boarding__at__gt=now - timedelta(days=30),
        ).exclude(boarding_id__in=seen)
        latest = legs.select_related("boarding").order_by("-boarding__at").first()
        if latest is not None:
            yield account, latest


def _block_for(account: CardAccount, boarding: Tap, now: datetime) -> int:
    with transaction.atomic():
        if wait_for_card(account.pk).state != State.ACTIVE:
            return 0
        block_card(account.pk, Block.MISSED_TAP_OUT, by=SOFTWARE, now=now, boarding=boarding)
    return 1


def _register(
    city: str, card: Card, number: str, issuer: str, by: Actor, now: datetime
) -> CardAccount:
    return issue_card(city, number, issuer, by=by, now=now, generated=card.generated)


def _is_proved(city: str, card: Card, account: CardAccount | None, proof: str) -> bool:
    given = proof.strip()
    code = account.claim if account else None
    if code is not None and bytes(code) == claim_index(city, given):
        return True
    digits = re.sub(r"[.,\s]|^Rp", "", given)
    return digits.isascii() and digits.isdigit() and last_load(city, card) == int(digits[:12])


def _change(account: CardAccount, state: str, now: datetime, block: str = "") -> None:
    account.state, account.block, account.changed_at = state, block, now
    account.save(update_fields=["state", "block", "changed_at"])


def _need(account: CardAccount, *states: str) -> None:
    if account.state not in states:
        raise ConflictError(
            f"The card is {account.state}", detail=f"{account.masked} is {account.state}.",
            kind="card-state",
        )  # fmt: skip


def _refuse_bad_card(number: str, issuer: str) -> None:
    faults = []
    if not CARD.fullmatch(number):
        # A number mistyped is still somebody's number: it is not repeated.
        faults.append(Fault(field="number", problem="is no card number",
                            remedy="Use 4 to 40 letters, digits and hyphens"))  # fmt: skip
    if issuer not in ISSUERS:
        faults.append(Fault(field="issuer", value=issuer[:40], problem="is not an issuer",
                            remedy=f"Use one of {', '.join(ISSUERS)}"))  # fmt: skip
    if faults:
        raise ProblemError("The card cannot be issued", faults=tuple(faults))


def _reason_fault() -> Fault:
    return Fault(field="reason", problem="is missing", remedy="Say why, for the holder to read")
