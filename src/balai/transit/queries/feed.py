"""What feeds a city has, what was wrong with them, and the feed itself for those who plan."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from balai.kernel.problems import MissingError
from balai.transit.engine.gtfs import KINDS, Feed, Issue, read_feed
from balai.transit.engine.gtfs.issues import FATES
from balai.transit.models import FeedArchive, FeedIssue, FeedVersion
from balai.transit.queries.networks import current_network

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class IssueKindCount:
    """How many issues of a kind a feed has, listed or not, with the kind's words for a heading."""

    kind: str
    severity: str
    total: int

    @property
    def title(self) -> str:
        """What is wrong with rows of the kind, in the reader's language, without their values."""
        return re.sub(r"\{\w+\}", "…", gettext(KINDS[self.kind].problem))


@dataclass(frozen=True, slots=True)
class IssuePage:
    """One page of a feed's issues; `number` counts from 1, `total` is that of the filter."""

    issues: tuple[ReportedIssue, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class ReportedIssue:
    """An issue with its words in the reader's language."""

    number: int
    file: str
    row: int | None
    field: str
    value: str | None
    kind: str
    severity: str
    problem: str
    remedy: str


def feed_versions(city: str | None = None) -> QuerySet[FeedVersion]:
    """The feeds imported for a city, or for all, newest first."""
    versions = FeedVersion.objects.all()
    return versions.filter(city=city) if city else versions


def current_feed(city: str) -> FeedVersion | None:
    """The city's main feed as it is used, or None before its first import.

    Whoever plans or shows stops asks `queries.networks.current_network` for all feeds in use.
    """
    network = current_network(city)
    return network.main if network else None


def find_feed_version(version_id: int) -> FeedVersion:
    """The version of that number; MissingError where there is none."""
    try:
        return FeedVersion.objects.get(pk=version_id)
    except FeedVersion.DoesNotExist as error:
        raise MissingError(f"there is no feed version {version_id}") from error


def load_feed(version: FeedVersion) -> Feed:
    """The feed's tables for the engine, read again from the zip that was imported."""
    return read_feed(io.BytesIO(feed_archive(version)))


def feed_archive(version: FeedVersion) -> bytes:
    """The zip as it came."""
    return bytes(FeedArchive.objects.get(pk=version.pk).content)


def issue_kinds(version: FeedVersion) -> list[IssueKindCount]:
    """The kinds of issues found in a feed, the gravest and most frequent first."""
    grave = ["error", "warning", "info"]
    found = [
        IssueKindCount(kind, KINDS[kind].severity, total)
        for kind, total in version.issue_totals.items()
        if kind in KINDS
    ]
    return sorted(found, key=lambda kind: (grave.index(kind.severity), -kind.total, kind.kind))


def issue_page(
    version: FeedVersion,
    *,
    severity: str = "",
    kind: str = "",
    file: str = "",
    text: str = "",
    page: int = 1,
    size: int = PAGE_SIZE,
) -> IssuePage:
    """One page of a feed's issues in the order found, those that fit all filters given.

    `text` is looked for in the value and the field. A page beyond the last gives the last.
    """
    found = _matching(version, severity, kind, file, text)
    total = found.count()
    pages = max(1, -(-total // size))
    number = min(max(page, 1), pages)
    rows = found[(number - 1) * size : number * size]
    return IssuePage(tuple(map(_reported, rows)), number, pages, total)


def all_issues(
    version: FeedVersion, *, severity: str = "", kind: str = "", file: str = "", text: str = ""
) -> Iterator[ReportedIssue]:
    """Every listed issue that fits the filters, for a download."""
    found = _matching(version, severity, kind, file, text)
    return map(_reported, found.iterator(chunk_size=2000))


def _matching(
    version: FeedVersion, severity: str, kind: str, file: str, text: str
) -> QuerySet[FeedIssue]:
    wanted: dict[str, Any] = {"severity": severity, "kind": kind, "file": file}
    found = FeedIssue.objects.filter(
        feed=version, **{name: value for name, value in wanted.items() if value}
    ).order_by("number")
    if text:
        found = found.filter(value__icontains=text) | found.filter(field__icontains=text)
    return found


def _reported(row: FeedIssue) -> ReportedIssue:
    other = gettext(row.other) if row.other and row.kind in FATES else row.other
    issue = Issue(row.file, row.row, row.field, row.value, row.kind, other)
    words = KINDS.get(row.kind)
    return ReportedIssue(
        number=row.number,
        file=row.file,
        row=row.row,
        field=row.field,
        value=row.value,
        kind=row.kind,
        severity=row.severity,
        problem=issue.words(gettext(words.problem)) if words else row.kind,
        remedy=issue.words(gettext(words.remedy)) if words else "",
    )
