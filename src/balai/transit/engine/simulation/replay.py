"""`Replay`: a month of taps under several tariffs, as a batch kernel keyed by card.

The first tariff is the baseline. Rows of a table are the taps of some cards, whole; what comes
back are sums by tariff, dimension, label and measure, which add up over any partition of cards.

A card's *home* is the place where it most often boards first in a day (of equals, the one seen
first), under the baseline. A journey's place and hour are those of its first boarding; its
distance is that ridden between its taps. A change is told for the baseline's journeys: what the
same boardings cost under the other tariff. Boardings that only the other tariff knows (an orphan
tap-out that it lets open a journey) are summed by themselves as `outside`. A tariff whose law
changes among the taps is a `DatedTariff`: each tap is priced by the law of its day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from balai.transit.engine.fares.dating import AnyTariff, price_dated
from balai.transit.engine.fares.holdings import Holdings
from balai.transit.engine.fares.modes import MODE_CODES, Mode
from balai.transit.engine.fares.taps import Charges, Reason, TapArrays
from balai.transit.engine.simulation.sums import (
    Spaces,
    Sums,
    add_changes,
    parted,
    size_of,
    starts_of,
)

if TYPE_CHECKING:
    import pyarrow as pa

NUMBERS = ("card", "at", "direction", "mode", "metres", "tap")
LABELS = ("route_id", "place")
NONE = ""
"""The label of what is not known: no place, no route, no concession."""

BANDS = (2_000, 5_000, 10_000, 20_000)
BAND_LABELS = ("0-2", "2-5", "5-10", "10-20", "20-", NONE)
HOURS = tuple(f"{hour:02}" for hour in range(24))
JOURNEY_MEASURES = (
    "journeys", "boardings", "charge", "full_price", "relief", "integrated", "missed_outs",
)  # fmt: skip
CARD_WIDTH, JOURNEY_WIDTH = 500, 100
COVERED = frozenset(
    {Reason.TOPPED_UP_TO_CAP, Reason.CAP_REACHED, Reason.TICKET_OPEN, Reason.INTEGRATED,
     Reason.INTEGRATED_CAP}
)  # fmt: skip
"""Reasons that show a boarding shares a fare with an earlier one of its journey."""


class UnpricedModeError(ValueError):
    """A mode that was boarded has no price under one of the tariffs; names both."""


@dataclass(frozen=True, slots=True)
class Entitlements:
    """Which card is entitled to what, when: one element an entitlement.

    `card` as in the taps; `code` an index into `codes`; `start` and `end` seconds since 1970 UTC,
    both inclusive. `codes` are a concession's, a promotion's or a product's.
    """

    codes: tuple[str, ...]
    card: NDArray[np.int64]
    code: NDArray[np.int16]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    @classmethod
    def none(cls) -> Entitlements:
        """Nobody is entitled to anything."""
        empty = np.zeros(0, np.int64)
        return cls((), empty, np.zeros(0, np.int16), empty, empty)


@dataclass(frozen=True, slots=True)
class Replay:
    """A kernel `pa.Table -> pa.Table` for `balai.runners.run(..., key="card")`.

    `offset` is the city's distance from UTC in seconds (a zone without summer time). `share` of
    the cards is replayed, drawn by card number, so that each tariff sees the same cards. Taps
    outside `start` to `end` (seconds since 1970, end exclusive) are left out.
    """

    tariffs: tuple[AnyTariff, ...]
    offset: int
    share: float = 1.0
    start: int | None = None
    end: int | None = None
    entitlements: Entitlements = field(default_factory=Entitlements.none)
    identity: str = ""

    def __call__(self, table: pa.Table) -> pa.Table:
        """Sums by tariff, dimension, label, measure. UnpricedModeError, ValueError of pricing."""
        found = Sums()
        taps = _Taps.of(self._wanted(table), self.entitlements)
        if len(taps.arrays):
            _replay(self, taps, found)
        return found.table()

    def _wanted(self, table: pa.Table) -> pa.Table:
        """The taps of the span and the drawn cards."""
        from balai.transit.engine.simulation import folding

        at = table["at"].to_numpy()
        kept = np.ones(len(at), bool)
        if self.start is not None:
            kept &= at >= self.start
        if self.end is not None:
            kept &= at < self.end
        if self.share < 1:
            bound = np.uint64(min(int(self.share * 2.0**64), 2**64 - 1))
            kept &= folding.drawn(_whole(table["card"], np.int64), bound)
        return table if kept.all() else table.filter(kept)


@dataclass(frozen=True, slots=True)
class _Taps:
    """The taps of one call: arrays with dense cards, labels as codes (the last: not known)."""

    arrays: TapArrays
    cards: NDArray[np.int64]
    route: NDArray[np.int32]
    routes: tuple[str, ...]
    place: NDArray[np.int32]
    places: tuple[str, ...]
    concession: NDArray[np.int32]
    concessions: tuple[str, ...]

    @classmethod
    def of(cls, table: pa.Table, entitled: Entitlements) -> _Taps:
        """The table's taps, each card's side by side, in the kernel's types."""
        from balai.transit.engine.simulation import folding

        codes, cards, starts = folding.dense(_whole(table["card"], np.int64))
        kinds: dict[str, type[np.integer[Any]]]
        kinds = {"at": np.int64, "direction": np.int8, "mode": np.int8, "metres": np.int32,
                 "tap": np.int64}  # fmt: skip
        plain = tuple(_whole(table[name], kind) for name, kind in kinds.items())
        route, routes = _labels(table, "route_id")
        place, places = _labels(table, "place")
        card, *rest, route, place = folding.arrange(codes, starts, (*plain, route, place))
        arrays = TapArrays(card, *rest)
        return cls(arrays, cards, route, routes, place, places, _concession_of(cards, entitled),
                   (*entitled.codes, NONE))  # fmt: skip


