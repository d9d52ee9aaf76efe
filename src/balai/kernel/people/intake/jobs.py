"""The job that imports a file of residents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from balai.kernel.jobs.kinds import job
from balai.kernel.jobs.work import Work
from balai.kernel.people.intake import uploads
from balai.kernel.people.intake.process import process
from balai.kernel.people.models import ImportState, ResidentImport


@job("people.import", title={"id": "Impor penduduk", "en": "Import of residents"})
def import_residents(work: Work, taken: str) -> Mapping[str, Any]:
    """Take in the uploaded file of an import; taken up again, it skips the batches done."""
    with work.rows():
        found = ResidentImport.objects.get(pk=taken)
    if found.state in {ImportState.WAITING, ImportState.RUNNING}:
        work.do("running", _begin, found)
        with work.rows():
            found.refresh_from_db()
        process(found, uploads.kept_chunks(found.upload, found.pk), work)
    return {"import": taken, "state": found.state, "counts": found.counts}


def _begin(taken: ResidentImport) -> None:
    taken.state = ImportState.RUNNING
    taken.save(update_fields=["state"])
