"""Judging a list of residents, column by column, each fault with its row, field and value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from balai.kernel.people.intake.engine import numbers
from balai.kernel.people.intake.engine.check.cells import (
    CHOICES,
    empty_fields,
    judge_number,
    judge_place,
    judge_texts,
    judge_values,
)
from balai.kernel.people.intake.engine.check.context import Checked, CheckedFile, Context
from balai.kernel.people.intake.engine.check.found import (
    faults_of,
    list_in,
    rows_in_error,
)
from balai.kernel.people.intake.engine.check.packing import JudgedRows
from balai.kernel.people.intake.engine.check.rows import (
    Seen,
    judge_household,
    judge_identity,
    judge_repeats,
    judge_rounding,
)
from balai.kernel.people.intake.engine.issues import Issue, IssueList
from balai.kernel.people.intake.engine.reading import Table

if TYPE_CHECKING:
    import polars as pl


def check(table: Table, context: Context, *, limit: int | None = None) -> Checked:
    """Judge every row of a table. A row with an error is kept aside, whatever else is right.

    `limit` caps how many issues of a kind are listed; the faults of rows kept aside are all kept.
    """
    issues = IssueList() if limit is None else IssueList(limit)
    issues.add(_of_header(table))
    return _judged(table, context, Seen(), issues)


def check_pieces(tables: Iterable[Table], context: Context) -> CheckedFile:
    """Judge a file given in pieces, of which one at a time is held."""
    import polars as pl

    seen, good, issues, read = Seen(), JudgedRows(), IssueList(), 0
    aside: list[pl.DataFrame] = []
    faults: dict[int, tuple[Issue, ...]] = {}
    columns = None
    for table in tables:
        if columns is None:
            columns = table.columns
            issues.add(_of_header(table))
        piece = _judged(table, context, seen, issues)
        good.add(piece.good)
        aside.append(piece.aside)
        faults.update(piece.faults)
        read += piece.read
    assert columns is not None, "a file has at least one piece"
    return CheckedFile(good, pl.concat(aside), faults, issues, read, columns)


def _judged(table: Table, context: Context, seen: Seen, issues: IssueList) -> Checked:
    issues.add(table.issues)
    headings = table.columns.headings
    found = list(empty_fields(table))
    frame = table.frame
    for name in ("nik", "kk"):
        frame = judge_number(frame, name, context, found)
    frame = judge_rounding(frame, table, seen, found)
    for judge in (judge_texts, judge_values, judge_place):
        frame = judge(frame, table, context, found)
    for compare in (judge_identity, judge_repeats, judge_household):
        frame = compare(frame, table, seen, found)
    wrong = rows_in_error(found)
    faults = faults_of(found, wrong, headings)
    for each in found:
        list_in(issues, each, headings)
    barred = [issue for issue in table.issues if issue.severity == "error"]
    for issue in barred:
        faults.setdefault(issue.row or 0, []).append(issue)
    return Checked(
        good=_typed(frame, wrong), aside=_aside(table.frame, wrong),
        faults={row: tuple(each) for row, each in faults.items()}, issues=issues,
        read=table.frame.height + len(barred), columns=table.columns,
    )  # fmt: skip


def _of_header(table: Table) -> Iterator[Issue]:
    for heading in table.columns.unknown:
        yield Issue(None, heading, "unknown_column")
    for heading in table.columns.repeated:
        yield Issue(None, heading, "repeated_column")


def _aside(frame: pl.DataFrame, wrong: pl.Series) -> pl.DataFrame:
    import polars as pl

    return frame.filter(pl.col("row").is_in(wrong))


def _typed(frame: pl.DataFrame, wrong: pl.Series) -> pl.DataFrame:
    import polars as pl

    def text(name: str) -> pl.Expr:
        return pl.col(name) if name in frame.columns else pl.lit(None, pl.String)

    taken = frame.filter(~pl.col("row").is_in(wrong) & ~pl.col("again"))
    kk = pl.when(numbers.is_whole("kk_clean")).then(pl.col("kk_clean"))
    hamlet, street = text("hamlet"), text("address")
    both = pl.concat_str(street, pl.lit(", "), hamlet)
    return taken.select(
        "row", pl.col("nik_clean").alias("nik"), kk.alias("kk"), text("name").alias("name"),
        pl.col("sex_read").alias("sex"), text("birth_place").alias("birth_place"),
        pl.col("birth_date_read").alias("birth_date"),
        pl.coalesce(both, street, hamlet).alias("address"),
        pl.col("rt_read").alias("rt"), pl.col("rw_read").alias("rw"),
        pl.col("place").alias("region"),
        *(pl.col(f"{name}_read").alias(name) for name in CHOICES),
        pl.col("relation_read").alias("relation"), pl.col("phone_read").alias("phone"),
        text("mother_name").alias("mother_name"),
    )  # fmt: skip
