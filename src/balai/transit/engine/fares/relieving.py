"""The second pass of pricing: what promotions, passes, concessions and period caps take off.

It runs over the charges in order of card and time, only under a tariff that has any of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from balai.transit.engine.fares.compiled import bits, offset_of
from balai.transit.engine.fares.holdings import Holdings
from balai.transit.engine.fares.taps import TapArrays
from balai.transit.engine.fares.tariff import (
    PERIODS,
    Concession,
    Entitlement,
    Product,
    Promotion,
    Tariff,
)

EPOCH = date(1970, 1, 1)
WORTH_A_THREAD = 100_000


class ReliefTables(NamedTuple):
    """A tariff's reliefs as the kernel reads them; entitlements in the order of `reliefs()`."""

    promotions: NDArray[np.int64]
    entitlements: NDArray[np.int64]
    caps: NDArray[np.int64]
    round_up: bool


def relieve_charges(
    taps: TapArrays, tariff: Tariff, holdings: Holdings | None, boarding: NDArray[np.int32],
    charge: NDArray[np.int32], threads: int,
) -> tuple[NDArray[np.int32], NDArray[np.int16]]:  # fmt: skip
    """Lower the charges in place; the rupiah taken off each, and its reason (0: nothing).

    `boarding` and `charge` are those of `Charges`, in order of card and time; each card's taps of
    a period that a cap counts must all be among them.
    """
    relief, reason = np.zeros(len(charge), np.int32), np.zeros(len(charge), np.int16)
    held = Holdings.none() if holdings is None else holdings
    held.check(tariff)
    if not len(charge) or not (tariff.promotions or tariff.period_caps or len(held)):
        return relief, reason
    from balai.transit.engine.fares import kernel

    tables, table = relief_tables(tariff), _table(held, tariff)
    offset = offset_of(tariff.zone, int(taps.at.min()), int(taps.at.max()))
    months, first_day = _months(taps, offset)
    rows = _bounds(boarding, taps, max(1, min(threads, len(charge) // WORTH_A_THREAD)))

    def work(k: int) -> None:
        kernel.relieve(
            boarding, taps.card, taps.at, taps.mode, offset, rows[k], rows[k + 1], *tables,
            months, first_day, table, charge, relief, reason,
        )  # fmt: skip

    if len(rows) == 2:
        work(0)
    else:
        with ThreadPoolExecutor(len(rows) - 1) as pool:
            list(pool.map(work, range(len(rows) - 1)))
    return relief, reason


def relief_tables(tariff: Tariff) -> ReliefTables:
    """The tariff's reliefs as flat arrays."""
    passes: tuple[Entitlement, ...] = tariff.products
    entitlements = [_entitlement(each) for each in passes + tariff.concessions]
    caps = [
        (bits(cap.modes), cap.amount, PERIODS.index(cap.period), cap.week_starts)
        for cap in tariff.period_caps
    ]
    return ReliefTables(
        np.array([_promotion(each) for each in tariff.promotions], np.int64).reshape(-1, 9),
        np.array(entitlements, np.int64).reshape(-1, 4),
        np.array(caps, np.int64).reshape(-1, 4),
        tariff.policies.percent_rounding == "up",
    )


def _lowering(each: Promotion | Concession) -> tuple[int, int]:
    """The price (-1: none) and the percentage off."""
    return (-1 if each.price is None else each.price), each.percent_off or 0


def _promotion(each: Promotion) -> tuple[int, ...]:
    days = (each.first_day - EPOCH).days, (each.last_day - EPOCH).days
    return (
        bits(each.modes), *_lowering(each), 0, bits(each.weekdays), *days, each.start_second,
        each.end_second,
    )  # fmt: skip


def _entitlement(each: Entitlement) -> tuple[int, ...]:
    if isinstance(each, Product):
        return bits(each.modes), 0, 0, 1
    return bits(each.modes), *_lowering(each), 0


def _table(held: Holdings, tariff: Tariff) -> NDArray[np.int64]:
    """The holdings in order of card; kinds as places in the kernel's table, passes first."""
    concessions, products = len(tariff.concessions), len(tariff.products)
    places = np.array([*range(products, products + concessions), *range(products)], np.int64)
    table = np.empty((len(held), 4), np.int64)
    order = np.argsort(held.card, kind="stable")
    for column, values in enumerate((held.card, places[held.kind], held.start, held.end)):
        table[:, column] = values[order]
    return table


def _months(taps: TapArrays, offset: int) -> tuple[NDArray[np.int64], int]:
    """The number of the month of each day of the taps, and the first of those days."""
    first, last = ((int(at) + offset) // 86_400 for at in (taps.at.min(), taps.at.max()))
    days = (EPOCH + timedelta(first + each) for each in range(last - first + 1))
    return np.array([day.year * 12 + day.month for day in days], np.int64), first


def _bounds(boarding: NDArray[Any], taps: TapArrays, threads: int) -> Sequence[int]:
    """Rows that part the charges among threads, each at the first of a card."""
    from balai.transit.engine.fares import kernel

    rows = len(boarding)
    inner = [
        int(kernel.card_bounds(boarding, taps.card, rows * k // threads, rows))
        for k in range(1, threads)
    ]
    return [0, *inner, rows]
