"""The list of versions with what is in force, and drawing up another version."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.guards import may_here, needs
from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.access.origin import origin_of
from balai.kernel.laws import Law
from balai.kernel.problems import ProblemError
from balai.transit.actions.tariff_versions import draft_version
from balai.transit.engine.tariff_versions import Entry, entries_of
from balai.transit.models import TariffVersion
from balai.transit.queries.tariff_versions import VersionFilter, decisions_of, versions_of
from balai.transit.queries.tariffs import tariff_law, tariff_names, tariffs_in_force
from balai.transit.views.tariff_desk.sentences import error_texts, fault_text
from balai.transit.views.tariff_desk.words import STATUS

CSV = ("name", "title_id", "title_en", "based_on", "state", "revision", "changed_by",
       "changed_at", "published_by", "published_at", "digest")  # fmt: skip


class NewVersionForm(forms.Form):
    """What a version is called and which tariff it begins as."""

    base = forms.ChoiceField(label=gettext_lazy("Begin as a copy of"))
    name = forms.CharField(
        label=gettext_lazy("Short name"), max_length=60,
        help_text=gettext_lazy("Small letters, digits and hyphens, such as ok-otrip-2027."),
    )  # fmt: skip
    title_id = forms.CharField(label=gettext_lazy("Title in Indonesian"), max_length=120)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=120)


@require_safe
@needs("transit.view_tariffs")
def versions(request: HttpRequest, city: str) -> HttpResponseBase:
    """The city's versions, searched and filtered, and the tariffs in force."""
    wanted = VersionFilter(request.GET.get("state", ""), request.GET.get("text", "")[:100])
    rows = versions_of(city, wanted)
    if wants_csv(request):
        return as_csv("tariffs", CSV, rows.iterator(chunk_size=500),
                      lambda row: [getattr(row, name) for name in CSV])  # fmt: skip
    page = page_of(request, rows)
    today = timezone.localdate()
    context = {
        "page": page, "wanted": wanted, "csv": csv_url(request),
        "states": TariffVersion.State.choices,
        "rows": [{"version": row, "status": STATUS[row.state]} for row in page],
        "spans": _spans(city, today), "decisions": decisions_of(city)[:10],
        "may_draft": may_here(request, "transit.draft_tariffs"),
        "may_publish": may_here(request, "transit.publish_tariffs"),
    }  # fmt: skip
    return render(request, "transit/desk/tariffs.html", context)


def _spans(city: str, today: date) -> list[dict[str, Any]]:
    spans = tariffs_in_force(city)
    held = max((span for span in spans if span.holds(today)), key=lambda s: s.start, default=None)
    return [
        {"span": span, "title": tariff_law(span.tariff).title, "now": span is held,
         "to_come": span.start > today}
        for span in spans
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("transit.draft_tariffs")
def new(request: HttpRequest, city: str) -> HttpResponse:
    """Draw up a version that begins as a copy of an existing tariff."""
    first = {"base": request.GET.get("from", "")}
    form = NewVersionForm(request.POST or None, initial=first)
    names = tariff_names(city)
    form.fields["base"].choices = [(name, titled(name)) for name in names]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = draft_version(
                city, given["name"], based_on=given["base"], origin=origin_of(request),
                title={"id": given["title_id"], "en": given["title_en"]},
                parameters={key: entry.as_dict()
                            for key, entry in latest_entries(tariff_law(given["base"])).items()},
            )  # fmt: skip
        except ProblemError as error:
            _tell(form, error)
        else:
            return redirect("transit:tariff-edit", city, made.name)
    status = 422 if form.is_bound else 200
    return render(request, "transit/desk/tariff_new.html", {"form": form}, status=status)


def latest_entries(law: Law) -> dict[str, Entry]:
    """A tariff's figures as they stand now, or on the last day on which they all held."""
    today, days = timezone.localdate(), law.dates()
    for day in (today, *reversed(days)):
        held = [parameter.on(day) for parameter in law.parameters.values()]
        if all(value is not None for value in held):
            return entries_of(law, day)
    return entries_of(law, days[-1])


def titled(name: str) -> str:
    """A tariff's title in the reader's language, with its short name."""
    title = tariff_law(name).title
    language = (get_language() or "id")[:2]
    return f"{title.get(language, title['en'])} ({name})"


def _tell(form: forms.Form, error: ProblemError) -> None:
    for fault in error.faults:
        name = fault.field if fault.field in form.fields else None
        form.add_error(name, fault_text(fault))
    if not error.faults:
        form.add_error("name", error_texts(error))
