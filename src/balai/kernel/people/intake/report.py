"""The report of an import, for files, the command line and the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from balai.kernel.people.intake.aside import issue_of, issue_of_kept
from balai.kernel.people.intake.engine.issues import KINDS
from balai.kernel.people.models import AsideRow, ImportIssue, ResidentImport


def summary(taken: ResidentImport) -> dict[str, Any]:
    """What came of an import, without its issues."""
    counts = {name: n for name, n in taken.counts.items() if name != "value"}
    return {
        "import": str(taken.pk), "city": taken.city, "region": taken.region_code,
        "file": taken.file_name, "state": taken.state, "dry_run": taken.dry_run,
        "problem": refusal(taken)[0], "remedy": refusal(taken)[1], "counts": counts,
        "issue_totals": dict(taken.totals), "errors": _of(taken, "error"),
        "warnings": _of(taken, "warning"),
    }  # fmt: skip


def report(taken: ResidentImport) -> dict[str, Any]:
    """The summary with every issue that is listed: file, row, field, value, problem, remedy."""
    return {**summary(taken), "issues": list(issues(taken))}


def issues(taken: ResidentImport) -> Iterator[dict[str, Any]]:
    """The issues by row; a NIK or family card number shows six digits at most."""
    for kept in ImportIssue.objects.filter(taken=taken).order_by("row", "id").iterator():
        yield issue_of_kept(kept).as_dict(taken.file_name)


def refusal(taken: ResidentImport) -> tuple[str, str]:
    """Why a file was refused and the mend, in English; empty where it was not."""
    value = taken.counts.get("value", "")
    return taken.problem.format(value=value), taken.remedy.format(value=value)


def rejected(taken: ResidentImport) -> Iterator[dict[str, Any]]:
    """The rows still kept aside, each with what is wrong with it."""
    rows = AsideRow.objects.filter(taken=taken, state=AsideRow.ASIDE).order_by("row")
    for row in rows.iterator():
        faults = [issue_of(row, fault).as_dict(taken.file_name) for fault in row.faults]
        yield {"id": str(row.pk), "row": row.row, "issues": faults}


def _of(taken: ResidentImport, severity: str) -> int:
    return sum(n for kind, n in taken.totals.items() if KINDS[kind].severity == severity)
