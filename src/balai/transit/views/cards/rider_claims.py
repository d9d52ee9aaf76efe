"""What a rider asks for: a concession, or another look at a charge."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from balai.kernel.access.origin import origin_of
from balai.kernel.people.queries import OWN, Look
from balai.kernel.problems import ProblemError
from balai.transit.actions.cards.concessions import apply_for_concession, withdraw_claim
from balai.transit.actions.cards.disputes import file_dispute, withdraw_dispute
from balai.transit.card_forms import ConcessionForm, DisputeForm, title_of
from balai.transit.queries.card_rules import groups, rule
from balai.transit.queries.cards import line_of, own_card
from balai.transit.queries.concessions import claim_at, claims_of, facts_of
from balai.transit.queries.disputes import dispute_at
from balai.transit.queries.rides import ride_at
from balai.transit.views.cards.refusals import actor_of, home_of, own, tell
from balai.transit.views.cards.rider import overview
from balai.transit.views.cards.words import TAGS, told_rides


@require_http_methods(["GET", "HEAD", "POST"])
@own
def concessions(request: HttpRequest, city: str, person: UUID, card: int) -> HttpResponse:
    """The resident's concessions and applications, and the form for another."""
    account = own_card(city, person, card)
    known = groups(city, timezone.localdate())
    form = ConcessionForm(known, request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            facts = facts_of(person, Look(request.user, OWN, origin_of(request)), data["paper"])
            apply_for_concession(account, data["group"], facts, person=person,
                                 by=actor_of(request), now=timezone.now())  # fmt: skip
        except ProblemError as error:
            tell(form, error, asked_by={"age": "group", "residence": "group"})
        else:
            messages.success(request, _("Your application has been sent."))
            return redirect("transit:card-concessions", city=city, card=card)
    claims = [
        {"claim": each, "title": title_of(known[each.group]) if each.group in known else each.group,
         "tag": TAGS[each.state]}
        for each in claims_of(city, person)[:30]
    ]  # fmt: skip
    context = {
        **overview(city, account), "form": form, "claims": claims,
        "months": rule(city, "concession_months", timezone.localdate()),
    }  # fmt: skip
    return render(request, "transit/cards/concessions.html", context,
                  status=422 if form.is_bound else 200)  # fmt: skip


@require_POST
@own
def withdraw_concession(
    request: HttpRequest, city: str, person: UUID, card: int, claim: UUID
) -> HttpResponse:
    """Take an application back."""
    try:
        withdraw_claim(claim_at(city, claim, person), by=actor_of(request), now=timezone.now())
        messages.success(request, _("The application is withdrawn."))
    except ProblemError as error:
        messages.error(request, _(error.title))
    return redirect("transit:card-concessions", city=city, card=card)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def dispute(
    request: HttpRequest, city: str, person: UUID, card: int, boarding: int
) -> HttpResponse:
    """Hold the charge of a boarding to be wrong: what was charged and why, and the form."""
    account = own_card(city, person, card)
    found = ride_at(city, line_of(account), boarding)
    if found is None:
        raise Http404
    form = DisputeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = file_dispute(
                account, boarding, form.cleaned_data["why"], form.cleaned_data["words"],
                person=person, region_code=home_of(person), by=actor_of(request),
                now=timezone.now(),
            )  # fmt: skip
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("Your dispute has been sent."))
            return redirect("transit:dispute", city=city, dispute=made.pk)
    context = {
        "card": account, "form": form, "leg": found[1], "told": told_rides([found[0]])[0],
        "days": rule(city, "dispute_answer_days", timezone.localdate()),
    }  # fmt: skip
    return render(request, "transit/cards/dispute_form.html", context,
                  status=422 if form.is_bound else 200)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@own
def dispute_page(request: HttpRequest, city: str, person: UUID, dispute: UUID) -> HttpResponse:
    """How the own dispute stands, by when it is answered, and the answer."""
    found = dispute_at(city, dispute, person)
    if request.method == "POST":
        try:
            withdraw_dispute(found, by=actor_of(request), now=timezone.now())
            messages.success(request, _("The dispute is withdrawn."))
        except ProblemError as error:
            messages.error(request, _(error.title))
        return redirect("transit:dispute", city=city, dispute=dispute)
    rode = ride_at(city, [found.boarding.card_id], found.boarding_id)
    context = {
        "dispute": found, "tag": TAGS[found.state],
        "told": told_rides([rode[0]])[0] if rode else None,
        "late": found.state == "open" and found.due_at < timezone.now(),
    }  # fmt: skip
    return render(request, "transit/cards/dispute.html", context)
