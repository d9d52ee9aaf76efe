"""An act on a case by page: once for each form, and only on the case as it was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from balai.kernel.access.origin import origin_of
from balai.kernel.cases import actions
from balai.kernel.cases.forms.desk import FORMS, ActForm
from balai.kernel.cases.models import Case
from balai.kernel.cases.queries import CaseView
from balai.kernel.cases.queries.case import view_of
from balai.kernel.cases.views.desk.guards import for_officers, place_of, row_here
from balai.kernel.problems import MissingError, ProblemError


@dataclass(frozen=True, slots=True)
class Button:
    """An act as a page offers it: `at_once` without a page of its own; what is said when it is
    done.
    """

    title: Any
    done: Any
    icon: str = ""
    look: str = "sec"
    at_once: bool = False
    note: Any = ""


ACTS: dict[str, Button] = {
    "claim": Button(
        gettext_lazy("Claim"),
        gettext_lazy("You hold this request now. You can release it again."),
        "person",
        "",
        at_once=True,
    ),
    "resume": Button(
        gettext_lazy("End the pause"),
        gettext_lazy("The pause has ended; the clock runs."),
        "clock",
        "",
        at_once=True,
    ),
    "check": Button(
        gettext_lazy("Checked: pass on"),
        gettext_lazy("Checked. The request went to the next step."),
        "ok",
        "",
    ),
    "approve": Button(gettext_lazy("Approve"), gettext_lazy("The request is approved."), "ok", ""),
    "sign": Button(gettext_lazy("Sign"), gettext_lazy("The document is signed."), "shield", ""),
    "return": Button(
        gettext_lazy("Return to the resident"),
        gettext_lazy("Returned. The clock stands until it is mended."),
        "back",
        note=gettext_lazy("The resident is told what to mend. The clock stands meanwhile."),
    ),
    "resubmit": Button(
        gettext_lazy("Take as mended"),
        gettext_lazy("The request goes on."),
        "go",
        note=gettext_lazy("For a resident at the counter: what was asked for is there."),
    ),
    "send_back": Button(
        gettext_lazy("Send back a step"), gettext_lazy("The request is back at the step."), "back"
    ),
    "pause": Button(
        gettext_lazy("Pause"),
        gettext_lazy("Paused. The clock stands."),
        "mute",
        note=gettext_lazy("The clock stands until you end the pause; the resident is told."),
    ),
    "hand_over": Button(
        gettext_lazy("Hand over"),
        gettext_lazy("Handed over. The other office has it now."),
        "swap",
        note=gettext_lazy("The promise to the resident stays the same."),
    ),
    "assign": Button(gettext_lazy("Assign"), gettext_lazy("Assigned."), "person"),
    "note": Button(gettext_lazy("Add a note"), gettext_lazy("The note is kept."), "edit"),
    "attach": Button(
        gettext_lazy("Attach a paper"), gettext_lazy("The paper is attached."), "upload"
    ),
    "migrate": Button(
        gettext_lazy("Move to another version"),
        gettext_lazy("The request follows the version."),
        "swap",
    ),
    "appeal": Button(
        gettext_lazy("Write down an appeal"), gettext_lazy("The appeal is written down."), "edit"
    ),
    "withdraw": Button(
        gettext_lazy("Withdraw for the resident"),
        gettext_lazy("The request is withdrawn."),
        "leave",
        note=gettext_lazy("Only where the resident asked for it. It ends the request."),
    ),
    "release": Button(
        gettext_lazy("Release"),
        gettext_lazy("Released. A colleague can take it."),
        "leave",
        at_once=True,
    ),
    "refuse": Button(
        gettext_lazy("Refuse"),
        gettext_lazy("Refused. The resident is told the ground and how to appeal."),
        "late",
        "warn",
        note=gettext_lazy("A refusal ends the request. The resident may appeal."),
    ),
}
"""The acts of officers in the order in which a page shows them."""
CONFIRMED = frozenset({"refuse", "withdraw"})
"""Acts that end a case against its course: shown once more before they are done."""


def offered(case: CaseView) -> list[dict[str, Any]]:
    """The acts possible now, each with its button; the first is the one to be done next."""
    return [{"kind": kind, "button": button} for kind, button in ACTS.items() if kind in case.acts]


def new_key() -> str:
    """A key for one form: what is posted twice with it acts once."""
    return uuid4().hex


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def act(request: HttpRequest, city: str, case: UUID, kind: str) -> HttpResponse:
    """Ask what the act needs, confirm what cannot be taken back, and do it."""
    if kind not in FORMS:
        raise Http404
    row = row_here(request, case)
    seen = view_of(row, user=request.user)
    if request.method != "POST":
        if kind not in seen.acts:
            messages.warning(request, _("This cannot be done as the request stands now."))
            return redirect("cases:desk", city, case)
        return _page(request, seen, kind, act_form(request, seen, kind, None))
    form = act_form(request, seen, kind, request.POST)
    if not form.is_valid():
        return _page(request, seen, kind, form, status=422)
    if kind in CONFIRMED and "confirmed" not in request.POST:
        return _page(request, seen, kind, form, confirm=True)
    return _tried(request, city, row, kind, form)


def act_form(request: HttpRequest, seen: CaseView, kind: str, data: Any) -> ActForm:
    """The form of an act, fresh for the state of the case or as it was posted."""
    initial: dict[str, Any] = {"expected": seen.sequence, "key": new_key()}
    files = request.FILES if data is not None else None
    return FORMS[kind](data, files, case=seen, city=place_of(request), initial=initial)


def do(request: HttpRequest, case: UUID, kind: str, form: ActForm) -> CaseView:
    """Do the act of a valid form; ProblemError where it is refused or comes too late."""
    user: Any = request.user
    key = f"page:{user.get_username()}:{form.cleaned_data['key']}"[:200]
    given: dict[str, Any] = {"by": user, "origin": origin_of(request)}
    payload = form.payload()
    if kind == "migrate":
        return actions.move_to_version(
            case, payload["version"], expected=form.cleaned_data["expected"],
            step=payload.get("step", ""), **given,
        )  # fmt: skip
    given |= {"expected": form.cleaned_data["expected"], "key": key}
    if kind == "attach":
        return actions.attach_file(case, payload["code"], payload["file"], quiet=False, **given)
    return actions.act(case, kind, payload=payload, **given)


def _tried(request: HttpRequest, city: str, row: Case, kind: str, form: ActForm) -> HttpResponse:
    try:
        do(request, row.id, kind, form)
    except MissingError:
        raise
    except ProblemError as error:
        return _refused(request, city, row.id, kind, form, error)
    messages.success(request, ACTS[kind].done)
    return redirect(_next(request, city, row.id))


def _refused(
    request: HttpRequest, city: str, case: UUID, kind: str, form: ActForm, error: ProblemError
) -> HttpResponse:
    seen = view_of(row_here(request, case), user=request.user)
    if error.kind != "stale":
        put_on(form, error)
        return _page(request, seen, kind, form, status=error.status)
    # The words stay as they were typed; the form now answers to the case as it stands.
    data = request.POST.copy()
    data["expected"], data["key"] = str(seen.sequence), new_key()
    again = act_form(request, seen, kind, data)
    return _page(request, seen, kind, again, status=409, stale=seen.events[-1])


def put_on(form: ActForm, error: ProblemError) -> None:
    """The refusal at the fields it names; what names none on top."""
    for fault in error.faults:
        said = ". ".join(each for each in (fault.problem.rstrip("."), fault.remedy) if each)
        form.add_error(fault.field if fault.field in form.fields else None, said)
    if not error.faults:
        form.add_error(None, " ".join(dict.fromkeys([error.title, error.detail])).strip()
                       if error.title not in error.detail else error.detail)  # fmt: skip


def _page(
    request: HttpRequest, seen: CaseView, kind: str, form: ActForm, *, status: int = 200,
    confirm: bool = False, stale: Any = None,
) -> HttpResponse:  # fmt: skip
    changes = []
    if kind == "migrate":
        versions: Any = form.fields["version"]
        others = [value for value, _title in versions.choices]
        changes = [(each, actions.preview_version(seen.id, each)) for each in others]
    context = {
        "case": seen, "kind": kind, "button": ACTS[kind], "form": form, "confirm": confirm,
        "stale": stale, "possible": kind in seen.acts, "changes": changes,
        "next": request.POST.get("next", request.GET.get("next", "")),
        "is_upload": kind == "attach",
    }  # fmt: skip
    return render(request, "cases/desk/act.html", context, status=status)


def _next(request: HttpRequest, city: str, case: UUID) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
        return wanted
    return reverse("cases:desk", args=[city, case])
