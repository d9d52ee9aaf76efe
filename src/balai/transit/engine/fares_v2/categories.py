"""What riders of a category pay, as a concession: a part off, or a price at most."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares_v2.book import FareBook, Rider, whole


@dataclass(frozen=True, slots=True)
class Lost:
    """A row of the feed that the drafted tariff does not hold, and why."""

    file: str
    row: int
    what: str

    def __str__(self) -> str:
        return f"{self.file} row {self.row}: {self.what}"


@dataclass(slots=True)
class Categories:
    """Rows of `concessions`, whether percentages are rounded `up`, and what they cannot hold."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    up: bool = False
    lost: list[Lost] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Pair:
    """What a product costs everybody and the category; `ride`: by one boarding, no transfer."""

    row: int
    everybody: int
    own: int
    modes: frozenset[Mode]
    ride: bool


@dataclass(frozen=True, slots=True)
class _Off:
    """A relief that may be what the category's prices say."""

    percent: int | None = None
    price: int | None = None
    up: bool = False

    def fits(self, pair: _Pair) -> bool:
        """Whether the category pays what this leaves. Prices are by the boarding."""
        if self.percent is None:
            return pair.ride and pair.own == self.left(pair.everybody)
        return pair.own == self.left(pair.everybody)

    def left(self, amount: int) -> int:
        """What is left to pay of an amount."""
        if self.percent is None:
            return min(amount, self.price or 0)
        hundredths = amount * (100 - self.percent)
        return -(-hundredths // 100) if self.up else hundredths // 100


def concessions_of(
    book: FareBook, products: Mapping[str, Collection[Mode]], groups: Mapping[str, Collection[Mode]]
) -> Categories:
    """The concessions of the feed's categories of riders.

    `products` are the modes by product of a ride, `groups` by leg group. Of each category's prices
    those stay that one percentage, or one price at most, gives; the rest are lost by row. One
    rounding holds for the whole tariff: up where that keeps more of the prices than down.
    """
    down, up = (_with(book, products, groups, up=each) for each in (False, True))
    return up if len(up.lost) < len(down.lost) else down


def _with(
    book: FareBook, products: Mapping[str, Collection[Mode]],
    groups: Mapping[str, Collection[Mode]], *, up: bool,
) -> Categories:  # fmt: skip
    found = Categories(up=up)
    for rider in book.riders:
        if rider.default or rider.id == book.default_rider:
            continue
        pairs = list(_pairs(rider, book, products, groups, found.lost))
        lower = [pair for pair in pairs if pair.own != pair.everybody]
        off = _best(lower, up)
        held = [pair for pair in lower if off and off.fits(pair)]
        modes = frozenset(mode for pair in held if pair.ride for mode in pair.modes)
        if off and modes:
            found.rows.append(_row(rider, off, modes))
        found.lost += [_lost(pair.row, rider) for pair in lower if not modes or pair not in held]
        if off and modes:
            found.lost += _in_full(rider, off, modes, pairs, book, products)
    return found


def _pairs(
    rider: Rider, book: FareBook, products: Mapping[str, Collection[Mode]],
    groups: Mapping[str, Collection[Mode]], lost: list[Lost],
) -> Iterator[_Pair]:  # fmt: skip
    transfers = {
        rule.product: groups.get(rule.from_group, ())
        for rule in book.transfer_rules
        if rule.product
    }
    for row, product in enumerate(book.products, start=2):
        if product.rider != rider.id:
            continue
        ride = product.id in products
        modes = frozenset(products[product.id] if ride else transfers.get(product.id, ()))
        everybody, own = _everybody(product.id, product.medium, book), whole(product.amount)
        if everybody is None or own is None or not modes:
            lost.append(_lost(row, rider))
        else:
            yield _Pair(row, everybody, own, modes, ride)


def _everybody(product: str, medium: str, book: FareBook) -> int | None:
    """What a product costs who says no category, with the medium if it has a price with it."""
    fit = [each for each in book.products
           if each.id == product and each.rider in ("", book.default_rider)]  # fmt: skip
    fit = [each for each in fit if each.medium == medium] or fit
    amounts = (whole(each.amount) for each in fit)
    return min((amount for amount in amounts if amount is not None), default=None)


def _best(pairs: list[_Pair], up: bool) -> _Off | None:
    """The relief that gives most of the prices; of several the rounder percentage."""
    percents = [_Off(percent=percent, up=up) for percent in range(1, 101)]
    prices = [_Off(price=price) for price in sorted({pair.own for pair in pairs})]
    fitting = [(sum(map(off.fits, pairs)), _roundness(off), off) for off in (*percents, *prices)]
    best = max(fitting, key=lambda each: each[:2], default=None)
    return best[2] if best and best[0] else None


def _roundness(off: _Off) -> int:
    if off.percent is None:
        return 1
    return next((rank for rank, step in ((4, 50), (3, 10), (2, 5)) if off.percent % step == 0), 0)


def _row(rider: Rider, off: _Off, modes: frozenset[Mode]) -> dict[str, Any]:
    title = rider.name or rider.id
    told = {"price": off.price} if off.percent is None else {"percent_off": off.percent}
    return {"code": rider.id, "title_id": title, "title_en": title,
            "modes": [mode.code for mode in sorted(modes)], **told}  # fmt: skip


def _lost(row: int, rider: Rider) -> Lost:
    return Lost("fare_products.txt", row, f"the price for riders of {rider.id!r}")


def _in_full(
    rider: Rider, off: _Off, modes: frozenset[Mode], pairs: list[_Pair], book: FareBook,
    products: Mapping[str, Collection[Mode]],
) -> Iterator[Lost]:  # fmt: skip
    """The products that the category pays in full, from which the concession takes off too."""
    priced = {book.products[pair.row - 2].id for pair in pairs if pair.own != pair.everybody}
    for row, product in enumerate(book.products, start=2):
        amount = whole(product.amount)
        open_to_all = product.rider in ("", rider.id)
        if product.id in priced or not open_to_all or amount is None:
            continue
        if modes & set(products.get(product.id, ())) and off.left(amount) != amount:
            yield Lost("fare_products.txt", row, f"that riders of {rider.id!r} pay it in full")
