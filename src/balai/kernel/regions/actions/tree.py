"""Bringing the tree of regions to the state of a region file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from balai.kernel.problems import Fault, ProblemError
from balai.kernel.regions import codes
from balai.kernel.regions.changes import Changes, Known, Scope, compare
from balai.kernel.regions.models import Region, RegionList
from balai.kernel.regions.reading import RegionFile, read_regions

LOCK = 7_031_985  # one import of regions at a time, by an advisory lock
FEW = 10
MOST_ABOLISHED = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionImport:
    """What an import did, or would do: rows read, codes by change, faults by row."""

    rows: int
    added: tuple[str, ...]
    renamed: dict[str, str]
    reopened: tuple[str, ...]
    abolished: tuple[str, ...]
    unchanged: int
    faults: tuple[Fault, ...]
    withheld: str = ""
    dry_run: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The import for JSON: counts, then what was renamed, abolished and refused."""
        return {
            "rows": self.rows, "added": len(self.added), "renamed": len(self.renamed),
            "reopened": len(self.reopened), "abolished": len(self.abolished),
            "unchanged": self.unchanged, "dry_run": self.dry_run, "withheld": self.withheld,
            "changes": {"renamed": self.renamed, "reopened": list(self.reopened),
                        "abolished": list(self.abolished)},
            "issues": [fault.as_dict() for fault in self.faults],
        }  # fmt: skip


def import_regions(
    source: Path,
    *,
    on: date,
    origin: str,
    prefix: str = "",
    levels: Collection[str] = codes.LEVELS,
    dry_run: bool = False,
    abolish_many: bool = False,
) -> RegionImport:
    """Read a `kode,nama` file and bring the tree under `prefix`, at `levels`, to its state on `on`.

    New codes are added, changed names keep the old one in the history, codes that are missing
    from the file end on the day before `on`. Rows with a fault are reported and left out, the
    others go in. Nothing is abolished where a row's code could not be read. ProblemError where
    the file cannot be read, or where it would abolish more than a tenth of the codes (it is
    probably cut off) and `abolish_many` is not set. `origin` names the decree or list.
    """
    _check_scope(prefix, levels)
    file = read_regions(source)
    return apply_file(file, on=on, origin=origin, prefix=prefix, levels=levels,
                      dry_run=dry_run, abolish_many=abolish_many)  # fmt: skip


