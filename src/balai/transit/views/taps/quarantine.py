"""The queue of taps in quarantine: looked at, released or rejected, one or many at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.guards import may_here, needs
from balai.kernel.access.lists import as_csv, wants_csv
from balai.kernel.access.origin import origin_of
from balai.transit.actions.judge_quarantine import MOST, Correction, Judged, reject, release, undo
from balai.transit.models import Quarantined
from balai.transit.queries.quarantine import Wanted, open_by_kind, quarantined_of
from balai.transit.views.taps.lists import listed

VERBS = {"release": release, "reject": reject, "undo": undo}
ASK = {
    "release": gettext_lazy("Release these taps"),
    "reject": gettext_lazy("Reject these taps"),
    "undo": gettext_lazy("Take these decisions back"),
}
TELL = {
    "release": gettext_lazy(
        "They count as if they had come good at first: journeys are priced anew, and settled ones"
        " get an adjustment."
    ),
    "reject": gettext_lazy("They never count, even when they are sent again."),
    "undo": gettext_lazy("They are open again; what was let in does not count until you decide."),
}


DONE = {
    "release": gettext_lazy("Taps released: %(n)d. You can take that back below."),
    "reject": gettext_lazy("Taps rejected: %(n)d. You can take that back below."),
    "undo": gettext_lazy("Decisions taken back: %(n)d."),
}


class JudgementForm(forms.Form):
    """Why, and what is put right."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)
    seconds_ahead = forms.IntegerField(
        label=gettext_lazy("Seconds the clock was ahead"), required=False,
        min_value=-(10**9), max_value=10**9,
        help_text=gettext_lazy("Taken off the time of each tap. Below zero where it was behind."),
    )  # fmt: skip
    stop_id = forms.CharField(
        label=gettext_lazy("Stop it really was"), required=False, max_length=255,
        help_text=gettext_lazy("The stop's id in the timetable."),
    )  # fmt: skip
    route_id = forms.CharField(
        label=gettext_lazy("Route it really was"), required=False, max_length=255,
        help_text=gettext_lazy("The route's id in the timetable."),
    )  # fmt: skip

    def __init__(self, *given: Any, verb: str, **more: Any) -> None:
        super().__init__(*given, **more)
        if verb != "release":
            for name in ("seconds_ahead", "stop_id", "route_id"):
                del self.fields[name]

    def correction(self) -> Correction:
        """What is put right as the taps are released."""
        told = self.cleaned_data
        return Correction(told.get("seconds_ahead") or 0, told.get("stop_id", ""),
                          told.get("route_id", ""))  # fmt: skip


@require_safe
@needs("transit.view_taps")
def queue(request: HttpRequest, city: str) -> HttpResponseBase:
    """What was set aside, why, and what was decided."""
    wanted = _wanted(request.GET)
    rows = quarantined_of(city, wanted)
    if wants_csv(request):
        header = ("received_at", "batch", "row", "kind", "state", "validator", "sequence", "field",
                  "value", "problem", "remedy", "decision")  # fmt: skip
        return as_csv("quarantine", header, rows.iterator(chunk_size=2000), _cells)
    return listed(
        request, "transit/quarantine.html", rows, wanted=wanted, counts=open_by_kind(city),
        kinds=Quarantined.Kind.choices, states=Quarantined.State.choices,
        judges=may_here(request, "transit.judge_taps"), most=MOST,
        total=min(rows.count(), MOST),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("transit.judge_taps")
def judge(request: HttpRequest, city: str) -> HttpResponse:
    """Ask for the reason and what is put right, then decide."""
    if request.method != "POST":
        # Reached by a change of language: what was chosen is no longer known.
        return redirect("transit:quarantine", city)
    verb = request.POST.get("verb", "")
    ids = _chosen(request, city)
    if verb not in VERBS or not ids:
        messages.warning(request, _("Choose at least one tap and what is to be done with it."))
        return redirect("transit:quarantine", city)
    decided = "reason" in request.POST
    form = JudgementForm(request.POST if decided else None, verb=verb)
    if decided and form.is_valid():
        return _decided(request, city, verb, ids, form)
    entries = Quarantined.objects.filter(city=city, pk__in=ids[:10]).order_by("-received_at", "pk")
    context = {
        "form": form, "verb": verb, "ids": ids, "entries": entries, "ask": ASK[verb],
        "tell": TELL[verb], "more": max(0, len(ids) - 10),
    }  # fmt: skip
    return render(request, "transit/taps/judge.html", context)


def _decided(
    request: HttpRequest, city: str, verb: str, ids: list[int], form: JudgementForm
) -> HttpResponse:
    more = {"correction": form.correction()} if verb == "release" else {}
    done = VERBS[verb](
        city, ids, origin=origin_of(request), reason=form.cleaned_data["reason"], **more
    )
    _tell(request, verb, done)
    state = {"release": "released", "reject": "rejected", "undo": "open"}[verb]
    return redirect(f"{reverse('transit:quarantine', args=[city])}?{urlencode({'state': state})}")


def _tell(request: HttpRequest, verb: str, done: Judged) -> None:
    if done.done:
        messages.success(request, DONE[verb] % {"n": done.done})
    for problem in dict.fromkeys(fault.problem for fault in done.faults):
        count = sum(fault.problem == problem for fault in done.faults)
        told = _("Not decided (%(n)d): %(problem)s.") % {"n": count, "problem": _(problem)}
        messages.warning(request, told)


def _wanted(given: Any) -> Wanted:
    told = {name: given.get(name, "")[:100] for name in ("kind", "state", "validator", "text")}
    return Wanted(**told)


def _chosen(request: HttpRequest, city: str) -> list[int]:
    if request.POST.get("all") == "yes":
        rows = quarantined_of(city, _wanted(request.POST))
        return list(rows.values_list("pk", flat=True)[:MOST])
    told = [each for each in request.POST.getlist("entry") if each.isdecimal() and len(each) < 19]
    return [int(each) for each in dict.fromkeys(told)][:MOST]


def _cells(row: Quarantined) -> tuple[Any, ...]:
    return (row.received_at.isoformat(), row.batch_id, row.row, row.kind, row.state, row.validator,
            row.sequence, row.field, row.value, row.problem, row.remedy, row.decision)  # fmt: skip
