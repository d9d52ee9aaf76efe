"""Imports of residents: upload, progress, report, mending, undoing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.access.actions import record
from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.access.origin import origin_of
from balai.kernel.people.intake import actions, aside
from balai.kernel.people.intake.engine import FileRefusedError, Issue
from balai.kernel.people.intake.engine.columns import SYNONYMS, normal
from balai.kernel.people.intake.engine.issues import KINDS
from balai.kernel.people.intake.forms import MendedFileForm, MendForm, UploadForm
from balai.kernel.people.intake.retry import begin_mending, workbook_of
from balai.kernel.people.intake.undo import undo_import, why_not
from balai.kernel.people.models import AsideRow, ImportIssue, ImportState, ResidentImport
from balai.kernel.problems import ProblemError

FIELD_OF = {heading: name for name, headings in SYNONYMS.items() for heading in headings}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("people.import")
def imports(request: HttpRequest, city: str) -> HttpResponse:
    """The imports of the city, the newest first, and the form that begins another."""
    place: Any = getattr(request, "city", None)
    form = UploadForm(request.POST or None, request.FILES or None, city=place)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            taken = actions.begin_import(
                file, city=city, file_name=file.name, by=request.user,  # type: ignore[arg-type]
                origin=origin_of(request), village=form.cleaned_data["village"],
                dry_run=form.cleaned_data["dry_run"],
            )  # fmt: skip
        except ProblemError as error:
            form.add_error("file", _(error.detail or error.title))
        else:
            return redirect("people:import", city, taken.pk)
    rows = ResidentImport.objects.filter(city=city).order_by("-created_at")
    context = {"page": page_of(request, rows), "form": form}
    return render(request, "people/intake/imports.html", context,
                  status=422 if form.errors else 200)  # fmt: skip


@require_safe
@never_cache
@needs("people.import")
def one(request: HttpRequest, city: str, taken: UUID) -> HttpResponseBase:
    """How far an import is, then its report; as a file too."""
    found = _import(city, taken)
    is_open = found.state in (ImportState.WAITING, ImportState.RUNNING)
    chosen = {name: request.GET.get(name, "")[:100] for name in ("severity", "kind", "field")}
    rows = _issues(found, chosen)
    if wants_csv(request):
        header = (_("row"), _("field"), _("value"), _("severity"), _("problem"), _("remedy"))
        return as_csv("import-report", header, rows.iterator(), _issue_cells)
    page = page_of(request, rows)
    context = {
        "taken": found, "is_open": is_open, "page": page, "chosen": chosen,
        "issues": [_words(aside.issue_of_kept(each)) for each in page],
        "kinds": [(kind, _short(kind), count) for kind, count in found.totals.items()],
        "refusal": _refusal(found), "csv": csv_url(request), "why_not": _(why_not(found)) if
        why_not(found) else "", "job": _job(found) if is_open else None,
        "waiting": AsideRow.objects.filter(taken=found, state=AsideRow.ASIDE).count(),
    }  # fmt: skip
    answer = render(request, "people/intake/import.html", context)
    if is_open:
        answer["Refresh"] = "2"
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("people.import")
def aside_rows(request: HttpRequest, city: str, taken: UUID) -> HttpResponse:
    """The rows kept aside, to be mended here, or in a workbook and uploaded again."""
    found = _import(city, taken)
    form = MendedFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            job = begin_mending(found, form.cleaned_data["file"], by=request.user,  # type: ignore[arg-type]
                                origin=origin_of(request))  # fmt: skip
        except FileRefusedError as error:
            told = [_(text).format(value=error.value) for text in (error.problem, error.remedy)]
            form.add_error("file", ". ".join(told))
        except ProblemError as error:
            form.add_error("file", _(error.detail))
        else:
            return redirect("jobs:job", city, job.pk)
    rows = AsideRow.objects.filter(taken=found, state=AsideRow.ASIDE).order_by("row")
    page = page_of(request, rows)
    lines = [(row, [_words(aside.issue_of(row, fault)) for fault in row.faults]) for row in page]
    context = {"taken": found, "page": page, "lines": lines, "form": form}
    return render(request, "people/intake/aside.html", context,
                  status=422 if form.errors else 200)  # fmt: skip


@require_safe
@never_cache
@needs("people.import")
def aside_file(request: HttpRequest, city: str, taken: UUID) -> HttpResponse:
    """The rows kept aside as a workbook whose cells are text; the download is audited."""
    found = _import(city, taken)
    record("people.import-exported", origin_of(request), subject=f"people/import/{found.pk}")
    answer = HttpResponse(workbook_of(found, _), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="baris-{str(found.pk)[:8]}.xlsx"'
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("people.import")
def mend(request: HttpRequest, city: str, taken: UUID, row: UUID) -> HttpResponse:
    """One row kept aside, each fault at its field; mended, it goes in."""
    found = _import(city, taken)
    kept = AsideRow.objects.filter(pk=row, taken=found, state=AsideRow.ASIDE).first()
    if kept is None:
        raise Http404
    cells = {name: aside.shown(cell) for name, cell in aside.cells_of(kept).items()}
    form = MendForm(request.POST or None, cells=cells)
    faults = [aside.issue_of(kept, fault) for fault in kept.faults]
    if request.method == "POST" and form.is_valid():
        if "drop" in request.POST:
            actions.drop_row(row, origin=origin_of(request))
            messages.success(request, _("Row %(row)s was dropped.") % {"row": kept.row})
            return redirect("people:import_aside", city, taken)
        faults = list(actions.mend_row(row, form.cleaned_data, origin=origin_of(request)))
        if not any(fault.severity == "error" for fault in faults):
            messages.success(request, _("Row %(row)s went in.") % {"row": kept.row})
            return redirect("people:import_aside", city, taken)
    if not form.is_bound:
        form = MendForm(cells, cells=cells)
        form.is_valid()
    _tell(form, faults)
    context = {"taken": found, "row": kept, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "people/intake/mend.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("people.import")
def undo(request: HttpRequest, city: str, taken: UUID) -> HttpResponse:
    """Take an import back, after asking; or say why that cannot be."""
    found = _import(city, taken)
    if request.method == "POST":
        try:
            done = undo_import(taken, origin=origin_of(request))
        except ProblemError as error:
            messages.error(request, _(error.detail))
        else:
            messages.success(request, _("%(removed)s residents were removed; %(kept)s stay, because"
                                        " they were looked at, changed or used since.")
                             % done.undone)  # fmt: skip
        return redirect("people:import", city, taken)
    reason = why_not(found)
    context = {"taken": found, "why_not": _(reason) if reason else ""}
    return render(request, "people/intake/undo.html", context)


@require_POST
@needs("people.import")
def drop(request: HttpRequest, city: str, taken: UUID, row: UUID) -> HttpResponse:
    """Settle a row without taking it."""
    _import(city, taken)
    actions.drop_row(row, origin=origin_of(request))
    return redirect("people:import_aside", city, taken)


def _import(city: str, taken: UUID) -> ResidentImport:
    found = ResidentImport.objects.filter(pk=taken, city=city).first()
    if found is None:
        raise Http404
    return found


def _issues(found: ResidentImport, chosen: dict[str, str]) -> Any:
    rows = ImportIssue.objects.filter(taken=found)
    for name in ("severity", "kind"):
        if chosen[name]:
            rows = rows.filter(**{name: chosen[name]})
    if chosen["field"]:
        rows = rows.filter(field__icontains=chosen["field"])
    return rows.order_by("row", "id")


def _words(issue: Issue) -> dict[str, Any]:
    kind = KINDS[issue.kind]
    return {
        "row": issue.row, "field": issue.field, "value": issue.value, "severity": issue.severity,
        "problem": issue.words(_(kind.problem)), "remedy": issue.words(_(kind.remedy)),
    }  # fmt: skip


def _issue_cells(kept: ImportIssue) -> list[Any]:
    told = _words(aside.issue_of_kept(kept))
    return [told[name] for name in ("row", "field", "value", "severity", "problem", "remedy")]


def _short(kind: str) -> str:
    return _(KINDS[kind].problem).format(value="…", other="…", field="…")


def _refusal(found: ResidentImport) -> tuple[str, str] | None:
    if not found.problem:
        return None
    value = found.counts.get("value", "")
    return _(found.problem).format(value=value), _(found.remedy).format(value=value)


def _job(found: ResidentImport) -> Any:
    from balai.kernel.jobs.queries import find

    return find(found.job) if found.job else None


def _tell(form: MendForm, faults: list[Issue]) -> None:
    """Put each fault at the field that its heading names."""
    for issue in faults:
        if issue.severity == "error":
            name = FIELD_OF.get(normal(issue.field), "")
            told = _words(issue)
            form.add_error(name if name in form.fields else None,
                           f"{told['problem']}. {told['remedy']}.")  # fmt: skip
