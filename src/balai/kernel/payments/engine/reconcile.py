"""What becomes of each rupiah: decided here from notices, statement entries and bills. Pure.

A bank announces a payment and its statement shows it, in either order, with the same figures or
others, or one of the two never comes. Every decision is a list of moves between named places, each
of one amount, so that the books balance whatever the bank does:

- money announced stands in `clearing` until the statement shows it in the `bank`;
- money goes to its bill, and what a bill cannot take to the suspense place that says why;
- money announced and not shown after the days of grace stands in `suspense/never-credited`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from balai.kernel.payments.engine.camt053.statement import Entry


class Place(StrEnum):
    """Where money stands. Each is a ledger account of the city, but `bill`: the receivable's."""

    BANK = "bank"
    TILL = "till"
    CLEARING = "clearing"
    NEVER_CREDITED = "suspense/never-credited"
    BILL = "bill"
    PARTIAL = "suspense/partial"
    OVER = "suspense/over"
    DOUBLE = "suspense/double"
    LATE = "suspense/late"
    UNKNOWN = "suspense/unknown"
    REVERSED = "suspense/reversed"
    WITHDRAWN = "suspense/withdrawn"
    REFUNDS = "refunds-due"
    CHARGES = "bank-charges"
    OPENING = "opening"
    WRITTEN_OFF = "written-off"


HOLDING = frozenset({Place.BANK, Place.TILL, Place.CLEARING, Place.NEVER_CREDITED})
"""Places that hold the money itself; the others say for what it was received."""
SUSPENSE = frozenset(place for place in Place if place.value.startswith("suspense/"))


class State(StrEnum):
    """Of a payment."""

    IN_TRANSIT = "in-transit"
    SETTLED = "settled"
    NEVER_CREDITED = "never-credited"
    REVERSED = "reversed"
    TAKEN_BACK = "taken-back"


class Outcome(StrEnum):
    """What an entry of a statement, or a notice, turned out to be."""

    ANNOUNCED = "announced"
    REPEATED = "repeated"
    CONTRADICTED = "contradicted"
    SETTLED = "settled"
    CORRECTED = "corrected"
    CREDITED = "credited"
    REVERSED = "reversed"
    REVERSAL_UNMATCHED = "reversal-unmatched"
    CHARGED = "charged"
    REFUNDED = "refunded"
    WITHDRAWN = "withdrawn"
    OVERDUE = "overdue"
    REFUND_RETURNED = "refund-returned"


class Kind(StrEnum):
    """Of a difference that is listed for an officer."""

    PARTIAL = "partial"
    OVER = "over"
    DOUBLE = "double"
    LATE = "late"
    UNKNOWN = "unknown"
    WITHOUT_NOTICE = "without-notice"
    WRONG_AMOUNT = "wrong-amount"
    NEVER_CREDITED = "never-credited"
    CREDITED_AFTER_ALL = "credited-after-all"
    REVERSED = "reversed"
    REVERSAL_UNMATCHED = "reversal-unmatched"
    WITHDRAWN = "withdrawn"
    NOTICE_REFUSED = "notice-refused"
    NOTICE_CONTRADICTS = "notice-contradicts"


