"""Import a feed into the database and make it the one its city uses."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models.functions import Now

from balai.kernel.problems import Fault, ProblemError
from balai.transit.engine.gtfs import Feed, FeedRefused, read_feed
from balai.transit.models import FeedArchive, FeedVersion
from balai.transit.queries.feed import find_feed_version
from balai.transit.queries.networks import MAIN

if TYPE_CHECKING:
    import polars as pl
    from psycopg import sql

Progress = Callable[[str], None]

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
# Names the advisory locks of this action among all others in the database.
_LOCK = 0x47544653


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a feed comes from and what its publisher asks of those who show it.

    `region_code` is the place the feed serves, `generated` says that nobody runs this timetable.
    """

    source: str = ""
    licence: str = ""
    credit: str = ""
    region_code: str = ""
    generated: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """The version that holds a feed, and whether it had been imported before.

    `feed` is what was read, None where nothing was read anew.
    """

    version: FeedVersion
    feed: Feed | None
    already: bool


def import_feed(
    content: bytes,
    *,
    city: str,
    name: str = MAIN,
    provenance: Provenance = Provenance(),
    replace: bool = False,
    progress: Progress = lambda line: None,
) -> Imported:
    """Read a GTFS zip, keep its tables and issues, and publish it as the city's current feed of
    that name; feeds of other names stay in use beside it.

    All is written in one transaction: until its end the city's former feed stays in use, and
    after a failure nothing is left. The same file is imported once; again, it is only made
    current. `replace` reads it anew, for a reader that has learned more since.

    Raises ProblemError, its kind `feed-refused`, where the file is no feed, or holds not one trip
    that can be ridden.
    """
    _check_name(name)
    sha256 = hashlib.sha256(content).hexdigest()
    kept = FeedVersion.objects.filter(city=city, name=name, sha256=sha256).first()
    if kept and not replace:
        return Imported(publish_feed(kept.pk), None, already=True)
    progress("reading the feed")
    feed = read_rideable(content)
    with transaction.atomic():
        _lock(city)
        kept = FeedVersion.objects.filter(city=city, name=name, sha256=sha256).first()
        if kept and not replace:
            return Imported(_make_current(kept), None, already=True)
        if kept:
            kept.delete()
        version = _create(content, sha256, city, name, provenance, feed)
        _copy_tables(version, feed, progress)
        progress("publishing it")
        _make_current(version)
    return Imported(version, feed, already=False)


def publish_feed(version_id: int) -> FeedVersion:
    """Make a version the one its city uses; a former one may be taken up again.

    Raises MissingError where there is no such version.
    """
    with transaction.atomic():
        version = find_feed_version(version_id)
        _lock(version.city)
        version.refresh_from_db()
        return _make_current(version)


def withdraw_feed(version_id: int) -> FeedVersion:
    """Use a feed no longer; its versions are kept and may be taken up again.

    What was planned, ridden and paid under it stays as it is. Raises MissingError where there is
    no such version, ProblemError for the main feed, without which a city has no network.
    """
    with transaction.atomic():
        version = find_feed_version(version_id)
        _lock(version.city)
        if version.name == MAIN:
            fault = Fault(field="name", value=MAIN, problem="the main feed cannot be withdrawn",
                          remedy="Import another version of it instead")  # fmt: skip
            raise ProblemError("The feed stays in use", faults=(fault,))
        version.refresh_from_db()
        version.status = FeedVersion.Status.SUPERSEDED
        version.save(update_fields=["status"])
        return version


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        fault = Fault(field="name", value=name, problem="is no name of a feed",
                      remedy="Use up to 40 small letters, digits and hyphens")  # fmt: skip
        raise ProblemError("The feed was refused", kind="feed-refused", faults=(fault,))


