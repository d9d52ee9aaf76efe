"""Importing residents: begin, mend a row, drop one, and the same from the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from balai.kernel.access.actions import record
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.people.intake import aside, rules, uploads  # noqa: F401 - names its acts
from balai.kernel.people.intake.batch import batches, family_indexes, prepare
from balai.kernel.people.intake.engine import (
    Checked,
    Context,
    Issue,
    JudgedRows,
    check,
    table_of_row,
)
from balai.kernel.people.intake.engine.issues import masked
from balai.kernel.people.intake.engine.values import read_region
from balai.kernel.people.intake.process import Inline, process
from balai.kernel.people.intake.register import take_in
from balai.kernel.people.intake.uploads import Content
from balai.kernel.people.intake.vocabulary import context_for, places_of
from balai.kernel.people.models import AsideRow, ImportState, ResidentImport
from balai.kernel.people.models.columns import new_id
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions import queries as regions
from balai.kernel.row_security import opened, rows_of

MOST_BYTES = 512 * 2**20
LONGEST_NAME = 120
REQUIRED_CELLS = ("nik", "name", "sex", "birth_date", "region")


def begin_import(
    content: Content, *, city: str, file_name: str, by: User | None, origin: Origin,
    village: str = "", dry_run: bool = False, mends: ResidentImport | None = None, key: str = "",
) -> ResidentImport:  # fmt: skip
    """Keep the file sealed and queue its import; the import tells how far it is.

    `content`: its bytes, or an open file, which is read in chunks and never held whole.

    `village` is the code that holds for rows without one. `key` starts the job once.
    ProblemError for a file that is empty or too large, or a village outside the city.
    """
    from balai.kernel.jobs.actions import start

    taken = _laid(content, city=city, village=village, file_name=file_name, dry_run=dry_run,
                  mends=mends, actor=origin.actor)  # fmt: skip
    taken.upload = uploads.keep(content, taken.pk)
    with transaction.atomic():
        taken.save(force_insert=True)
        job = start("people.import", city=city, by=by, arguments={"taken": str(taken.pk)},
                    key=key or str(taken.pk), within=[taken.region_code])  # fmt: skip
        taken.job = job.pk
        taken.save(update_fields=["job"])
        _audit("people.import-begun", taken, origin)
    return taken


def import_now(
    content: Content, *, city: str, file_name: str, origin: Origin, tell: Callable[[str], None],
    village: str = "", dry_run: bool = False, mends: ResidentImport | None = None,
    is_generated: bool = False,
) -> ResidentImport:  # fmt: skip
    """Import right here, without the queue; `tell` hears a line of progress now and then."""
    taken = _laid(content, city=city, village=village, file_name=file_name, dry_run=dry_run,
                  mends=mends, actor=origin.actor)  # fmt: skip
    taken.state, taken.is_generated = ImportState.RUNNING, is_generated
    with rows_of(taken.region_code):
        taken.save(force_insert=True)
        _audit("people.import-begun", taken, origin)
    return process(taken, uploads.chunks_of(content), Inline(taken.region_code, tell))


def _laid(
    content: Content, *, city: str, village: str, file_name: str, dry_run: bool,
    mends: ResidentImport | None, actor: str,
) -> ResidentImport:  # fmt: skip
    size, digest = uploads.measure(content)
    if not size:
        raise ProblemError("The file is empty", detail="Choose the file that holds the residents.")
    if size > MOST_BYTES:
        raise ProblemError("The file is too large", detail="Split it into files below 512 MB.")
    place = regions.city_by_slug(city)
    scope = _scope(place.region_code)
    return ResidentImport(
        id=new_id(), city=city, region_code=scope, village=_village_in(scope, village),
        file_name=safe_name(file_name),
        digest=digest, dry_run=dry_run, mends=mends,
        as_of=_today(place), started_by=actor or "cli",
    )  # fmt: skip


def _scope(region: str) -> str:
    """The city, or the part of it that is open to who imports: nothing is written beyond."""
    narrower = [code for code in opened().regions if code.startswith(f"{region}.")]
    return narrower[0] if narrower else region


def safe_name(file_name: str) -> str:
    """The file's own name without folders, and without a NIK that may stand in it."""
    name = file_name.replace("\\", "/").rpartition("/")[2].strip()[:LONGEST_NAME]
    return masked(name) or "residents"