KIND_OF = {
    Place.PARTIAL: Kind.PARTIAL, Place.OVER: Kind.OVER, Place.DOUBLE: Kind.DOUBLE,
    Place.LATE: Kind.LATE, Place.UNKNOWN: Kind.UNKNOWN,
    Place.NEVER_CREDITED: Kind.NEVER_CREDITED, Place.REVERSED: Kind.REVERSAL_UNMATCHED,
    Place.WITHDRAWN: Kind.WITHDRAWN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill as it stands: what it asks, what was credited to it, until when it may be paid."""

    identifier: str
    amount: int
    paid: int = 0
    takes_parts: bool = False
    expires: datetime | None = None
    cancelled: bool = False

    @property
    def due(self) -> int:
        """What is still to be paid."""
        return self.amount - self.paid


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a payment: where it stands, and for `bill` which one."""

    place: Place
    amount: int
    bill: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """`amount` to the debited place from the credited one; `bill` where one of them is a bill."""

    debit: Place
    credit: Place
    amount: int
    bill: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as it stands. `parts` sum to `amount` less what was reversed, taken back, sent
    back to the payer or written off.
    """

    identifier: str
    reference: str
    amount: int
    state: State
    announced_on: date | None
    parts: tuple[Part, ...]
    bill: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What an officer should know: `place` is where its money waits, None where none does."""

    kind: Kind
    amount: int
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done about a notice, an entry, or the passing of a day.

    `state` and `amount` are the payment's after it (None: as before, or no payment).
    """

    outcome: Outcome
    moves: tuple[Move, ...] = ()
    differences: tuple[Difference, ...] = ()
    state: State | None = None
    amount: int | None = None


def split(amount: int, at: datetime, bill: Bill | None) -> tuple[Part, ...]:
    """The parts of a payment of `amount` received at `at`: they sum to it, none is zero.

    A bill takes what it is owed and nothing once it is paid, has expired or was cancelled; less
    than it is owed only if it takes parts.
    """
    if bill is None:
        return (Part(Place.UNKNOWN, amount),)
    if bill.due <= 0:
        return (Part(Place.DOUBLE, amount),)
    if bill.cancelled or (bill.expires is not None and at > bill.expires):
        return (Part(Place.LATE, amount),)
    if amount < bill.due and not bill.takes_parts:
        return (Part(Place.PARTIAL, amount),)
    if amount <= bill.due:
        return (Part(Place.BILL, amount, bill.identifier),)
    return (
        Part(Place.BILL, bill.due, bill.identifier),
        Part(Place.OVER, amount - bill.due),
    )


def announce(amount: int, at: datetime, known: Payment | None, bill: Bill | None) -> Decision:
    """A bank's notice of `amount`; `known` is the payment of the same bank reference, if any.

    A notice that repeats one, or comes after the statement, moves nothing.
    """
    if known is not None:
        if known.amount == amount:
            return Decision(Outcome.REPEATED)
        told = Difference(Kind.NOTICE_CONTRADICTS, amount)
        return Decision(Outcome.CONTRADICTED, differences=(told,))
    parts = split(amount, at, bill)
    return Decision(
        Outcome.ANNOUNCED, moves=_received(Place.CLEARING, parts), differences=_suspended(parts),
        state=State.IN_TRANSIT, amount=amount,
    )  # fmt: skip


def receive(amount: int, at: datetime, bill: Bill | None) -> Decision:
    """Cash at the city's own counter: it lies in the till until it is paid into the bank."""
    parts = split(amount, at, bill)
    return Decision(Outcome.CREDITED, moves=_received(Place.TILL, parts),
                    differences=_suspended(parts), state=State.SETTLED, amount=amount)  # fmt: skip


def book(
    entry: Entry, at: datetime, known: Payment | None, bill: Bill | None, *, refund: bool = False
) -> Decision:
    """An entry of a statement.

    `known` is the payment it names (for a reversal, the one it takes back); `bill` the bill of
    its account or of the payment, without what `known` has credited to it; `refund` tells that
    its reference is of a refund we ordered, or, for a credit, of one that was sent.
    """
    if entry.amount > 0:
        return _money_in(entry, refund) or _credit(entry, at, known, bill)
    amount = -entry.amount
    return _money_out(entry, refund) or (
        _reversal(amount, known) if entry.reversal else _withdrawal(amount)
    )


def _money_in(entry: Entry, refund: bool) -> Decision | None:
    """A charge the bank gives back, or a refund of ours that came back."""
    if refund:
        back = Move(Place.BANK, Place.REFUNDS, entry.amount)
        return Decision(Outcome.REFUND_RETURNED, moves=(back,))
    if entry.reversal and is_charge(entry.code):
        return Decision(Outcome.CHARGED, moves=(Move(Place.BANK, Place.CHARGES, entry.amount),))
    return None


def _money_out(entry: Entry, refund: bool) -> Decision | None:
    """A refund of ours that was sent, or a charge."""
    amount = -entry.amount
    if refund and not entry.reversal:
        return Decision(Outcome.REFUNDED, moves=(Move(Place.REFUNDS, Place.BANK, amount),))
    if is_charge(entry.code) and not entry.reversal:
        return Decision(Outcome.CHARGED, moves=(Move(Place.CHARGES, Place.BANK, amount),))
    return None


def _withdrawal(amount: int) -> Decision:
    return Decision(
        Outcome.WITHDRAWN, moves=(Move(Place.WITHDRAWN, Place.BANK, amount),),
        differences=(Difference(Kind.WITHDRAWN, amount, Place.WITHDRAWN),),
    )  # fmt: skip


def overdue(payment: Payment, shown_until: date, grace: timedelta) -> Decision | None:
    """What is done once statements up to a day lack an announced payment; None while it may wait.

    `grace`: how long after its announcement a bank may take to credit.
    """
    if payment.state != State.IN_TRANSIT or payment.announced_on is None:
        return None
    if payment.announced_on + grace >= shown_until:
        return None
    return Decision(
        Outcome.OVERDUE,
        moves=(Move(Place.NEVER_CREDITED, Place.CLEARING, payment.amount),),
        differences=(Difference(Kind.NEVER_CREDITED, payment.amount, Place.NEVER_CREDITED),),
        state=State.NEVER_CREDITED,
    )


def take_back(payment: Payment) -> tuple[Move, ...]:
    """The moves that undo an announcement that never came true: its parts leave their places."""
    return _returned(payment.parts, Place.NEVER_CREDITED)


def reverse(payment: Payment) -> tuple[Move, ...]:
    """The moves of a payment's parts towards what the bank took back."""
    return _returned(payment.parts, Place.REVERSED)


def is_charge(code: str) -> bool:
    """Whether a bank transaction code (ISO 20022 external code set) is a charge or commission."""
    return code.rpartition("/")[2] in ("CHRG", "COMM", "FEES") or "/MDOP/" in code


def parts_of(moves: Iterable[Move]) -> tuple[Part, ...]:
    """Where a payment's money stands after its moves, by place and bill."""
    standing: dict[tuple[Place, str], int] = {}
    for move in moves:
        for place, sign in ((move.credit, 1), (move.debit, -1)):
            if place not in HOLDING and place is not Place.WRITTEN_OFF:
                key = (place, move.bill if place is Place.BILL else "")
                standing[key] = standing.get(key, 0) + sign * move.amount
    return tuple(
        Part(place, amount, bill) for (place, bill), amount in sorted(standing.items()) if amount
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A place of the daily report: what the ledger holds, and what the listed records explain."""

    place: Place
    ledger: int
    explained: int

    @property
    def residual(self) -> int:
        """What no record explains: zero, or the books are wrong."""
        return self.ledger - self.explained


def report(ledger: Mapping[Place, int], explained: Mapping[Place, int]) -> tuple[Line, ...]:
    """Every place that holds or should hold money, with its residual, in the order of `Place`."""
    return tuple(
        Line(place, ledger.get(place, 0), explained.get(place, 0))
        for place in Place
        if place is not Place.BILL and (ledger.get(place) or explained.get(place))
    )


def _credit(entry: Entry, at: datetime, known: Payment | None, bill: Bill | None) -> Decision:
    if known is None or known.state in (State.SETTLED, State.REVERSED, State.TAKEN_BACK):
        return _unannounced(entry, at, known, bill)
    holding = Place.CLEARING if known.state == State.IN_TRANSIT else Place.NEVER_CREDITED
    after_all = holding is Place.NEVER_CREDITED
    told = (Difference(Kind.CREDITED_AFTER_ALL, entry.amount),) if after_all else ()
    if known.amount == entry.amount:
        return Decision(Outcome.SETTLED, moves=(Move(Place.BANK, holding, entry.amount),),
                        differences=told, state=State.SETTLED)  # fmt: skip
    parts = split(entry.amount, at, bill)
    wrong = Difference(Kind.WRONG_AMOUNT, entry.amount - known.amount)
    return Decision(
        Outcome.CORRECTED,
        moves=(*_returned(known.parts, holding), *_received(Place.BANK, parts)),
        differences=(*told, wrong, *_suspended(parts)), state=State.SETTLED, amount=entry.amount,
    )  # fmt: skip


def _unannounced(entry: Entry, at: datetime, known: Payment | None, bill: Bill | None) -> Decision:
    parts = split(entry.amount, at, bill)
    if known is not None and known.state == State.SETTLED:
        # One reference credited twice: whatever the bill still wants, a person looks at it first.
        parts = (Part(Place.DOUBLE, entry.amount),)
    told = () if bill is None else (Difference(Kind.WITHOUT_NOTICE, entry.amount),)
    return Decision(Outcome.CREDITED, moves=_received(Place.BANK, parts),
                    differences=(*told, *_suspended(parts)), state=State.SETTLED,
                    amount=entry.amount)  # fmt: skip


def _reversal(amount: int, known: Payment | None) -> Decision:
    out = Move(Place.REVERSED, Place.BANK, amount)
    if known is None or known.state != State.SETTLED or known.amount != amount:
        waiting = Difference(Kind.REVERSAL_UNMATCHED, amount, Place.REVERSED)
        return Decision(Outcome.REVERSAL_UNMATCHED, moves=(out,), differences=(waiting,))
    # What was sent back to the payer or written off before is not there to be taken.
    gone = amount - sum(part.amount for part in known.parts)
    lost = (Difference(Kind.REVERSAL_UNMATCHED, gone, Place.REVERSED),) if gone else ()
    return Decision(
        Outcome.REVERSED, moves=(out, *reverse(known)),
        differences=(Difference(Kind.REVERSED, amount), *lost), state=State.REVERSED,
    )  # fmt: skip


def _received(holding: Place, parts: Iterable[Part]) -> tuple[Move, ...]:
    return tuple(Move(holding, part.place, part.amount, part.bill) for part in parts)


def _returned(parts: Iterable[Part], holding: Place) -> tuple[Move, ...]:
    return tuple(Move(part.place, holding, part.amount, part.bill) for part in parts)


def _suspended(parts: Iterable[Part]) -> tuple[Difference, ...]:
    return tuple(
        Difference(KIND_OF[part.place], part.amount, part.place)
        for part in parts
        if part.place in SUSPENSE
    )
