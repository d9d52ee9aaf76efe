"""Long work: in the database, with progress, taken up again after a crash, done once.

    @job("people.import", title={"id": "Impor warga", "en": "Import of residents"})
    def run(work: Work, *, file: str) -> dict[str, Any]:
        for number, chunk in enumerate(chunks):
            with work.step(f"chunk {number}") as fresh:
                if fresh:
                    take_in(chunk)
            work.progress(number + 1, len(chunks), "chunks taken in")
        return {"rows": total}

    start("people.import", city="makassar", by=user, arguments={"file": name}, key=upload_id)

Everything is had from here; what touches the database is loaded when it is asked for, because
Django imports this package before its tables are known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from balai.kernel.jobs.kinds import JobKind, TransientError, daily, every, job

if TYPE_CHECKING:
    from balai.kernel.jobs.actions import cancel, retry, start
    from balai.kernel.jobs.models import Job
    from balai.kernel.jobs.runner import run_waiting
    from balai.kernel.jobs.work import Work

__all__ = [
    "Job", "JobKind", "TransientError", "Work", "cancel", "daily", "every", "job", "retry",
    "run_waiting", "start",
]  # fmt: skip
LATE = {
    "start": "actions", "cancel": "actions", "retry": "actions", "run_waiting": "runner",
    "Work": "work", "Job": "models",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in LATE:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{LATE[name]}"), name)