def _whole(column: pa.ChunkedArray, kind: type[np.integer[Any]]) -> NDArray[Any]:
    return np.require(column.to_numpy(), kind, ("C", "W"))


def _labels(table: pa.Table, name: str) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """The column as codes and what they stand for; the last label is of what is not known."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if name not in table.column_names:
        return np.zeros(table.num_rows, np.int32), (NONE,)
    column = table[name]
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column.cast(pa.string()))
    whole = column.combine_chunks()
    whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    words = [word or NONE for word in whole.dictionary.to_pylist()]
    codes = whole.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
    if NONE in words:
        codes = np.where(codes == words.index(NONE), len(words), codes)
    return np.require(codes, np.int32, ("C", "W")), (*words, NONE)


def _concession_of(cards: NDArray[np.int64], entitled: Entitlements) -> NDArray[np.int32]:
    """Each card's first entitlement, as an index of its codes; the last for a card without one."""
    found = np.full(len(cards), len(entitled.codes), np.int32)
    if len(entitled.card):
        order = np.lexsort((entitled.code, entitled.start, entitled.card))
        held, code = entitled.card[order], entitled.code[order]
        at = np.minimum(np.searchsorted(held, cards), len(held) - 1)
        found = np.where(held[at] == cards, code[at], found).astype(np.int32)
    return found


def _replay(replay: Replay, taps: _Taps, found: Sums) -> None:
    """Price under each tariff, sum each, and the changes of all against the first."""
    base: _Priced | None = None
    for number, tariff in enumerate(replay.tariffs):
        priced = _Priced.of(taps, tariff, replay, base)
        priced.sum_up(number, found)
        if base is None:
            base = priced
        else:
            base.compare(number, priced, found)


