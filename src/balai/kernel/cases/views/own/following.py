"""Following one's requests: the list, where one stands, its receipt and its papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from balai.kernel.access.lists import page_of
from balai.kernel.access.origin import origin_of
from balai.kernel.cases import queries
from balai.kernel.cases.queries import CaseView, QueueRow
from balai.kernel.cases.views.own import progress
from balai.kernel.cases.views.own.guards import city_of, own_case, signed_in
from balai.kernel.cases.words import titled
from balai.kernel.documents import queries as documents
from balai.kernel.people.queries import person_of
from balai.kernel.problems import MissingError

WAITING = frozenset({"draft", "returned"})
FINISHED = frozenset({"approved", "refused", "withdrawn"})


@require_safe
@signed_in
def listing(request: HttpRequest, city: str) -> HttpResponse:
    """My requests: those that wait for me first, by state and words."""
    here = city_of(request).slug
    rows = [each for each in queries.cases_of(person_of(request.user), request.user)
            if each.city == here]  # fmt: skip
    which, asked = request.GET.get("which", ""), request.GET.get("q", "").strip()[:80]
    counts = {name: sum(group_of(each) == name for each in rows)
              for name in ("waiting", "open", "finished")}  # fmt: skip
    chosen = [each for each in rows if which not in counts or group_of(each) == which]
    found = [each for each in chosen if asked.casefold() in _text(each)]
    found.sort(key=lambda each: ("waiting", "open", "finished").index(group_of(each)))
    tabs = [("", _("All"), len(rows)), ("waiting", _("Waiting for you"), counts["waiting"]),
            ("open", _("In progress"), counts["open"]),
            ("finished", _("Finished"), counts["finished"])]  # fmt: skip
    return render(request, "cases/own/list.html", {
        "page": page_of(request, found), "which": which if which in counts else "",
        "asked": asked, "tabs": tabs, "total": len(rows),
    })  # fmt: skip


@require_safe
@signed_in
def own(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """Where a request stands: the promise first, then the way it goes."""
    return render(request, "cases/own/case.html", _standing(request, own_case(request, case)))


@require_safe
@signed_in
def sent(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """That a request has arrived: its number, its promise, and what happens next."""
    found = own_case(request, case)
    if found.submitted_at is None:
        return redirect("cases:check", city, case)
    context = {
        "case": found,
        "stages": progress.stages_of(found),
        "place": progress.place_of(found),
    }
    return render(request, "cases/own/sent.html", context)


@require_safe
@signed_in
def receipt(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """The receipt of a request, to print."""
    found = own_case(request, case)
    if found.submitted_at is None:
        raise MissingError("A draft has no receipt")
    return render(request, "cases/own/receipt.html", {
        "case": found, "place": progress.place_of(found), "printed": timezone.now(),
        "here": request.build_absolute_uri(reverse("cases:own", args=[city, case])),
    })  # fmt: skip


@require_safe
@signed_in
def paper(request: HttpRequest, city: str, case: UUID, file: UUID) -> HttpResponse:
    """A paper of one's own, as it was given."""
    found = own_case(request, case)
    given = next((each for each in found.files if each.id == file), None)
    if given is None:
        raise MissingError("There is no such paper")
    content = queries.file_content(found.id, given.id, origin=origin_of(request), own=True)
    answer = HttpResponse(content, content_type=given.media_type)
    how = "attachment" if "save" in request.GET else "inline"
    suffix = given.media_type.rpartition("/")[2]
    answer["Content-Disposition"] = f'{how}; filename="{given.code}.{suffix}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def group_of(row: QueueRow | CaseView) -> str:
    """Whether a request waits for its resident, goes on, or is finished."""
    if row.status in WAITING:
        return "waiting"
    return "finished" if row.status in FINISHED else "open"


def _standing(request: HttpRequest, case: CaseView) -> dict[str, Any]:
    return {
        "case": case, "stages": progress.stages_of(case), "promise": progress.promise_of(case),
        "holder": progress.holder_of(case), "place": progress.place_of(case),
        "reason": progress.reason_of(case), "asks": progress.asks_in_words(case),
        "ground": progress.ground_of(case), "appeal_until": progress.appeal_open_until(case),
        "appealed": any(each.kind == "appeal" for each in case.events),
        "document": _document(case), "notes": notes_of(case), "group": group_of(case),
    }  # fmt: skip


def notes_of(case: CaseView) -> Sequence[Any]:
    """What the resident and the office wrote to each other."""
    return [each for each in case.events if each.kind == "note" and each.words]


def _document(case: CaseView) -> Any:
    """The document that the request led to, once every signature is on it."""
    if case.document_id is None or case.status != "approved" or case.person_id is None:
        return None
    try:
        return documents.one(case.document_id, case.city)
    except MissingError:
        return None


def _text(row: QueueRow) -> str:
    return f"{row.number} {titled(row.service.titles)}".casefold()
