"""What is done with a version: submitted, returned, published, withdrawn, discarded, in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from balai.kernel.access.guards import needs
from balai.kernel.access.origin import Origin, origin_of
from balai.kernel.problems import ProblemError
from balai.transit.actions import tariff_versions as acts
from balai.transit.actions.tariffs_in_force import decide_in_force, plan_in_force, take_back
from balai.transit.queries.tariffs import tariff_names
from balai.transit.views.tariff_desk.editing import found_version
from balai.transit.views.tariff_desk.lists import titled
from balai.transit.views.tariff_desk.sentences import error_texts, fault_text

ASK = {
    "submit": gettext_lazy("Submit for publication"),
    "return": gettext_lazy("Give back to be changed"),
    "publish": gettext_lazy("Publish"),
    "withdraw": gettext_lazy("Withdraw"),
    "discard": gettext_lazy("Throw the draft away"),
}
TELL = {
    "submit": gettext_lazy("Another officer will look at it and publish it, or give it back."),
    "return": gettext_lazy("It becomes a draft again, and whoever drew it up reads your reason."),
    "publish": gettext_lazy(
        "From now on it never changes. It counts only once it is put in force from a day."
    ),
    "withdraw": gettext_lazy("It can no longer be put in force. What it said can still be read."),
    "discard": gettext_lazy("The draft and its previews are gone. This cannot be undone."),
}
REASONED = ("return", "withdraw")


class InForceForm(forms.Form):
    """Which tariff counts from which day."""

    tariff = forms.ChoiceField(label=gettext_lazy("Tariff"))
    start = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    end = forms.DateField(
        label=gettext_lazy("Last day"), required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=gettext_lazy("Leave it empty where the next tariff ends it."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=300,
        help_text=gettext_lazy("Needed where the first day has begun: journeys are priced anew."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("transit.draft_tariffs")
def drafting(request: HttpRequest, city: str, name: str, act: str) -> HttpResponse:
    """Submit or discard a draft, after asking."""
    return _act(request, city, name, act, ("submit", "discard"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("transit.publish_tariffs")
def publishing(request: HttpRequest, city: str, name: str, act: str) -> HttpResponse:
    """Publish, give back or withdraw a version, after asking."""
    return _act(request, city, name, act, ("publish", "return", "withdraw"))


def _act(
    request: HttpRequest, city: str, name: str, act: str, known: tuple[str, ...]
) -> HttpResponse:
    if act not in known:
        raise Http404
    version = found_version(city, name)
    errors: list[str] = []
    if request.method == "POST":
        try:
            _do(act, city, name, request.POST.get("reason", ""), request.POST.get("digest", ""),
                origin_of(request))  # fmt: skip
        except ProblemError as error:
            errors = error_texts(error)
        else:
            messages.success(request, _("Done: %(act)s.") % {"act": ASK[act]})
            gone = act == "discard"
            return (
                redirect("transit:tariff-desk", city)
                if gone
                else redirect("transit:tariff", city, name)
            )
    context = {"version": version, "act": act, "ask": ASK[act], "tell": TELL[act],
               "reasoned": act in REASONED, "errors": errors,
               "reason": request.POST.get("reason", "")[:300]}  # fmt: skip
    status = 422 if errors else 200
    return render(request, "transit/desk/tariff_act.html", context, status=status)


def _do(act: str, city: str, name: str, reason: str, digest: str, origin: Origin) -> None:
    done: dict[str, Callable[[], Any]] = {
        "submit": lambda: acts.submit_version(city, name, origin=origin),
        "discard": lambda: acts.discard_version(city, name, origin=origin),
        "publish": lambda: acts.publish_version(city, name, origin=origin, digest=digest or None),
        "return": lambda: acts.return_version(city, name, reason=reason, origin=origin),
        "withdraw": lambda: acts.withdraw_version(city, name, reason=reason, origin=origin),
    }
    done[act]()


@require_http_methods(["GET", "HEAD", "POST"])
@needs("transit.publish_tariffs")
def in_force(request: HttpRequest, city: str) -> HttpResponse:
    """Put a tariff in force: first what would follow is shown, then it is confirmed."""
    form = InForceForm(request.POST or None, initial={"tariff": request.GET.get("tariff", "")})
    form.fields["tariff"].choices = [  # type: ignore[attr-defined]
        (name, titled(name)) for name in tariff_names(city)
    ]
    placed = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        span = (given["tariff"], given["start"], given["end"])
        try:
            placed = plan_in_force(city, *span)
            if "confirm" in request.POST:
                decide_in_force(city, *span, reason=given["reason"], origin=origin_of(request))
                messages.success(request, _("The tariff is put in force."))
                return redirect("transit:tariff-desk", city)
        except ProblemError as error:
            for fault in error.faults:
                field = fault.field if fault.field in form.fields else None
                form.add_error(field, fault_text(fault))
            if not error.faults:
                form.add_error(None, error_texts(error))
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "placed": placed, "today": timezone.localdate()}
    return render(request, "transit/desk/in_force.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("transit.publish_tariffs")
def back(request: HttpRequest, city: str, start: str) -> HttpResponse:
    """Take back a tariff that is to begin, after asking for the reason."""
    day = _day(start)
    errors: list[str] = []
    if request.method == "POST":
        try:
            take_back(city, day, reason=request.POST.get("reason", ""),
                      origin=origin_of(request))  # fmt: skip
        except ProblemError as error:
            errors = error_texts(error)
        else:
            messages.success(request, _("The tariff was taken back before it began."))
            return redirect("transit:tariff-desk", city)
    context = {"start": day, "errors": errors}
    return render(request, "transit/desk/take_back.html", context, status=422 if errors else 200)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