@dataclass(frozen=True, slots=True)
class _Priced:
    """The taps under one tariff: charges, journeys, and the groups of journeys and cards.

    `groups` has a row a journey and a column a dimension: codes in one space, whose labels by
    dimension are `spaces`. `rode` tells the cards that boarded at all.
    """

    taps: _Taps
    charges: Charges
    relief: NDArray[np.int32]
    journeys: NDArray[np.int32]
    ridden: NDArray[np.int32]
    groups: NDArray[np.int32]
    home: NDArray[np.int32]
    rode: NDArray[np.bool_]
    spaces: Spaces
    reliefs: tuple[str, ...]

    @classmethod
    def of(cls, taps: _Taps, tariff: AnyTariff, replay: Replay, base: _Priced | None) -> _Priced:
        from balai.transit.engine.simulation import folding

        charges, arrays = _price(taps, tariff, replay.entitlements), taps.arrays
        unknown = len(taps.places) - 1
        home = base.home if base else folding.homes(
            charges.boarding, arrays.card, arrays.at, taps.place, replay.offset, len(taps.cards),
            unknown,
        )  # fmt: skip
        relief = charges.relief
        shared = np.isin(np.arange(len(Reason)), sorted(COVERED))[charges.reason]
        table, first, ridden = folding.journeys_of(
            charges.boarding, charges.alighting, charges.journey, charges.charge,
            charges.full_price, relief, shared, arrays.metres, charges.journeys,
        )  # fmt: skip
        spaces = (
            ("all", (NONE,)),
            ("home", taps.places),
            ("place", taps.places),
            ("concession", taps.concessions),
            ("distance", BAND_LABELS),
            ("hour", HOURS),
        )
        groups = folding.groups_of(
            charges.boarding, first, ridden, arrays.card, arrays.at, taps.place, home,
            taps.concession, np.array(BANDS, np.int32), replay.offset, starts_of(spaces),
        )  # fmt: skip
        names = tuple(_relief_name(each) for each in tariff.reliefs())
        rode = np.zeros(len(taps.cards), bool)
        rode[arrays.card[charges.boarding]] = True
        return cls(taps, charges, relief, table, ridden, groups, home, rode, spaces, names)

    def sum_up(self, number: int, found: Sums) -> None:
        """The tariff's own sums: journeys by group, boardings by mode and reason, routes."""
        from balai.transit.engine.simulation import folding

        charges, taps = self.charges, self.taps
        sums = np.zeros((size_of(self.spaces), 7), np.int64)
        folding.add_groups(self.journeys, self.groups, sums)
        for name, labels, part in parted(self.spaces, sums):
            found.add(number, name, labels, JOURNEY_MEASURES, part)
        by_mode, by_reason = np.zeros((len(Mode) + 1, 3), np.int64), np.zeros((64, 3), np.int64)
        folding.add_boardings(
            charges.boarding, taps.arrays.mode, charges.charge, self.relief, charges.reason,
            by_mode, by_reason,
        )  # fmt: skip
        measures = ("boardings", "charge", "relief")
        found.add(number, "mode", (*MODE_CODES, NONE), measures, by_mode)
        names = [reason.name for reason in Reason]
        found.add(number, "reason", names, measures, by_reason[: len(names)])
        if self.reliefs:
            self._add_reliefs(number, found)
        routes = np.zeros((len(taps.routes), 2), np.int64)
        folding.shares(
            charges.boarding, charges.alighting, charges.journey, taps.arrays.metres,
            self.journeys, self.ridden, taps.route, routes,
        )  # fmt: skip
        found.add(number, "route", taps.routes, ("boardings", "charge"), routes)
        counted = (len(taps.arrays), len(charges.orphan_outs), len(charges.duplicates),
                  np.count_nonzero(self.rode))  # fmt: skip
        names_of = ("taps", "orphan_outs", "duplicates", "cards")
        found.add(number, "taps", (NONE,), names_of, np.array(counted))

    def _add_reliefs(self, number: int, found: Sums) -> None:
        """How many boardings each relief touched, and the rupiah it took off."""
        names = (NONE, *self.reliefs)
        why = self.charges.relief_reason
        counts = np.bincount(why, minlength=len(names))
        # Sums stay below 2**53: the floats are exact.
        taken = np.bincount(why, weights=self.relief, minlength=len(names))
        values = np.stack((counts, taken.astype(np.int64)), 1)[1:]
        found.add(number, "relief", names[1:], ("boardings", "relief"), values)

    def compare(self, number: int, other: _Priced, found: Sums) -> None:
        """What this baseline's journeys and cards pay under the other tariff."""
        from balai.transit.engine.simulation import folding

        taps, mine = self.taps, self.charges
        by_tap = folding.spread(other.charges.boarding, other.charges.charge, len(taps.arrays))
        change = folding.changed_journeys(
            mine.boarding, mine.journey, mine.charge, by_tap, mine.journeys
        )
        add_changes(found, number, "journeys", self.spaces, self.groups, change, JOURNEY_WIDTH)
        found.add(number, "outside", (NONE,), ("charge",), np.array([self._outside(other)]))
        cards = len(taps.cards)
        paid = [folding.paid_by_card(each.boarding, taps.arrays.card, each.charge, cards)
                for each in (mine, other.charges)]  # fmt: skip
        rode = self.rode | other.rode
        spaces = (("all", (NONE,)), ("home", taps.places), ("concession", taps.concessions))
        codes = (np.zeros(cards, np.int32), self.home, taps.concession)
        groups = np.stack(codes, 1)[rode] + starts_of(spaces)
        add_changes(found, number, "cards", spaces, groups, (paid[1] - paid[0])[rode], CARD_WIDTH)

    def _outside(self, other: _Priced) -> int:
        """What the other tariff charges boardings that this one does not know."""
        mine, theirs = self.charges.boarding, other.charges.boarding
        if len(mine) == len(theirs) and (mine == theirs).all():
            return 0
        held = np.isin(theirs, mine, assume_unique=True)
        return int(other.charges.charge[~held].sum(dtype=np.int64))


def _price(taps: _Taps, tariff: AnyTariff, entitled: Entitlements) -> Charges:
    present = np.bincount(taps.arrays.mode[taps.arrays.mode >= 0], minlength=len(Mode))
    for mode in Mode:
        if present[mode] and mode not in tariff.modes:
            raise UnpricedModeError(f"{mode.code} has no price under {tariff.name}")
    return price_dated(
        taps.arrays, tariff, holdings=_holdings(taps.cards, tariff, entitled), threads=1
    )


def _holdings(cards: NDArray[np.int64], tariff: AnyTariff, entitled: Entitlements) -> Holdings:
    """What these cards hold of the tariff's own entitlements, by the cards' dense codes."""
    kinds = {each.code: kind for kind, each in enumerate(tariff.entitlements())}
    if not len(entitled.card) or not kinds or not len(cards):
        return Holdings.none()
    order = np.argsort(cards)
    at = np.minimum(np.searchsorted(cards[order], entitled.card), len(cards) - 1)
    kind = np.array([kinds.get(code, -1) for code in entitled.codes], np.int16)[entitled.code]
    known = (cards[order][at] == entitled.card) & (kind >= 0)
    return Holdings(order[at][known], kind[known], entitled.start[known], entitled.end[known])


def _relief_name(relief: Any) -> str:
    """The code of a promotion, pass or concession; of a cap on a period, that period."""
    return str(getattr(relief, "code", "") or f"cap-{relief.period}")
