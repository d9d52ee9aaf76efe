"""A batch of postings as a table of columns: checked as a whole, named by row where it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from balai.kernel.identifiers import time_ordered_ids
from balai.kernel.ledger.actions.refusals import account_fault
from balai.kernel.ledger.engine import copy_rows
from balai.kernel.ledger.postings import Posting
from balai.kernel.problems import Fault, ProblemError

SCHEMA = {
    "debit": pa.string(),
    "credit": pa.string(),
    "amount": pa.int64(),
    "currency": pa.string(),
    "at": pa.timestamp("us", tz="UTC"),
    "key": pa.string(),
    "reason": pa.string(),
    "source": pa.string(),
}
NAMED = 100
"""How many faults a refusal names."""
EPOCH_MICROSECONDS = 946_684_800_000_000
"""From Unix's epoch to PostgreSQL's, 2000-01-01."""
REMEDIES = {
    "amount": "Use whole minor units above zero; exchange debit and credit for the opposite",
    "currency": "Use three capitals, such as IDR",
    "key": "Use 1 to 200 letters without control characters",
    "reason": "Use 1 to 200 letters without control characters",
    "source": "Use at most 200 letters without control characters",
    "credit": "Name two different accounts",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """A checked batch, in the order of its keys; `row` is each row's place in what was given."""

    table: pa.Table
    row: pa.Array
    repeats_keys: bool

    @property
    def rows(self) -> int:
        """How many postings there are."""
        return int(self.table.num_rows)

    @property
    def by_id(self) -> bool:
        """Whether accounts are named by their ids."""
        return bool(pa.types.is_integer(self.table["debit"].type))

    @property
    def codes(self) -> set[str]:
        """The codes of all accounts, where they are named by code."""
        return set() if self.by_id else self._accounts()

    @property
    def ids(self) -> set[int]:
        """The ids of all accounts, where they are named by id."""
        return self._accounts() if self.by_id else set()

    def _accounts(self) -> set[Any]:
        sides = (pc.unique(self.table[side]).to_pylist() for side in ("debit", "credit"))
        return {account for side in sides for account in side}

    def postings(self, codes: Mapping[int, str]) -> list[Posting]:
        """The same as objects, in the order in which they were given."""
        order = pc.sort_indices(self.row)
        lines = self.table.take(order).to_pylist()
        if self.by_id:
            for line in lines:
                for side in ("debit", "credit"):
                    line[side] = codes.get(line[side], f"account:{line[side]}")
        return [Posting(**line) for line in lines]

    def refuse_bad_accounts(self, accounts: Mapping[str, tuple[int, str]]) -> None:
        """ProblemError names rows whose accounts do not exist or are in another currency."""
        if self.by_id:
            return  # The table's trigger looks at each.
        faults = [
            fault
            for side in ("debit", "credit")
            for place in self._uneven(side, accounts)
            if (fault := account_fault(accounts, self.table[side][place].as_py(),
                                       self.table["currency"][place].as_py(), side,
                                       self.row[place].as_py() + 1))
        ]  # fmt: skip
        if faults:
            faults.sort(key=lambda fault: (fault.row or 0, fault.field != "debit"))
            raise ProblemError("The transfers cannot be made", faults=tuple(faults[:NAMED]))

    def _uneven(self, side: str, accounts: Mapping[str, tuple[int, str]]) -> list[int]:
        codes = self.table[side].combine_chunks().dictionary_encode()
        of_codes = pa.array(
            [accounts.get(code, (0, ""))[1] for code in codes.dictionary.to_pylist()]
        )
        matches = pc.equal(of_codes.take(codes.indices), self.table["currency"].combine_chunks())
        return pc.indices_nonzero(pc.invert(matches)).to_pylist()  # type: ignore[no-any-return]

    def encoder(self, accounts: Mapping[str, tuple[int, str]]) -> Callable[[int], bytes]:
        """What encodes the rows for a copy, given the transaction that records them."""
        ids = bytes.fromhex("".join(time_ordered_ids(self.rows)))
        at = pc.subtract(self.table["at"].cast(pa.int64()), EPOCH_MICROSECONDS)
        currency = _texts(self.table["currency"]).data
        columns = copy_rows.TransferColumns(
            ids=np.frombuffer(ids, np.uint8).reshape(-1, 16),
            debit=self._ids("debit", accounts),
            credit=self._ids("credit", accounts),
            amount=self.table["amount"].to_numpy(),
            currency=currency[: 3 * self.rows].reshape(-1, 3),
            at=at.to_numpy(),
            key=_texts(self.table["key"]),
            reason=_texts(self.table["reason"]),
            source=_texts(self.table["source"]),
        )
        return lambda moment: copy_rows.encoded(columns, moment)

    def _ids(self, side: str, accounts: Mapping[str, tuple[int, str]]) -> Any:
        if self.by_id:
            return self.table[side].to_numpy()
        codes = self.table[side].combine_chunks().dictionary_encode()
        of_codes = np.array([accounts[code][0] for code in codes.dictionary.to_pylist()], np.int64)
        return of_codes[codes.indices.to_numpy()]


