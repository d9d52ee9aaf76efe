"""The job that imports a file of residents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from balai.kernel.access.origin import Origin
from balai.kernel.jobs.kinds import job
from balai.kernel.jobs.work import Work
from balai.kernel.people.intake import uploads
from balai.kernel.people.intake.engine import FileRefusedError
from balai.kernel.people.intake.process import process
from balai.kernel.people.intake.retry import mended_file
from balai.kernel.people.models import ImportState, ResidentImport
from balai.kernel.problems import ProblemError


@job(
    "people.import",
    title={"id": "Impor penduduk", "en": "Import of residents"},
    labels={
        "added": {"id": "Ditambahkan", "en": "Added"},
        "changed": {"id": "Diubah", "en": "Changed"},
        "aside": {"id": "Ditahan", "en": "Kept aside"},
    },
)
def import_residents(work: Work, taken: str) -> Mapping[str, Any]:
    """Take in the uploaded file of an import; taken up again, it skips the batches done."""
    with work.rows():
        found = ResidentImport.objects.get(pk=taken)
    if found.state in {ImportState.WAITING, ImportState.RUNNING}:
        work.do("running", _begin, found)
        with work.rows():
            found.refresh_from_db()
        process(found, uploads.kept_chunks(found.upload, found.pk), work)
    url = reverse("people:import", args=[found.city, found.pk])
    return {**found.counts, "import": taken, "state": found.state, "url": url}


@job(
    "people.import-mend",
    title={"id": "Perbaikan baris impor", "en": "Mending of rows kept aside"},
    labels={
        "taken": {"id": "Masuk", "en": "Went in"},
        "aside": {"id": "Masih ditahan", "en": "Still kept aside"},
        "unmatched": {"id": "Bukan baris yang ditahan", "en": "No row kept aside"},
    },
)
def mend_rows(work: Work, taken: str, upload: str, name: str) -> Mapping[str, Any]:
    """Take the rows of a mended workbook in; taken up again, it skips the rows done."""
    with work.rows():
        found = ResidentImport.objects.get(pk=taken)
    by = work.started_by
    origin = Origin(by.get_username() if by else "", None, "job")
    try:
        counts = mended_file(found, uploads.kept_chunks(name, UUID(upload)), origin, work)
    except FileRefusedError as error:
        raise ProblemError("The file was refused", detail=str(error)) from error
    uploads.drop(name)
    return {**counts, "url": reverse("people:import_aside", args=[found.city, found.pk])}


def _begin(taken: ResidentImport) -> None:
    taken.state = ImportState.RUNNING
    taken.save(update_fields=["state"])
