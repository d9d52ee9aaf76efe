"""`ChargeTaps`: what each boarding of a file of taps is charged, as a kernel keyed by card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from balai.transit.engine.fares.dating import AnyTariff, price_dated
from balai.transit.engine.fares.taps import TapArrays

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ChargeTaps:
    """A kernel `pa.Table -> pa.Table`: taps of some cards, whole, in; a row a boarding out.

    Columns out: card, tap (the boarding's identity), leg, charge (rupiah), opened (when the
    journey's window opened, seconds since 1970 UTC). Raises ValueError of `price_taps`.
    """

    tariff: AnyTariff

    def __call__(self, table: pa.Table) -> pa.Table:
        """The charges of the table's taps."""
        import pyarrow as pa

        from balai.transit.engine.simulation import folding

        whole = [np.require(table[name].to_numpy(), kind, ("C", "W")) for name, kind in KINDS]
        card, *rest = whole
        codes, _, _ = folding.dense(card)
        charges = price_dated(TapArrays(codes, *rest), self.tariff, threads=1)
        columns = {"card": card[charges.boarding], "tap": rest[-1][charges.boarding]}
        columns |= {name: getattr(charges, name) for name in ("leg", "charge", "opened")}
        return pa.table(columns)


KINDS = (
    ("card", np.int64), ("at", np.int64), ("direction", np.int8), ("mode", np.int8),
    ("metres", np.int32), ("tap", np.int64),
)  # fmt: skip