def _texts(column: pa.ChunkedArray) -> copy_rows.Texts:
    # A fresh array of its own begins at offset zero.
    array = pa.concat_arrays(column.cast(pa.large_string()).chunks)
    offsets = np.frombuffer(array.buffers()[1], np.int64)[
        array.offset : array.offset + len(array) + 1
    ]
    data = np.frombuffer(array.buffers()[2] or b"", np.uint8)
    return copy_rows.Texts(data[offsets[0] :], offsets - offsets[0])


def checked(given: Any) -> Columns:
    """The batch in the order of its keys; ProblemError names column, or row, field and value."""
    table = _typed(given if isinstance(given, pa.Table) else pa.table(dict(given)))
    if faults := _faults(table):
        raise ProblemError("The postings cannot be made", faults=tuple(faults))
    order = pc.sort_indices(table["key"])
    table = table.take(order)
    repeats = table.num_rows > 1 and bool(
        pc.any(pc.equal(table["key"][1:], table["key"][:-1])).as_py()
    )
    return Columns(table, order, repeats)


def _typed(table: pa.Table) -> pa.Table:
    if not table.num_rows:
        return pa.table({name: pa.array([], kind) for name, kind in SCHEMA.items()})
    if "source" not in table.column_names:
        table = table.append_column("source", pa.array([""] * table.num_rows, pa.string()))
    columns = []
    for name, wanted in SCHEMA.items():
        if name not in table.column_names:
            raise _refused(name, "the column is missing")
        column = table[name]
        if name == "at" and not (pa.types.is_timestamp(column.type) and column.type.tz):
            raise _refused(name, f"is {column.type}, not a timestamp with a time zone")
        by_id = name in ("debit", "credit") and pa.types.is_integer(table["debit"].type)
        kind = pa.int64() if by_id else wanted
        try:
            columns.append(column.cast(kind))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise _refused(name, f"is not {kind}: {error}") from error
        if columns[-1].null_count:
            place = pc.indices_nonzero(columns[-1].is_null())[0].as_py()
            raise ProblemError("The postings cannot be made", faults=(
                Fault(row=place + 1, field=name, problem="is empty"),))  # fmt: skip
    return pa.table(columns, names=list(SCHEMA))


def _faults(table: pa.Table) -> list[Fault]:
    wrong = {
        "amount": pc.less_equal(table["amount"], 0),
        "currency": pc.invert(pc.match_substring_regex(table["currency"], "^[A-Z]{3}$")),
        "credit": pc.equal(table["debit"], table["credit"]),
        **{name: _bad_text(table[name], least=name != "source")
           for name in ("key", "reason", "source")},
    }  # fmt: skip
    faults = [
        Fault(row=place + 1, field=name, value=str(table[name][place].as_py())[:200],
              problem="is not valid", remedy=REMEDIES[name])
        for name, mask in wrong.items() if pc.any(mask).as_py()
        for place in pc.indices_nonzero(mask).to_pylist()[:NAMED]
    ]  # fmt: skip
    return sorted(faults, key=lambda fault: fault.row or 0)[:NAMED]


def _bad_text(texts: pa.ChunkedArray, *, least: int) -> pa.ChunkedArray:
    lengths = pc.utf8_length(texts)
    return pc.or_(
        pc.or_(pc.greater(lengths, 200), pc.less(lengths, int(least))),
        pc.match_substring_regex(texts, r"[\x00-\x1f\x7f]"),
    )


def _refused(field: str, problem: str) -> ProblemError:
    return ProblemError(
        "The postings cannot be made", faults=(Fault(field=field, problem=problem),)
    )
