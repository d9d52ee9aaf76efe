"""Duplicates: the queue of pairs, two records side by side, merges and their undoing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.access.actions import record
from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.access.origin import origin_of
from balai.kernel.people import facts
from balai.kernel.people.linkage import actions, queries
from balai.kernel.people.looks import Look, Purpose
from balai.kernel.people.models import CandidatePair, Decision
from balai.kernel.people.queries import open_person
from balai.kernel.people.templatetags.people import village_names
from balai.kernel.problems import ProblemError

FIELDS = {
    "first guess": gettext_noop("Before anything is compared"), "name": gettext_noop("Name"),
    "born": gettext_noop("Birth date"), "sex": gettext_noop("Sex"),
    "village": gettext_noop("Village"),
    "mother": gettext_noop("Mother's name"), "phone": gettext_noop("Telephone"),
}  # fmt: skip
FOUND = {
    "unknown": gettext_noop("not known of both"), "same": gettext_noop("the same"),
    "same words in another order": gettext_noop("the same words in another order"),
    "one letter apart": gettext_noop("one letter apart"),
    "another order, one letter apart": gettext_noop("another order of words, one letter apart"),
    "very similar": gettext_noop("very similar"),
    "words missing": gettext_noop("one has fewer words"),
    "another first name": gettext_noop("another first name"), "similar": gettext_noop("similar"),
    "different": gettext_noop("different"),
    "day and month changed round": gettext_noop("day and month changed round"),
    "one digit apart": gettext_noop("one digit apart"),
    "same day, another year": gettext_noop("the same day in another year"),
    "same year": gettext_noop("the same year"), "same village": gettext_noop("the same village"),
    "same district": gettext_noop("the same district"),
    "elsewhere in the city": gettext_noop("elsewhere in the city"), "": "",
}  # fmt: skip
REFUSALS = (
    gettext_noop("Undo that merge first."), gettext_noop("Correct the life status first."),
    gettext_noop("Undo the merge first."),
    gettext_noop("One of the records is not open to you."),
)  # fmt: skip


@require_safe
@never_cache
@needs("people.resolve_duplicates")
def pairs(request: HttpRequest, city: str) -> HttpResponseBase:
    """The pairs that wait for a judgement, the likeliest first, and how the search stands."""
    place: Any = getattr(request, "city", None)
    decision = request.GET.get("decision", Decision.OPEN)
    decision = decision if decision in Decision.values else Decision.OPEN
    text = request.GET.get("text", "")[:100]
    rows = queries.pairs(place.region_code, decision=decision, text=text)
    if wants_csv(request):
        record("people.pairs-exported", origin_of(request), subject=f"people/linkage/{city}",
               decision=decision)  # fmt: skip
        header = (_("one record"), _("other record"), _("probability"))
        return as_csv("duplicates", header, rows.iterator(), _cells)
    context = {
        "page": page_of(request, rows), "run": queries.newest_run(city), "decision": decision,
        "text": text, "decisions": Decision.choices, "csv": csv_url(request),
    }  # fmt: skip
    return render(request, "people/linkage/pairs.html", context)


@require_POST
@needs("people.resolve_duplicates")
def search(request: HttpRequest, city: str) -> HttpResponse:
    """Begin a search for duplicates."""
    run = actions.begin_search(city=city, by=request.user, origin=origin_of(request))  # type: ignore[arg-type]
    return redirect("jobs:job", city, run.job)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("people.resolve_duplicates")
def pair(request: HttpRequest, city: str, pair: UUID) -> HttpResponse:
    """Two records side by side with the evidence; the officer decides. Each showing is logged."""
    found = queries.pair(pair)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _decide(request, city, found)
    look = Look(request.user, Purpose("quality", _("judging whether two records are one person")),
                origin_of(request))  # fmt: skip
    left, right = open_person(found.left_id, look=look), open_person(found.right_id, look=look)
    context = {
        "pair": found, "left": left, "right": right, "rows": _side_by_side(left, right),
        "evidence": _waterfall(found),
        "villages": village_names([left.region_code, right.region_code]),
    }  # fmt: skip
    return render(request, "people/linkage/pair.html", context)


def _decide(request: HttpRequest, city: str, found: CandidatePair) -> HttpResponse:
    decision, note = request.POST.get("decision", ""), request.POST.get("note", "")[:500]
    origin = origin_of(request)
    try:
        if decision in ("keep-left", "keep-right"):
            kept = found.left_id if decision == "keep-left" else found.right_id
            actions.merge_pair(found.pk, kept, note=note, origin=origin)
            messages.success(request, _("The records are merged. It can be undone under Merges."))
        else:
            actions.judge(found.pk, decision, note=note, origin=origin)
            messages.success(request, _("The judgement is kept."))
    except ProblemError as error:
        messages.error(request, _(error.detail))
    return redirect("people:pairs", city)


def _side_by_side(left: Any, right: Any) -> list[dict[str, Any]]:
    """The fields of two records in one table; `same` where both say the same."""
    rows = [
        (_("Name"), left.name, right.name), (_("Sex"), _sex(left.sex), _sex(right.sex)),
        (_("Birth date"), left.birth_date, right.birth_date),
        (_("Birth place"), left.birth_place, right.birth_place),
        (_("Mother's name"), left.mother_name, right.mother_name),
        (_("Village"), *village_names_of(left, right)),
        (_("Numbers"), _numbers(left), _numbers(right)),
    ]  # fmt: skip
    return [
        {"title": title, "left": one, "right": other,
         "same": one == other and one not in ("", None)}
        for title, one, other in rows
    ]  # fmt: skip


def _cells(pair: CandidatePair) -> tuple[Any, ...]:
    return pair.left.name, pair.right.name, round(pair.probability, 6)


def village_names_of(left: Any, right: Any) -> tuple[str, str]:
    """The names of the villages of two records."""
    names = village_names([left.region_code, right.region_code])
    return names[left.region_code], names[right.region_code]


def _sex(code: str) -> str:
    from django.utils.translation import get_language

    titles = facts.title_of("sex", code)
    return titles.get("id" if (get_language() or "id").startswith("id") else "en", "")


def _numbers(record: Any) -> str:
    return ", ".join(f"{each.scheme.upper()} {each.shown}" for each in record.numbers)


def _waterfall(found: CandidatePair) -> list[dict[str, Any]]:
    """The evidence field by field, with the sum after each."""
    total, rows = 0.0, []
    for each in found.evidence:
        total += each["bits"]
        rows.append({
            "title": _(FIELDS.get(each["field"], each["field"])),
            "found": _(FOUND.get(each["found"], each["found"])) if each["found"] else "",
            "bits": f"{each['bits']:+.1f}", "total": f"{total:+.1f}",
            "says": _says(each["bits"]) if each["found"] else "",
        })  # fmt: skip
    return rows


def _says(bits: float) -> str:
    """Evidence in words: 3 bits are odds of 8 to 1, 7 bits of more than 100 to 1."""
    if abs(bits) < 1:
        return _("says little")
    for_one = (_("speaks for one person"), _("speaks strongly for one person"),
               _("speaks very strongly for one person"))  # fmt: skip
    against = (_("speaks against it"), _("speaks strongly against it"),
               _("speaks very strongly against it"))  # fmt: skip
    return (for_one if bits > 0 else against)[(abs(bits) >= 3) + (abs(bits) >= 7)]


@require_safe
@never_cache
@needs("people.resolve_duplicates")
def merges(request: HttpRequest, city: str) -> HttpResponse:
    """What was merged, and by whom; each can be undone."""
    place: Any = getattr(request, "city", None)
    page = page_of(request, queries.merges(place.region_code))
    lines = [(merge, _(reason) if (reason := actions.why_not_undone(merge)) else "")
             for merge in page]  # fmt: skip
    return render(request, "people/linkage/merges.html", {"page": page, "lines": lines})


@require_POST
@needs("people.resolve_duplicates")
def undo(request: HttpRequest, city: str, merge: UUID) -> HttpResponse:
    """Take a merge back."""
    try:
        actions.undo_merge(merge, origin=origin_of(request))
        messages.success(request, _("The merge was undone; both records stand as before."))
    except ProblemError as error:
        messages.error(request, _(error.detail))
    return redirect("people:merges", city)
