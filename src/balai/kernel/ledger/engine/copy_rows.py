"""Rows of transfers in COPY's binary format, built from columns at once.

PostgreSQL's manual, COPY, Binary Format: a 16-bit count of fields, then each field as a 32-bit
length and its bytes, all big-endian; a length of -1 is NULL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

FIELDS = 11
FIXED = 2 + (4 + 16) + 4 * (4 + 8) + (4 + 3) + (4 + 8) + 3 * 4 + 4
"""Bytes of a row besides its three texts."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts: their UTF-8 bytes (uint8), and where each begins and the last ends."""

    data: Any
    offsets: Any


@dataclass(frozen=True, slots=True)
class TransferColumns:
    """Columns of n transfers: `ids` n x 16 uint8, `currency` n x 3 uint8, the others int64."""

    ids: Any
    debit: Any
    credit: Any
    amount: Any
    currency: Any
    at: Any
    key: Texts
    reason: Texts
    source: Texts


def encoded(columns: TransferColumns, moment: int) -> bytes:
    """The rows, of fields id, recorded_in (`moment`), debit_id, credit_id, amount, currency, at
    (microseconds since 2000), idempotency_key, reason, source and reverses (NULL)."""
    texts = (columns.key, columns.reason, columns.source)
    count = len(columns.amount)
    size = FIXED * count + sum(int(t.offsets[count] - t.offsets[0]) for t in texts)
    out = np.empty(size, np.uint8)
    _fill(
        out, moment, columns.ids, columns.debit, columns.credit, columns.amount, columns.currency,
        columns.at, columns.key.data, columns.key.offsets, columns.reason.data,
        columns.reason.offsets, columns.source.data, columns.source.offsets,
    )  # fmt: skip
    return out.tobytes()


@njit(cache=True, nogil=True)
def _fill(  # type: ignore[no-untyped-def]
    out, moment, ids, debit, credit, amount, currency, at, key, key_at, reason, reason_at, source,
    source_at,
):  # fmt: skip
    place = 0
    for row in range(len(amount)):
        out[place], out[place + 1] = 0, FIELDS
        place = _bytes(out, place + 2, ids[row], 0, 16)
        place = _whole(out, place, moment)
        place = _whole(out, place, debit[row])
        place = _whole(out, place, credit[row])
        place = _whole(out, place, amount[row])
        place = _bytes(out, place, currency[row], 0, 3)
        place = _whole(out, place, at[row])
        place = _bytes(out, place, key, key_at[row], key_at[row + 1])
        place = _bytes(out, place, reason, reason_at[row], reason_at[row + 1])
        place = _bytes(out, place, source, source_at[row], source_at[row + 1])
        out[place : place + 4] = 255
        place += 4


@njit(cache=True, nogil=True)
def _whole(out, place, value):  # type: ignore[no-untyped-def]
    out[place], out[place + 1], out[place + 2], out[place + 3] = 0, 0, 0, 8
    for step in range(8):
        out[place + 4 + step] = (value >> (56 - 8 * step)) & 255
    return place + 12


@njit(cache=True, nogil=True)
def _bytes(out, place, data, start, end):  # type: ignore[no-untyped-def]
    length = end - start
    out[place], out[place + 1] = 0, 0
    out[place + 2], out[place + 3] = (length >> 8) & 255, length & 255
    for step in range(length):
        out[place + 4 + step] = data[start + step]
    return place + 4 + length
