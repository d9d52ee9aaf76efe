"""Pricing taps: `price_taps`, a pure function of the set of taps and a tariff."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balai.transit.engine.fares.compiled import CompiledTariff, compile_tariff
from balai.transit.engine.fares.holdings import Holdings
from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.taps import (
    IN,
    MOST_METRES,
    OUT,
    UNKNOWN,
    Charges,
    Ints,
    TapArrays,
)
from balai.transit.engine.fares.tariff import Tariff

KEY_BITS = 63
MOST_SECONDS_BITS = 31
PARTITION_TAPS = 24_000
MOST_PARTITIONS = 1 << 16
WORTH_A_THREAD = 100_000


def price_taps(
    taps: TapArrays, tariff: Tariff, *, holdings: Holdings | None = None, threads: int = 2
) -> Charges:
    """What each boarding is charged, whatever the order and number of times taps arrive.

    Taps are ordered by card, time, direction (the tariff says which first) and identity; copies
    count once. Charges come in that order. `holdings` tell which card holds which concession or
    pass; where the tariff caps a day, week or month, the taps must hold the whole of it. Raises
    ValueError naming the first tap that cannot be
    priced: a mode without a price, a direction or distance out of range.
    """
    if not len(taps):
        return _nothing()
    check_taps(taps, tariff)
    return _Batch.of(taps, tariff, threads).price(holdings)


def warm() -> None:
    """Compile the kernel, or load its compiled code, by pricing two taps."""
    from balai.transit.engine.fares.tariff import tariff_from_parameters

    pair = np.array([0, 1])
    taps = TapArrays(pair * 0, pair * 60, pair * 0 + [IN, OUT], pair * 0, pair * 1000, pair)
    tariff = tariff_from_parameters(
        "warm",
        {
            "rule": "per-boarding",
            "zone": "UTC",
            "mode_price": {"brt": 1},
            "transfer_seconds": 0,
            "limit_inclusive": True,
            "missed_tap_out": "base-price",
            "orphan_tap_out": "reported",
            "tap_out_matches": "card",
            "longest_ride_seconds": 60,
            "same_second": "tap-out-first",
            "period_caps": [{"period": "day", "amount": 1, "modes": ["brt"]}],
        },
    )
    price_taps(taps, tariff)
    from balai.transit.engine.fares import kernel

    rows = np.zeros(2, np.int32)
    kernel.close_gap(rows, 1, 0, 1)
    kernel.close_gap(np.zeros(2, np.int8), 1, 0, 1)
    kernel.add(rows, 0, 1, 0)
    kernel.card_bounds(rows, np.zeros(2, np.uint32), 1, 2)


def check_taps(taps: TapArrays, tariff: Tariff) -> None:
    """Raise ValueError naming the first tap whose values are outside what can be priced."""
    priced = np.zeros(len(Mode), bool)
    priced[sorted(tariff.modes)] = True
    mode, metres, direction = taps.mode, taps.metres, taps.direction
    if direction.min() < OUT or direction.max() > IN:
        _refuse(taps.direction, (direction != IN) & (direction != OUT), "direction is not 0 or 1")
    if mode.min() < UNKNOWN or mode.max() >= len(Mode):
        _refuse(mode, (mode < UNKNOWN) | (mode >= len(Mode)), "mode is unknown")
    if mode.min() < 0:
        _refuse(mode, (mode < 0) & (direction == IN), "a tap-in needs a mode")
    if not priced[np.unique(mode[mode >= 0]) if len(mode) < 1000 else _modes_present(mode)].all():
        bad = (mode >= 0) & ~priced[mode]
        _refuse(mode, bad, f"{Mode(int(mode[bad][0])).code} has no price under {tariff.name}")
    if metres.min() < UNKNOWN or metres.max() > MOST_METRES:
        bad = (metres < UNKNOWN) | (metres > MOST_METRES)
        _refuse(metres, bad, f"metres must be {UNKNOWN} to {MOST_METRES}")
    if taps.card.min() < 0:
        _refuse(taps.card, taps.card < 0, "card must be at least 0")


def _modes_present(mode: Ints) -> NDArray[np.intp]:
    """The modes that occur, without sorting millions of taps."""
    return np.array([m for m in Mode if (mode == m).any()], np.intp)


def _refuse(column: Ints, bad: NDArray[np.bool_], problem: str) -> None:
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise ValueError(f"tap {at}: {problem} ({column[at]})")


def _nothing() -> Charges:
    small = {name: np.zeros(0, np.int8) for name in ("reason", "status")}
    none = np.zeros(0, np.int32)
    return Charges(
        boarding=none,
        alighting=none,
        journey=none,
        leg=none,
        charge=none,
        full_price=none,
        metres=none,
        opened=np.zeros(0, np.int64),
        relief=none,
        relief_reason=np.zeros(0, np.int16),
        journeys=0,
        **small,
    )


@dataclass(frozen=True, slots=True)
class _Packing:
    """How a tap is packed into a key, and how many partitions the keys are spread over."""

    shift: int
    time_bits: int
    position_bits: int
    flip: int
    partitions: int

    @classmethod
    def of(cls, taps: int, cards: int, seconds: int, flip: int) -> _Packing:
        """Raises ValueError where the taps do not fit: fewer cards at a time, then."""
        time_bits, position_bits = max(1, seconds.bit_length()), max(1, taps.bit_length())
        room = KEY_BITS - 1 - time_bits - position_bits
        wanted = max(0, (cards * PARTITION_TAPS // taps).bit_length() - 1)
        shift = min(room, wanted)
        partitions = ((cards - 1) >> max(0, shift)) + 1
        if shift < 0 or time_bits > MOST_SECONDS_BITS or partitions > MOST_PARTITIONS:
            raise ValueError(
                f"{taps} taps of {cards} cards over {seconds} seconds do not fit one batch; "
                "price fewer cards or a shorter time at once"
            )
        return cls(shift, time_bits, position_bits, flip, partitions)

    @property
    def numbers(self) -> tuple[int, int, int, int]:
        """What the kernel needs."""
        return self.shift, self.time_bits, self.position_bits, self.flip


@dataclass(frozen=True, slots=True)
class _Batch:
    """One call's taps in the kernel's types, and the threads that fold them.

    `cards` are the cards that the codes in the taps stand for; None where they are the same.
    """

    taps: TapArrays
    source: Tariff
    cards: Ints | None
    tariff: CompiledTariff
    packing: _Packing
    origin: int
    threads: int

    @classmethod
    def of(cls, taps: TapArrays, tariff: Tariff, threads: int) -> _Batch:
        origin, last = int(taps.at.min()), int(taps.at.max())
        card, cards, known = _dense(taps.card)
        compiled = compile_tariff(tariff, origin, last)
        packing = _Packing.of(len(taps), cards, last - origin, int(compiled.terms.tap_in_first))
        return cls(
            TapArrays(
                card=card,
                at=_plain(taps.at, np.int64),
                direction=_plain(taps.direction, np.int8),
                mode=_plain(taps.mode, np.int8),
                metres=_plain(taps.metres, np.int32),
                tap=_plain(taps.tap, np.int64),
            ),
            tariff,
            known,
            compiled,
            packing,
            origin,
            max(1, min(threads, len(taps) // WORTH_A_THREAD)),
        )

    def price(self, holdings: Holdings | None) -> Charges:
        """Count, spread, fold, join what the threads wrote, and take the reliefs off."""
        status = np.zeros(len(self.taps), np.int8)
        results, begins, whole, reasons = self._fold(status)
        boardings, journeys = self._join(results, begins, whole, reasons)
        return self._charges(whole[:, :boardings], reasons[:boardings], status, journeys, holdings)

    def _fold(
        self, status: NDArray[np.int8]
    ) -> tuple[list[tuple[int, int]], list[int], NDArray[np.int32], NDArray[np.int8]]:
        """What each thread's fold returned, the row it began at, and the output they wrote.

        The packed taps live only here: they are a fifth of the memory.
        """
        starts, rows, keys, payload = self._spread()
        whole, reasons = np.empty((8, int(rows[-1])), np.int32), np.empty(int(rows[-1]), np.int8)
        bounds = _balanced(starts, self.threads)
        results = self._run(
            lambda kernel, k: kernel.fold(
                *self.tariff, keys, payload, starts, bounds[k], bounds[k + 1], self.taps.tap,
                self.packing.numbers, whole, reasons, rows[bounds[k]], status,
            )
        )  # fmt: skip
        return results, [int(rows[bound]) for bound in bounds], whole, reasons

    def _spread(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Any, Any]:
        """Where each partition's taps and boardings start, and the packed taps in partitions."""
        taps, packing, n = self.taps, self.packing, len(self.taps)
        parts = [n * k // self.threads for k in range(self.threads + 1)]
        counts = np.zeros((self.threads, packing.partitions), np.int64)
        boardings = np.zeros((self.threads, packing.partitions), np.int64)
        self._run(
            lambda kernel, k: kernel.count(
                taps.card, taps.direction, parts[k], parts[k + 1], packing.shift,
                self.tariff.terms.orphan_opens, counts[k], boardings[k],
            )
        )  # fmt: skip
        starts = np.concatenate(([0], counts.sum(axis=0).cumsum()))
        rows = np.concatenate(([0], boardings.sum(axis=0).cumsum()))
        cursors = starts[:-1] + np.concatenate((counts[:1] * 0, counts[:-1].cumsum(axis=0)))
        keys, payload = np.empty(n, np.int64), np.empty(n, np.uint32)
        self._run(
            lambda kernel, k: kernel.spread(
                taps.card, taps.at, taps.direction, taps.mode, taps.metres, parts[k],
                parts[k + 1], packing.numbers, self.origin, cursors[k], keys, payload,
            )
        )  # fmt: skip
        return starts, rows, keys, payload

    def _join(
        self,
        results: list[tuple[int, int]],
        begins: list[int],
        whole: NDArray[np.int32],
        reasons: NDArray[np.int8],
    ) -> tuple[int, int]:
        """Close the gaps duplicates left between threads and number journeys through."""
        from balai.transit.engine.fares import kernel
        from balai.transit.engine.fares.kernel import layout

        end, journeys = results[0]
        for (row, more), begin in zip(results[1:], begins[1:], strict=False):
            if begin != end:
                for column in (*whole, reasons):
                    kernel.close_gap(column, begin, end, row - begin)
            kernel.add(whole[layout.JOURNEY_OF], end, end + row - begin, journeys)
            end, journeys = end + row - begin, journeys + more
        return end, journeys

    def _charges(
        self,
        whole: NDArray[np.int32],
        reasons: NDArray[np.int8],
        status: NDArray[np.int8],
        journeys: int,
        holdings: Holdings | None,
    ) -> Charges:
        from balai.transit.engine.fares.kernel import layout
        from balai.transit.engine.fares.relieving import relieve_charges

        opened = whole[layout.OPENED].astype(np.int64)
        opened += self.origin
        relief, relief_reason = relieve_charges(
            self.taps, self.source, self._coded(holdings), whole[layout.BOARDING],
            whole[layout.CHARGE], self.threads,
        )  # fmt: skip
        return Charges(
            boarding=whole[layout.BOARDING],
            alighting=whole[layout.ALIGHTING],
            journey=whole[layout.JOURNEY_OF],
            leg=whole[layout.LEG_OF],
            charge=whole[layout.CHARGE],
            full_price=whole[layout.FULL],
            metres=whole[layout.RIDDEN],
            opened=opened,
            reason=reasons,
            relief=relief,
            relief_reason=relief_reason,
            status=status,
            journeys=int(journeys),
        )

    def _coded(self, holdings: Holdings | None) -> Holdings | None:
        """The holdings with the cards' codes of this batch; those of other cards left out."""
        if holdings is None or self.cards is None:
            return holdings
        code = np.searchsorted(self.cards, holdings.card)
        here = self.cards[np.minimum(code, len(self.cards) - 1)] == holdings.card
        return Holdings(code[here], holdings.kind[here], holdings.start[here], holdings.end[here])

    def _run(self, work: Callable[[Any, int], Any]) -> list[Any]:
        """Do the work of each thread; on this one alone where there is one."""
        from balai.transit.engine.fares import kernel

        if self.threads == 1:
            return [work(kernel, 0)]
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(lambda k: work(kernel, k), range(self.threads)))


def _plain(column: Ints, kind: type[np.integer[Any]]) -> NDArray[Any]:
    """The column as the one type the kernel is compiled for, copied only where it must be.

    A read-only or strided array would be another type to numba, compiled anew for 10 s.
    """
    return np.require(column, kind, ("C", "W"))


def _dense(card: Ints) -> tuple[NDArray[np.uint32], int, Ints | None]:
    """Card codes without large gaps, in the same order; how many; the cards they stand for."""
    most = int(card.max())
    if most < 4 * len(card) + 1024:
        return _plain(card, np.uint32), most + 1, None
    cards, codes = np.unique(card, return_inverse=True)
    return codes.astype(np.uint32), len(cards), cards


def _balanced(starts: NDArray[np.int64], threads: int) -> list[int]:
    """Bounds of consecutive partitions with about equally many taps each."""
    shares = [starts[-1] * k // threads for k in range(1, threads)]
    return [0, *np.searchsorted(starts, shares).tolist(), len(starts) - 1]