def read_rideable(content: bytes) -> Feed:
    """Read a feed and make sure that somebody can ride in it; ProblemError as `import_feed`."""
    try:
        feed = read_feed(io.BytesIO(content))
    except FeedRefused as error:
        raise _refused(error.problem, error.remedy) from error
    stops_of_trips = feed["stop_times"].group_by("trip_id").len()["len"]
    if not (stops_of_trips >= 2).any():
        grave = sorted({issue.problem for issue in feed.issues if issue.severity == "error"})
        cause = f", among the reasons: {grave[0]}" if grave else ""
        raise _refused(
            f"Not one trip of the feed can be ridden{cause}",
            "Give at least one trip two stops with times, on a route and a service of the feed",
        )
    return feed


def _refused(problem: str, remedy: str) -> ProblemError:
    fault = Fault(problem=problem, remedy=remedy)
    return ProblemError("The feed was refused", kind="feed-refused", faults=(fault,))


def _lock(city: str) -> None:
    """Wait for another import of the same city to end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, city])


def _make_current(version: FeedVersion) -> FeedVersion:
    if version.status == FeedVersion.Status.CURRENT:
        return version
    current = FeedVersion.objects.filter(
        city=version.city, name=version.name, status=FeedVersion.Status.CURRENT
    )
    current.update(status=FeedVersion.Status.SUPERSEDED)
    version.status = FeedVersion.Status.CURRENT
    version.published_at = Now()
    version.save(update_fields=["status", "published_at"])
    version.refresh_from_db()
    return version


def _create(
    content: bytes, sha256: str, city: str, name: str, provenance: Provenance, feed: Feed
) -> FeedVersion:
    first, last = _service_days(feed)
    version = FeedVersion.objects.create(
        city=city,
        name=name,
        region_code=provenance.region_code,
        source=provenance.source,
        licence=provenance.licence,
        credit=provenance.credit,
        generated=provenance.generated,
        sha256=sha256,
        archive_bytes=len(content),
        status=FeedVersion.Status.SUPERSEDED,
        timezone=feed.timezone or "",
        first_day=first,
        last_day=last,
        counts=dict(feed.counts),
        rows_read=dict(feed.rows_read),
        issue_totals=dict(feed.totals),
    )
    FeedArchive.objects.create(feed=version, content=content)
    return version


def _service_days(feed: Feed) -> tuple[date | None, date | None]:
    """Give the first and the last day on which the feed's services may run."""
    calendar = feed["calendar"]
    added = feed["calendar_dates"].filter(exception_type=1)["date"].to_list()
    days = calendar["start_date"].to_list() + calendar["end_date"].to_list() + added
    return (min(days), max(days)) if days else (None, None)


def _copy_tables(version: FeedVersion, feed: Feed, progress: Progress) -> None:
    from balai.transit.actions.feed_rows import rows_of

    for table, rows in rows_of(feed).items():
        if len(rows):
            progress(f"writing {len(rows):,} rows of {table.removeprefix('transit_')}")
            _copy(table, version.pk, rows)


def _copy(table: str, feed_id: int, rows: pl.DataFrame) -> None:
    """COPY rows whose columns bear the table's names; absent text is written as empty."""
    import polars as pl

    content = rows.select(pl.lit(feed_id).alias("feed_id"), pl.all()).write_csv(
        include_header=False, quote_style="necessary"
    )
    text = [name for name, kind in rows.schema.items() if kind == pl.String]
    filled = [name for name in text if name not in NULLABLE_TEXT.get(table, frozenset())]
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(_copy_statement(table, ["feed_id", *rows.columns], filled)) as copy,
    ):
        copy.write(content)


def _copy_statement(table: str, columns: list[str], filled: list[str]) -> sql.Composed:
    """COPY from CSV; where a column of `filled` has no value it is empty text, not null."""
    from psycopg import sql

    def listed(names: list[str]) -> sql.Composed:
        return sql.SQL(", ").join(map(sql.Identifier, names))

    never_null = sql.SQL(", FORCE_NOT_NULL ({})").format(listed(filled)) if filled else sql.SQL("")
    return sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv{})").format(
        sql.Identifier(table), listed(columns), never_null
    )


NULLABLE_TEXT: Mapping[str, frozenset[str]] = {
    "transit_feedissue": frozenset({"value", "other"}),
}