@transaction.atomic
def apply_file(
    file: RegionFile, *, on: date, origin: str, prefix: str = "",
    levels: Collection[str] = codes.LEVELS, dry_run: bool = False, abolish_many: bool = False,
    partial: bool = False,
) -> RegionImport:  # fmt: skip
    """The same from a file already read; a `partial` list is no word on what it leaves out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    known = _known()
    covered = [Scope(each.prefix, tuple(each.levels)) for each in RegionList.objects.all()]
    changes = compare(known, file.names, mentioned=file.mentioned, prefix=prefix, levels=levels,
                      covered=covered)  # fmt: skip
    withheld = "the list is partial" if partial else ""
    if file.unreadable and changes.abolished:
        withheld = f"{file.unreadable} rows have no readable code"
    if withheld:
        changes.abolished = []
    elif not abolish_many:
        _refuse_mass_abolition(changes, known, prefix)
    if not dry_run:
        _write(changes, on, origin)
        if not partial:
            RegionList.objects.create(origin=origin, effective_on=on, prefix=prefix,
                                      levels=list(levels), rows=file.rows)  # fmt: skip
    return _report(file, changes, withheld, dry_run)


def _check_scope(prefix: str, levels: Collection[str]) -> None:
    if prefix and not codes.is_code(prefix):
        raise ProblemError("Not a region code", detail=f"{prefix!r} is not a code such as 31.71.")
    if unknown := set(levels) - set(codes.LEVELS):
        raise ProblemError(
            "No such level",
            detail=f"{', '.join(sorted(unknown))}: choose from {', '.join(codes.LEVELS)}.",
        )


def _known() -> dict[str, Known]:
    rows = Region.objects.filter(scheme=codes.SCHEME).values_list("code", "name", "valid_to")
    return {code: Known(name, valid_to is None) for code, name, valid_to in rows}


def _refuse_mass_abolition(changes: Changes, known: dict[str, Known], prefix: str) -> None:
    standing = sum(codes.is_under(c, prefix) and region.is_open for c, region in known.items())
    gone = len(changes.abolished)
    if gone > FEW and gone > standing * MOST_ABOLISHED:
        raise ProblemError(
            "The file would abolish too many codes",
            detail=f"{gone} of {standing} codes are missing from the file, for example"
            f" {changes.abolished[0]}. If it is whole, allow it with --abolish-many; if it covers"
            " one area, name it with --prefix.",
        )


def _write(changes: Changes, on: date, origin: str) -> None:
    eve = on - timedelta(days=1)
    # An import dated before a code began must not end it before its own first day.
    close = (
        "UPDATE regions_region SET valid_to = greatest(%s::date, valid_from)"
        " WHERE scheme = %s AND code = ANY(%s)"
    )
    reopen = (
        "UPDATE regions_region SET valid_to = NULL, succeeded_by_id = NULL"
        " WHERE scheme = %s AND code = ANY(%s)"
    )
    with connection.cursor() as cursor:
        if changes.abolished:
            cursor.execute(close, [eve, codes.SCHEME, changes.abolished])
        if changes.reopened:
            cursor.execute(reopen, [codes.SCHEME, changes.reopened])
    if changes.renamed:
        _rename(changes.renamed, eve, origin)
    if changes.added:
        _insert(changes, on, origin)


def _rename(renamed: dict[str, str], until: date, origin: str) -> None:
    pairs = [list(renamed), list(renamed.values())]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO regions_formername (region_id, name, until, source)"
            " SELECT id, name, %s, source FROM regions_region"
            " WHERE scheme = %s AND code = ANY(%s) ON CONFLICT DO NOTHING",
            [until, codes.SCHEME, pairs[0]],
        )
        cursor.execute(
            "UPDATE regions_region AS region SET name = fresh.name, source = %s"
            " FROM unnest(%s::text[], %s::text[]) AS fresh (code, name)"
            " WHERE region.scheme = %s AND region.code = fresh.code",
            [origin, *pairs, codes.SCHEME],
        )


def _insert(changes: Changes, on: date, origin: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE regions_staged (code text, name text, level text, kind text,"
            " path text, parent text, valid_from date) ON COMMIT DROP"
        )
        with cursor.copy("COPY regions_staged FROM STDIN") as copy:
            for row in _rows(changes, on):
                copy.write_row(row)
        cursor.execute("ANALYZE regions_staged")
        for level in codes.LEVELS:
            cursor.execute(
                "INSERT INTO regions_region"
                " (scheme, code, level, kind, name, parent_id, path, valid_from, source)"
                " SELECT %s, staged.code, staged.level, staged.kind, staged.name, parent.id,"
                " staged.path, staged.valid_from, %s FROM regions_staged AS staged"
                " JOIN regions_region AS parent ON parent.code = staged.parent"
                " AND parent.scheme = %s WHERE staged.level = %s ORDER BY staged.code",
                [codes.SCHEME, origin,
                 codes.COUNTRY_SCHEME if level == "province" else codes.SCHEME, level],
            )  # fmt: skip
        cursor.execute("DROP TABLE regions_staged")


def _rows(changes: Changes, on: date) -> Iterable[tuple[Any, ...]]:
    for code, name in changes.added.items():
        start = on if code in changes.settled else None
        yield (code, name, codes.level_of(code), codes.kind_of(code, name), codes.path_of(code),
               codes.parent_of(code), start)  # fmt: skip


def _report(file: RegionFile, changes: Changes, withheld: str, dry_run: bool) -> RegionImport:
    return RegionImport(
        rows=file.rows,
        added=tuple(changes.added),
        renamed=changes.renamed,
        reopened=tuple(changes.reopened),
        abolished=tuple(changes.abolished),
        unchanged=changes.unchanged,
        faults=(*file.faults, *changes.orphans),
        withheld=withheld,
        dry_run=dry_run,
    )
