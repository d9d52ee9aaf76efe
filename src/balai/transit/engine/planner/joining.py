"""Several feeds as one: ids that cannot clash, each feed's days in its own zone.

Stops of different feeds are joined by walking, as any two stops are; no table of one feed is
read against another's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEPARATOR = ":"
# Ids that name a row of the same feed. A zone or a fare is priced by the city's tariff instead.
IDS = frozenset(
    {
        "agency_id", "stop_id", "parent_station", "route_id", "trip_id", "service_id", "shape_id",
        "from_stop_id", "to_stop_id", "from_route_id", "to_route_id", "from_trip_id", "to_trip_id",
    }
)  # fmt: skip


class FeedTables(Protocol):
    """What the planner needs of a feed that has been read."""

    @property
    def tables(self) -> Mapping[str, pl.DataFrame]:
        """GTFS tables by file name without .txt."""


@dataclass(frozen=True, slots=True)
class JoinedFeed:
    """Feeds side by side, ids prefixed by each feed's name; the first gives the zone.

    `parts` are the tables of each; `tables` those of the first, for who asks one feed's facts.
    """

    names: tuple[str, ...]
    parts: tuple[Mapping[str, pl.DataFrame], ...]

    @property
    def tables(self) -> Mapping[str, pl.DataFrame]:
        """Tables of the first feed, prefixed."""
        return self.parts[0]


def join_feeds(feeds: Sequence[tuple[str, FeedTables]]) -> JoinedFeed:
    """Feeds by name as one, for `build_timetable`.

    A stop `s1` of the feed named `mrt` becomes `mrt:s1`, and so every id. Raises ValueError
    without a feed, or for a name that is empty, holds the separator or comes twice.
    """
    names = tuple(name for name, _ in feeds)
    if not names:
        raise ValueError("join_feeds needs at least one feed")
    for name in names:
        if not name or SEPARATOR in name or names.count(name) > 1:
            raise ValueError(f"feed name {name!r} is empty, holds {SEPARATOR!r} or comes twice")
    return JoinedFeed(names, tuple(_prefixed(name, feed.tables) for name, feed in feeds))


def parts_of(feed: FeedTables) -> tuple[Mapping[str, pl.DataFrame], ...]:
    """Tables of each feed in a joined one, or of the one."""
    return feed.parts if isinstance(feed, JoinedFeed) else (feed.tables,)


def _prefixed(name: str, tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    return {
        table: rows.with_columns(
            # An empty reference stays empty: prefixed it would name a row that is not there.
            pl.when(pl.col(column).is_null() | (pl.col(column) == ""))
            .then(pl.col(column))
            .otherwise(pl.lit(name + SEPARATOR) + pl.col(column))
            .alias(column)
            for column in sorted(IDS & set(rows.columns))
            if rows.schema[column] == pl.Utf8
        )
        for table, rows in tables.items()
    }
