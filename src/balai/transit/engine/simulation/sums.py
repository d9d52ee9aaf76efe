"""Sums of a replay by tariff, dimension, label and measure, and how they become a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

CHANGE_MEASURES = ("less", "same", "more", "saved", "lost", "squares", "counted")
Spaces: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Dimensions and their labels; codes of all lie in one space, one dimension after the other."""


class Sums:
    """Sums by tariff, dimension, label and measure; labels that occur twice are added up."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, str, Sequence[str], Sequence[str], NDArray[np.int64]]] = []

    def add(
        self, tariff: int, dimension: str, labels: Sequence[str], measures: Sequence[str],
        values: NDArray[Any],
    ) -> None:  # fmt: skip
        """Take a table: a row a label, a column a measure."""
        whole = np.ascontiguousarray(values, np.int64).reshape(len(labels), len(measures))
        self.parts.append((tariff, dimension, labels, measures, whole))

    def table(self) -> pa.Table:
        """Every sum that is not 0, in long form."""
        import pyarrow as pa

        words: dict[str, int] = {}
        tariff, dimension, label, measure, value = [], [], [], [], []
        for number, name, labels, measures, values in self.parts:
            rows, columns = np.nonzero(values)
            tariff.append(np.full(len(rows), number, np.int16))
            dimension.append(np.full(len(rows), words.setdefault(name, len(words)), np.int32))
            label.append(_coded(words, labels)[rows])
            measure.append(_coded(words, measures)[columns])
            value.append(values[rows, columns])
        told = pa.array(list(words), pa.string())
        texts = {"dimension": dimension, "label": label, "measure": measure}
        columns_of = {"tariff": pa.array(_one(tariff, np.int16))}
        columns_of |= {name: pa.DictionaryArray.from_arrays(_one(codes, np.int32), told)
                       for name, codes in texts.items()}  # fmt: skip
        return pa.table(columns_of | {"value": pa.array(_one(value, np.int64))})


def _coded(words: dict[str, int], texts: Sequence[str]) -> NDArray[np.int32]:
    return np.array([words.setdefault(text, len(words)) for text in texts], np.int32)


def _one(parts: Sequence[NDArray[Any]], kind: type[np.integer[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, kind)


def add_changes(
    found: Sums, number: int, unit: str, spaces: Spaces, groups: NDArray[np.int32],
    change: NDArray[Any], width: int,
) -> None:  # fmt: skip
    """Add what journeys or cards pay more or less, by group, in sums and in bins."""
    from balai.transit.engine.simulation import folding

    size = size_of(spaces)
    sums, bins = np.zeros((size, 7), np.int64), np.zeros((size, folding.BINS), np.int64)
    folding.add_changes(change, groups, sums, bins, width)
    starts = [str((at - folding.HALF) * width) for at in range(folding.BINS)]
    for (name, labels, part), (_, _, counts) in zip(
        parted(spaces, sums), parted(spaces, bins), strict=True
    ):
        found.add(number, f"{unit} by {name}", labels, CHANGE_MEASURES, part)
        found.add(number, f"{unit} binned by {name}", labels, starts, counts)


def starts_of(spaces: Sequence[tuple[str, tuple[str, ...]]]) -> NDArray[np.int32]:
    """Where each dimension's codes begin in the one space of all."""
    sizes = [len(labels) for _, labels in spaces]
    return np.concatenate(([0], np.cumsum(sizes[:-1]))).astype(np.int32)


def parted(
    spaces: Spaces, values: NDArray[np.int64]
) -> list[tuple[str, tuple[str, ...], NDArray[np.int64]]]:
    """The rows of each dimension."""
    parts, begin = [], 0
    for name, labels in spaces:
        parts.append((name, labels, values[begin : begin + len(labels)]))
        begin += len(labels)
    return parts


def size_of(spaces: Spaces) -> int:
    """How many codes the one space has."""
    return sum(len(labels) for _, labels in spaces)
