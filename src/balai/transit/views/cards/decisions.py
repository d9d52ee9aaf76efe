"""The officers' desk of disputes and concessions: queues by promise, evidence, decisions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.access.origin import origin_of
from balai.kernel.access.reading import Reading, note_reading
from balai.kernel.people.queries import Look, Purpose
from balai.kernel.people.queries import cards as names_of
from balai.kernel.problems import ProblemError
from balai.transit.actions.cards.concessions import (
    grant_concession,
    refuse_claim,
    revoke_concession,
)
from balai.transit.actions.cards.disputes import refund_dispute, refuse_dispute
from balai.transit.card_forms import AnswerForm, DecisionForm, ReasonForm, title_of
from balai.transit.engine.concessions import Facts, judge
from balai.transit.models import CardAccount, ConcessionClaim, Dispute
from balai.transit.queries.card_rules import groups
from balai.transit.queries.concessions import claim_at, claim_queue, facts_of
from balai.transit.queries.disputes import dispute_at, dispute_queue, evidence_of
from balai.transit.queries.journeys import names_of_taps
from balai.transit.queries.rides import ride_at
from balai.transit.views.cards.refusals import actor_of, found_or_404, tell
from balai.transit.views.cards.words import TAGS, told_rides

DISPUTES, CONCESSIONS = "transit.decide_disputes", "transit.decide_concessions"


@require_safe
@needs(DISPUTES)
@found_or_404
def disputes(request: HttpRequest, city: str) -> HttpResponseBase:
    """Disputes, those promised first on top."""
    state = _state(request, Dispute.State.values, "open")
    found = dispute_queue(city, state)
    if wants_csv(request):
        header = ("dispute", "why", "state", "charge", "refund", "filed_at", "due_at", "decided_at")
        return as_csv("disputes", header, found.iterator(chunk_size=2000), _dispute_cells)
    context = _queue(request, found, state, Dispute.State.choices)
    return render(request, "transit/cards/disputes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(DISPUTES)
@found_or_404
def dispute(request: HttpRequest, city: str, dispute: UUID) -> HttpResponse:
    """A dispute with its evidence, and the decision."""
    found = dispute_at(city, dispute)
    _note(request, found.person_id, found.region_code, str(found.pk)[:8])
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _answer(found, form.cleaned_data, request)
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("The rider is told."))
            return redirect("transit:disputes", city=city)
    rode = ride_at(city, [found.boarding.card_id], found.boarding_id)
    evidence = evidence_of(found)
    names = names_of_taps(city, evidence.taps)
    context = {
        "dispute": found, "tag": TAGS[found.state], "form": form, "evidence": evidence,
        "evidence_taps": [(tap, names.get(("stop", tap.stop_id), tap.stop_id))
                          for tap in evidence.taps],
        "told": told_rides([rode[0]])[0] if rode else None, "now": timezone.now(),
        "holder": names_of([found.person_id]).get(found.person_id),
        "card": CardAccount.objects.get(pk=found.card_id),
    }  # fmt: skip
    return render(request, "transit/cards/dispute_desk.html", context,
                  status=422 if form.is_bound else 200)  # fmt: skip


@require_safe
@needs(CONCESSIONS)
@found_or_404
def concessions(request: HttpRequest, city: str) -> HttpResponseBase:
    """Applications for concessions, those promised first on top."""
    state = _state(request, ConcessionClaim.State.values, "applied")
    found = claim_queue(city, state)
    if wants_csv(request):
        header = ("application", "group", "renews", "state", "applied_at", "due_at", "decided_at")
        return as_csv("concessions", header, found.iterator(chunk_size=2000), _claim_cells)
    context = _queue(request, found, state, ConcessionClaim.State.choices)
    known = groups(city, timezone.localdate())
    for row in context["rows"]:
        code = row["row"].group
        row["title"] = title_of(known[code]) if code in known else code
    return render(request, "transit/cards/concession_queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CONCESSIONS)
@found_or_404
def concession(request: HttpRequest, city: str, claim: UUID) -> HttpResponse:
    """An application against the registry, and the decision; a granted one may be revoked."""
    found = claim_at(city, claim)
    today = timezone.localdate()
    known = groups(city, today)
    facts = _facts(request, found)
    is_open = found.state == "applied"
    form_class = DecisionForm if is_open else ReasonForm
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _decide(found, facts, form.cleaned_data, request)
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("The resident is told."))
            return redirect("transit:concessions", city=city)
    rule = known.get(found.group)
    context = {
        "claim": found, "tag": TAGS[found.state], "form": form, "now": timezone.now(),
        "findings": judge(rule, facts, today) if rule else (),
        "title": title_of(rule) if rule else found.group,
        "holder": names_of([found.person_id]).get(found.person_id),
        "card": CardAccount.objects.get(pk=found.card_id), "is_open": is_open,
        "revocable": found.state == "granted",
    }  # fmt: skip
    return render(request, "transit/cards/concession.html", context,
                  status=422 if form.is_bound else 200)  # fmt: skip


def _answer(found: Dispute, data: dict[str, Any], request: HttpRequest) -> None:
    by, now = actor_of(request), timezone.now()
    if data["decision"] == "refund":
        refund_dispute(found, data["amount"], answer=data["answer"], by=by, now=now)
    else:
        refuse_dispute(found, answer=data["answer"], by=by, now=now)


def _decide(
    found: ConcessionClaim, facts: Facts, data: dict[str, Any], request: HttpRequest
) -> None:
    by, now, reason = actor_of(request), timezone.now(), data["reason"]
    if found.state == "granted":
        revoke_concession(found, reason=reason, by=by, now=now)
    elif data.get("decision") == "grant":
        grant_concession(found, facts, reason=reason, by=by, now=now, since=data.get("since"))
    else:
        refuse_claim(found, reason=reason, by=by, now=now)


def _facts(request: HttpRequest, found: ConcessionClaim) -> Facts:
    purpose = Purpose("service", f"{_('Concession')} {str(found.pk)[:8]}")
    return facts_of(found.person_id, Look(request.user, purpose, origin_of(request)), found.paper)


def _note(request: HttpRequest, person: UUID, region_code: str, number: str) -> None:
    note_reading(
        Reading(person=person, region_code=region_code, part="travel-card",
                purpose="travel-card", reason=number),
        by=origin_of(request),
    )  # fmt: skip


def _queue(request: HttpRequest, found: Any, state: str, states: Any) -> dict[str, Any]:
    page, now = page_of(request, found), timezone.now()
    rows = [
        {"row": each, "tag": TAGS[each.state],
         "late": each.decided_at is None and each.due_at < now}
        for each in page.object_list
    ]  # fmt: skip
    return {"page": page, "rows": rows, "state": state, "states": states, "csv": csv_url(request)}


def _state(request: HttpRequest, known: list[str], first: str) -> str:
    state = request.GET.get("state", first)
    return state if state in known else ""


def _dispute_cells(row: Dispute) -> tuple[Any, ...]:
    return (row.pk, row.why, row.state, row.charge, row.refund, row.filed_at.isoformat(),
            row.due_at.isoformat(), row.decided_at)  # fmt: skip


def _claim_cells(row: ConcessionClaim) -> tuple[Any, ...]:
    return (row.pk, row.group, row.renews, row.state, row.applied_at.isoformat(),
            row.due_at.isoformat(), row.decided_at)  # fmt: skip
