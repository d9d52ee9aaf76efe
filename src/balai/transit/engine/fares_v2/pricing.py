"""What an itinerary costs by a feed's own Fares v2 files, as the GTFS reference says.

Legs that a join rule joins count as one. Each effective leg is matched against fare_leg_rules,
each transfer against fare_transfer_rules; where several products would do, the cheapest way to
pay the whole itinerary counts. A transfer that no rule covers parts the itinerary: what follows
is paid by itself. Consecutive transfers within one leg group are one sub-journey: its time and
its number of transfers are counted from its first leg.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from balai.transit.engine.fares_v2.book import (
    DurationType,
    FareBook,
    LegRule,
    Product,
    TransferRule,
    TransferType,
)

UNLIMITED = -1


class UnknownFareError(LookupError):
    """No rule of the feed matches a leg: the standard says that its fare is unknown."""


@dataclass(frozen=True, slots=True)
class FareLeg:
    """A ride, from validation at the first stop to validation at the last, in local time."""

    route: str
    from_stop: str
    to_stop: str
    depart: datetime
    arrive: datetime


@dataclass(frozen=True, slots=True)
class EffectiveLeg:
    """One leg, or several that join rules made one."""

    legs: tuple[FareLeg, ...]
    network: str

    @property
    def first(self) -> FareLeg:
        """Where it begins."""
        return self.legs[0]

    @property
    def last(self) -> FareLeg:
        """Where it ends."""
        return self.legs[-1]


@dataclass(frozen=True, slots=True)
class Payment:
    """What an effective leg adds to the total, for which product, by which transfer rule."""

    legs: int
    amount: Decimal
    product: str
    transfer: TransferRule | None


@dataclass(frozen=True, slots=True)
class Price:
    """What an itinerary costs; `payments` has one for each effective leg."""

    total: Decimal
    payments: tuple[Payment, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of having paid so far: the group and the sub-journey the last leg belongs to."""

    group: str
    began: int
    transfers: int
    total: Decimal
    payments: tuple[Payment, ...]

    @property
    def alone(self) -> bool:
        """Whether no transfer rule led to the last leg, so that it may yet be replaced."""
        return self.payments[-1].transfer is None

    @property
    def key(self) -> tuple[str, int, int, bool]:
        """What later transfers depend on."""
        return self.group, self.began, self.transfers, self.alone


def price_itinerary(
    legs: Sequence[FareLeg], book: FareBook, *, rider: str | None = None, medium: str | None = None
) -> Price:
    """The least that the itinerary costs a rider of the category (the default one if None) with
    the medium (any if None). Raises UnknownFareError naming the leg that no rule matches.
    """
    effective = join_legs(legs, book)
    who = book.default_rider if rider is None else rider
    ways: dict[tuple[str, int, int, bool], _Way] = {}
    for place, leg in enumerate(effective):
        choices = _choices(leg, book, who, medium)
        if not choices:
            raise UnknownFareError(f"no fare for {leg.first.route} from {leg.first.from_stop} "
                                   f"to {leg.last.to_stop}")  # fmt: skip
        found: dict[tuple[str, int, int, bool], _Way] = {}
        for way in _onward(place, effective, choices, ways, book, who, medium):
            if way.key not in found or way.total < found[way.key].total:
                found[way.key] = way
        ways = found
    best = min(ways.values(), key=lambda way: way.total, default=None)
    return Price(best.total, best.payments) if best else Price(Decimal(0), ())


def join_legs(legs: Sequence[FareLeg], book: FareBook) -> list[EffectiveLeg]:
    """The effective legs of an itinerary: runs of legs of which each pair matches a join rule."""
    joined: list[EffectiveLeg] = []
    for leg in legs:
        network = book.networks.get(leg.route, "")
        if joined and _joins(joined[-1], leg, network, book):
            joined[-1] = EffectiveLeg((*joined[-1].legs, leg), network)
        else:
            joined.append(EffectiveLeg((leg,), network))
    return joined


def _joins(before: EffectiveLeg, leg: FareLeg, network: str, book: FareBook) -> bool:
    def at(stop: str, wanted: str) -> bool:
        return not wanted or wanted in (stop, book.parents.get(stop))

    # Matching asks that all legs of an effective one be of the same network.
    return before.network == network and any(
        rule.from_network == before.network
        and rule.to_network == network
        and at(before.last.to_stop, rule.from_stop)
        and at(leg.from_stop, rule.to_stop)
        for rule in book.join_rules
    )


def _choices(
    leg: EffectiveLeg, book: FareBook, rider: str, medium: str | None
) -> dict[str, Product]:
    """The cheapest product of each leg group that the leg may be paid with."""
    best: dict[str, Product] = {}
    for rule in matching_rules(leg, book):
        for product in _products(rule.product, book, rider, medium):
            if rule.group not in best or product.amount < best[rule.group].amount:
                best[rule.group] = product
    return best


def matching_rules(leg: EffectiveLeg, book: FareBook) -> list[LegRule]:
    """The leg rules that match, of the highest priority where the feed gives priorities."""
    found = [rule for rule in book.leg_rules if _matches(rule, leg, book)]
    if book.prioritised and found:
        highest = max(rule.priority for rule in found)
        found = [rule for rule in found if rule.priority == highest]
    return found


