"""The rows that an imported feed puts into each table of the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from balai.transit.models import (
    Agency,
    FareAttribute,
    FareRule,
    FeedIssue,
    Frequency,
    Route,
    Service,
    ServiceException,
    Shape,
    Stop,
    StopTime,
    Transfer,
    Trip,
)

if TYPE_CHECKING:
    import polars as pl

    from balai.transit.engine.gtfs import Feed
    from balai.transit.models.feed import FeedRow

# Models whose columns bear the names of the reader's tables.
SAME: Mapping[str, type[FeedRow]] = {
    "agency": Agency,
    "stops": Stop,
    "routes": Route,
    "calendar": Service,
    "calendar_dates": ServiceException,
    "trips": Trip,
    "stop_times": StopTime,
    "frequencies": Frequency,
    "transfers": Transfer,
    "fare_attributes": FareAttribute,
    "fare_rules": FareRule,
}


def rows_of(feed: Feed) -> dict[str, pl.DataFrame]:
    """Give the rows of every table by its name in the database, without the feed's own id."""
    rows = {
        model._meta.db_table: feed[name].select(_columns(model)) for name, model in SAME.items()
    }
    rows[Shape._meta.db_table] = _lines(feed["shapes"])
    rows[FeedIssue._meta.db_table] = _issues(feed)
    return rows


def _columns(model: type[FeedRow]) -> list[str]:
    made_here = {"id", "pk", "feed"}
    return [field.name for field in model._meta.concrete_fields if field.name not in made_here]


def _lines(points: pl.DataFrame) -> pl.DataFrame:
    """Gather each shape's points into one row of PostgreSQL array literals."""
    import polars as pl

    def array(column: str) -> pl.Expr:
        numbers = pl.col(column).cast(pl.String).fill_null("NULL")
        return pl.concat_str([pl.lit("{"), numbers.str.join(","), pl.lit("}")])

    return (
        points.sort("shape_id", "shape_pt_sequence")
        .group_by("shape_id", maintain_order=True)
        .agg(
            lats=array("shape_pt_lat"),
            lons=array("shape_pt_lon"),
            distances=array("shape_dist_traveled"),
        )
    )


def _issues(feed: Feed) -> pl.DataFrame:
    import polars as pl

    schema = {
        "number": pl.Int32(),
        "file": pl.String(),
        "row": pl.Int64(),
        "field": pl.String(),
        "value": pl.String(),
        "kind": pl.String(),
        "other": pl.String(),
        "severity": pl.String(),
    }
    rows = [
        (number, found.file, found.row, found.field, found.value, found.kind, found.other,
         found.severity)
        for number, found in enumerate(feed.issues, 1)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")
