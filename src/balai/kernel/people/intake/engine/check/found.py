"""Faults as columns: where they are, and the issues they become."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from balai.kernel.people.intake.engine import numbers
from balai.kernel.people.intake.engine.columns import heading_of
from balai.kernel.people.intake.engine.issues import KINDS, Issue, IssueList

if TYPE_CHECKING:
    import polars as pl

SECRET_FIELDS = ("nik", "kk")


@dataclass(slots=True)
class Found:
    """Issues of one kind in one field, as columns: row, value, other."""

    kind: str
    field: str
    frame: pl.DataFrame


def where(
    frame: pl.DataFrame, condition: pl.Expr, kind: str, name: str,
    other: pl.Expr | None = None, value: pl.Expr | None = None,
) -> Found:  # fmt: skip
    """The rows for which the condition holds, as issues of this kind."""
    import polars as pl

    shown = value if value is not None else pl.col(name) if name in frame.columns else pl.lit("")
    more = other if other is not None else pl.lit("")
    found = frame.filter(condition).select(
        "row", shown.cast(pl.String).fill_null("").alias("value"),
        more.cast(pl.String).fill_null("").alias("other"),
    )  # fmt: skip
    return Found(kind, name, found)


def rows_in_error(found: Iterable[Found]) -> pl.Series:
    """The rows that any error bars, as one list."""
    import polars as pl

    rows = [each.frame["row"] for each in found if KINDS[each.kind].severity == "error"]
    # A series of lists, as `is_in` wants the whole of it for every row.
    return (pl.concat(rows) if rows else pl.Series([], dtype=pl.Int64)).unique().sort().implode()


def faults_of(
    found: Iterable[Found], wrong: pl.Series, headings: Mapping[str, str]
) -> dict[int, list[Issue]]:
    """Every issue of the rows that are kept aside."""
    import polars as pl

    faults: dict[int, list[Issue]] = {}
    for each in found:
        for issue in issues_of(each, each.frame.filter(pl.col("row").is_in(wrong)), headings):
            faults.setdefault(issue.row or 0, []).append(issue)
    return faults


def list_in(issues: IssueList, found: Found, headings: Mapping[str, str]) -> None:
    """List the issues as far as there is room, and count them all."""
    shown = found.frame.head(issues.room(found.kind))
    rest = found.frame.height - shown.height
    issues.add(issues_of(found, shown, headings))
    issues.count_more(found.kind, rest)


def issues_of(found: Found, frame: pl.DataFrame, headings: Mapping[str, str]) -> Iterator[Issue]:
    """The issues of these rows, each number with six digits at most."""
    heading = headings.get(found.field) or heading_of(found.field)
    hide = found.field in SECRET_FIELDS
    for row, value, other in frame.iter_rows():
        shown = numbers.shown(value) if hide else value[:120]
        yield Issue(row, heading, found.kind, shown, other)