def _matches(rule: LegRule, leg: EffectiveLeg, book: FareBook) -> bool:
    here, there = book.areas_of(leg.first.from_stop), book.areas_of(leg.last.to_stop)
    network = frozenset((leg.network,)) if leg.network else frozenset()
    return (
        _fits(rule.network, network, "network", book)
        and _fits(rule.from_area, here, "from_area", book)
        and _fits(rule.to_area, there, "to_area", book)
        and _timely(rule.from_timeframe, leg.first.depart, book)
        and _timely(rule.to_timeframe, leg.last.arrive, book)
    )


def _fits(wanted: str, found: frozenset[str], name: str, book: FareBook) -> bool:
    """Whether a field of a rule matches: exactly; or, being empty, whatever the priorities make
    of it or what no other rule lists."""
    if wanted:
        return wanted in found
    if book.prioritised:
        return True
    return not found & {getattr(rule, name) for rule in book.leg_rules}


def _timely(group: str, at: datetime, book: FareBook) -> bool:
    if not group:
        return True
    second = at.hour * 3600 + at.minute * 60 + at.second
    return any(
        frame.group == group and frame.holds(second) and _runs(frame.service, at, book)
        for frame in book.timeframes
    )


def _runs(service: str, at: datetime, book: FareBook) -> bool:
    days = book.services.get(service)
    return days is not None and days.holds(at.date())


def _products(wanted: str, book: FareBook, rider: str, medium: str | None) -> Iterator[Product]:
    for product in book.products:
        if product.id != wanted or product.rider not in ("", rider):
            continue
        if medium is None or product.medium in ("", medium):
            yield product


def _onward(
    place: int, effective: Sequence[EffectiveLeg], choices: dict[str, Product],
    ways: dict[tuple[str, int, int, bool], _Way], book: FareBook, rider: str, medium: str | None,
) -> Iterator[_Way]:  # fmt: skip
    """Every way of paying on to the leg at `place`, from each way of having paid before it."""
    count = len(effective[place].legs)
    for group, product in choices.items():
        if not ways:
            paid = Payment(count, product.amount, product.id, None)
            yield _Way(group, place, 0, product.amount, (paid,))
        for way in ways.values():
            rule, began, transfers = _transfer(way, group, place, effective, book)
            total, told = _cost(way, rule, product, book, rider, medium)
            paid = Payment(count, total - way.total, told, rule)
            yield _Way(group, began, transfers, total, (*way.payments, paid))


def _transfer(
    way: _Way, group: str, place: int, effective: Sequence[EffectiveLeg], book: FareBook
) -> tuple[TransferRule | None, int, int]:
    """The rule for the transfer, where its sub-journey began, and how many transfers it had."""
    on = way.group == group and way.transfers > 0
    began = way.began if way.group == group else place - 1
    transfers = way.transfers + 1 if on else 1
    rules = [
        rule for rule in book.transfer_rules
        if _connects(rule, way.group, group, book)
        and _counts(rule, transfers)
        and _in_time(rule, effective[began], effective[place])
    ]  # fmt: skip
    if not rules or not way.group or not group:
        return None, place, 0
    rule = min(rules, key=lambda each: _spans(each.count))
    return (rule, began, transfers) if way.group == group else (rule, place, 0)


def _connects(rule: TransferRule, before: str, after: str, book: FareBook) -> bool:
    """Exactly, or by an empty entry for the groups that no rule lists there."""
    from_listed = {each.from_group for each in book.transfer_rules}
    to_listed = {each.to_group for each in book.transfer_rules}
    return (rule.from_group == before or (not rule.from_group and before not in from_listed)) and (
        rule.to_group == after or (not rule.to_group and after not in to_listed)
    )


def _spans(count: int | None) -> float:
    return float("inf") if count in (None, UNLIMITED) else float(count or 0)


def _counts(rule: TransferRule, transfers: int) -> bool:
    return _spans(rule.count) >= transfers


def _in_time(rule: TransferRule, first: EffectiveLeg, last: EffectiveLeg) -> bool:
    if rule.limit is None:
        return True
    kind = rule.limit_type
    from_arrival = kind in (DurationType.ARRIVAL_TO_DEPARTURE, DurationType.ARRIVAL_TO_ARRIVAL)
    to_arrival = kind in (DurationType.DEPARTURE_TO_ARRIVAL, DurationType.ARRIVAL_TO_ARRIVAL)
    start = first.last.arrive if from_arrival else first.first.depart
    end = last.last.arrive if to_arrival else last.first.depart
    return end - start <= timedelta(seconds=rule.limit)


def _cost(
    way: _Way, rule: TransferRule | None, product: Product, book: FareBook, rider: str,
    medium: str | None,
) -> tuple[Decimal, str]:  # fmt: skip
    """The total with this leg, and the product that paid for it."""
    if rule is None:
        return way.total + product.amount, product.id
    options = list(_products(rule.product, book, rider, medium)) if rule.product else []
    extra = min((each.amount for each in options), default=Decimal(0))
    told = rule.product or product.id
    if rule.type is TransferType.BOTH_AND_TRANSFER:
        return way.total + extra + product.amount, told
    if rule.type is TransferType.TRANSFER_ONLY and way.alone:
        return way.total - way.payments[-1].amount + extra, told
    return way.total + extra, told
