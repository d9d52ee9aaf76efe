"""The feed as read: typed tables, what was wrong with them, and the limits of reading."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from balai.transit.engine.gtfs.issues import Issue

if TYPE_CHECKING:
    import polars as pl


class FeedRefused(ValueError):  # noqa: N818 - the word says what happened
    """The file cannot be read as a feed at all; nothing of it was used."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}. {remedy}.")
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much a feed may hold before it is taken for an attack or a mistake.

    Sizes are bytes, counted while unpacking, whatever the zip's header claims. A quoted text may
    span ``quoted_lines``, until a feed has had ``unreadable_rows``; transfers are looked through
    for gaps where no more than ``transfer_pairs`` of them follow each other.
    """

    archive_bytes: int = 256 * 2**20
    member_bytes: int = 512 * 2**20
    total_bytes: int = 1024 * 2**20
    members: int = 10_000
    ratio: int = 200
    ratio_floor_bytes: int = 10 * 2**20
    columns: int = 1_000
    identifier_characters: int = 255
    text_characters: int = 10_000
    latest_hour: int = 168
    quoted_lines: int = 50
    unreadable_rows: int = 1_000
    transfer_pairs: int = 2_000_000
    issues_of_a_kind: int = 10_000


@dataclass(frozen=True, eq=False)
class Feed:
    """A feed's tables, by name without ``.txt``.

    Every table of :data:`balai.transit.engine.gtfs.schema.TABLES` is present, perhaps empty, with
    its columns typed. ``counts`` are the rows kept in each, ``rows_read`` the rows found in each
    file that the zip holds.
    ``totals`` counts the issues of each kind, also those too many to be listed.
    """

    tables: "Mapping[str, pl.DataFrame]"
    issues: tuple[Issue, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    rows_read: Mapping[str, int] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, table: str) -> "pl.DataFrame":
        return self.tables[table]

    @property
    def timezone(self) -> str | None:
        """The IANA zone in which the feed's times are meant, if an agency states one."""
        zones = self.tables["agency"]["agency_timezone"].drop_nulls()
        return str(zones[0]) if len(zones) else None

    def same_tables(self, other: "Feed") -> bool:
        """Whether both hold the same rows in the same order in every table."""
        return self.tables.keys() == other.tables.keys() and all(
            table.equals(other.tables[name]) for name, table in self.tables.items()
        )
