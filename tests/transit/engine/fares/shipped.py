"""Tariffs as the product ships them, and taps written shortly."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from balai.kernel.laws import find_law, laws_under
from balai.transit.engine.fares import (
    Charges,
    TapArrays,
    Tariff,
    price_taps,
    tariff_from_parameters,
)
from balai.transit.engine.fares.reference import Tap, pair_taps, price_boardings

ON = date(2026, 1, 1)
NAMES = tuple(law.short_name for law in laws_under("transit/tariff"))
NOON = int(datetime(2025, 9, 1, 12, tzinfo=ZoneInfo("Asia/Jakarta")).timestamp())


def shipped(name: str, **changes: object) -> Tariff:
    """A shipped tariff, with some of its parameters changed."""
    values = find_law(f"transit/tariff/{name}").on(ON)
    parameters = {key: dated.value for key, dated in values.items()}
    return tariff_from_parameters(name, parameters | changes)


def arrays(taps: list[Tap]) -> TapArrays:
    """Taps as the kernel takes them."""
    table = np.array(taps, np.int64).reshape(-1, 6)
    return TapArrays(*(np.ascontiguousarray(table[:, i]) for i in range(6)))


def by_kernel(taps: list[Tap], tariff: Tariff) -> Charges:
    return price_taps(arrays(taps), tariff)


def kernel_rows(taps: list[Tap], charges: Charges) -> list[tuple[int, ...]]:
    """Each boarding with its taps' identities instead of their positions."""
    return [
        (
            taps[b].card, taps[b].tap, taps[a].tap if a >= 0 else -1, *numbers,
        )
        for b, a, *numbers in zip(
            *(
                column.tolist()
                for column in (
                    charges.boarding, charges.alighting, charges.journey, charges.leg,
                    charges.charge, charges.full_price, charges.metres, charges.opened,
                    charges.reason,
                )
            ),
            strict=True,
        )
    ]  # fmt: skip


def reference_rows(taps: list[Tap], tariff: Tariff) -> tuple[list[tuple[int, ...]], int, int]:
    """The same rows by the plain rules; and how many orphan tap-outs and boardings in all."""
    cards: dict[int, list[Tap]] = defaultdict(list)
    for tap in taps:
        cards[tap.card].append(tap)
    rows: list[tuple[int, ...]] = []
    journeys = orphans = 0
    for card in sorted(cards):
        rides, alone = pair_taps(cards[card], tariff)
        priced = price_boardings([ride for ride, _, _ in rides], tariff)
        orphans += len(alone)
        rows += [
            (
                card, board.tap, -1 if out is None else out.tap, journeys + row.journey, row.leg,
                row.charge, row.full_price, row.metres, row.opened, int(row.reason),
            )
            for (_, board, out), row in zip(rides, priced, strict=True)
        ]  # fmt: skip
        journeys += 1 + max((row.journey for row in priced), default=-1)
    return rows, orphans, journeys
