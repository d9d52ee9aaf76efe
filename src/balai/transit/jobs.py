"""What runs beside the requests: importing a feed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django_tasks import task
from django_tasks.exceptions import TaskResultDoesNotExist

from balai.kernel.problems import ProblemError
from balai.transit.actions.import_feed import Provenance, import_feed


@dataclass(frozen=True, slots=True)
class ImportStatus:
    """How an import stands. `refused` tells why a file is no feed; `feed` is the version made."""

    state: str
    refused: str = ""
    feed: int | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "refused", "failed")


@task()
def import_uploaded_feed(
    *, city: str, name: str, source: str = "", licence: str = "", credit: str = ""
) -> dict[str, Any]:
    """Import a feed that was uploaded; the file goes once it has been read."""
    with default_storage.open(name) as file:
        content = file.read()
    provenance = Provenance(source=source, licence=licence, credit=credit)
    try:
        imported = import_feed(content, city=city, provenance=provenance)
    except ProblemError as refused:
        return {"refused": " ".join(refused.lines())}
    finally:
        default_storage.delete(name)
    return {"feed": imported.version.pk}


def import_status(job: str) -> ImportStatus | None:
    """How the import with this job's id stands; None where there is no such job."""
    try:
        result = import_uploaded_feed.get_result(job)
    except (TaskResultDoesNotExist, ValueError):
        return None
    state = str(result.status).rpartition(".")[2].lower()
    if state == "successful":
        value = result.return_value
        refused = value.get("refused", "")
        return ImportStatus("refused" if refused else "done", refused, value.get("feed"))
    return ImportStatus(state)