def _village_in(within: str, village: str) -> str:
    if not village:
        return ""
    # Where the villages of a district are not listed, its own code vouches for theirs.
    read = read_region(village, places_of(within))
    code = read.value or village
    if read.value is None or not f"{code}.".startswith(f"{within}."):
        fault = Fault(field="village", value=village, problem="no such village is in the city",
                      remedy="Give the code of a village of the city")  # fmt: skip
        raise ProblemError("No such village is in the city", faults=(fault,))
    return code


def _today(city: regions.City) -> date:
    return timezone.localdate(timezone=city.zone)


def _audit(action: str, taken: ResidentImport, origin: Origin, **detail: Any) -> None:
    record(action, origin, subject=f"people/import/{taken.pk}", city=taken.city,
           dry_run=taken.dry_run, **detail)  # fmt: skip


@transaction.atomic
def mend_row(
    row_id: UUID, cells: Mapping[str, str], *, origin: Origin, context: Context | None = None
) -> tuple[Issue, ...]:
    """Judge a kept row again with these cells, and take it in if nothing bars it any more.

    `context`: that of the import, if it is at hand. Returns what still is wrong with it; empty
    where the row went in (with at most warnings).
    ConflictError where it was settled already.
    """
    row = _open_row(row_id)
    told = {name: text.strip() for name, text in cells.items() if text.strip()}
    errors = _take_row(row, told, context)
    if errors:
        row.sealed = aside.sealed_cells(told, row.pk)
        row.faults = [aside.fault_of(issue) for issue in errors]
        row.save(update_fields=["sealed", "faults"])
        return errors
    _settle(row, AsideRow.MENDED, origin)
    _audit("people.import-row-mended", row.taken, origin, row=row.row)
    return ()


def _take_row(
    row: AsideRow, cells: Mapping[str, str], context: Context | None
) -> tuple[Issue, ...]:
    checked, good = judge_row(row, cells, context), JudgedRows()
    if checked.faults:
        return checked.faults[row.row]
    if not checked.good.height:
        return (Issue(row.row, "NIK", "missing_value"),)
    good.add(checked.good)
    cards = family_indexes(good)
    for number, rows in batches(good):
        outcome = take_in(row.taken, prepare(number, rows), cards)
        if outcome.refused:
            return tuple(Issue(each, "NIK", kind) for each, kind in outcome.refused.items())
        _count_mended(row.taken, outcome.added, outcome.changed, outcome.unchanged)
    return ()


def judge_row(row: AsideRow, cells: Mapping[str, str], context: Context | None) -> Checked:
    """One row judged as its file was."""
    taken = row.taken
    context = context or context_for(taken.region_code, village=taken.village, on=taken.as_of)
    required = dict.fromkeys(REQUIRED_CELLS, "")
    return check(table_of_row({**required, **cells}, row.row), context)


def _count_mended(taken: ResidentImport, added: int, changed: int, unchanged: int) -> None:
    locked = ResidentImport.objects.select_for_update().get(pk=taken.pk)
    told = {"added": added, "changed": changed, "unchanged": unchanged, "aside": -1}
    locked.counts = {
        **locked.counts, **{name: locked.counts.get(name, 0) + n for name, n in told.items()}
    }  # fmt: skip
    locked.save(update_fields=["counts"])


@transaction.atomic
def drop_row(row_id: UUID, *, origin: Origin) -> None:
    """Settle a kept row without taking it: it was wrong altogether."""
    row = _open_row(row_id)
    _settle(row, AsideRow.DROPPED, origin)
    _count_mended(row.taken, 0, 0, 0)
    _audit("people.import-row-dropped", row.taken, origin, row=row.row)


def _open_row(row_id: UUID) -> AsideRow:
    row = AsideRow.objects.select_for_update(of=("self",)).select_related("taken").get(pk=row_id)
    if row.state != AsideRow.ASIDE:
        raise ConflictError("The row is settled", detail="It was mended or dropped before.")
    return row


def _settle(row: AsideRow, state: str, origin: Origin) -> None:
    # Its cells are of no use any more, and nothing about a person is kept without need.
    row.state, row.sealed, row.settled_by, row.settled_at = state, b"", origin.actor, Now()
    row.save(update_fields=["state", "sealed", "settled_by", "settled_at"])
