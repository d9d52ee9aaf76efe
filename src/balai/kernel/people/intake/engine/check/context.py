"""What rows are judged against, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from balai.kernel.people.intake.engine.check.packing import JudgedRows
from balai.kernel.people.intake.engine.columns import Columns
from balai.kernel.people.intake.engine.issues import Issue, IssueList
from balai.kernel.people.intake.engine.values import Places

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Context:
    """What rows are judged against.

    `on`: the day of the import. `village`: the code that holds where a row names none, or "".
    `choices`: for religion, marital, education, occupation and relation the codes by word.
    """

    on: date
    places: Places
    village: str = ""
    choices: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """The judged rows.

    `good`: `row` and a typed column for each known field (null where not given): nik, kk, name,
    sex, birth_place, birth_date (date), address, rt, rw, region, religion, marital, education,
    occupation, relation (i16), phone, mother_name. `aside`: `row` and the texts as written of the
    rows with an error. `faults`: the issues of each row kept aside. `read`: rows in the file.
    """

    good: pl.DataFrame
    aside: pl.DataFrame
    faults: Mapping[int, tuple[Issue, ...]]
    issues: IssueList
    read: int
    columns: Columns


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that was judged piece by piece: as `Checked`, with the good rows compressed."""

    good: JudgedRows
    aside: pl.DataFrame
    faults: Mapping[int, tuple[Issue, ...]]
    issues: IssueList
    read: int
    columns: Columns
