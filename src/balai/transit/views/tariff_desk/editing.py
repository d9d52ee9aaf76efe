"""One version: its page with differences and worked examples, and the editor."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.guards import may_here, needs
from balai.kernel.access.origin import origin_of
from balai.kernel.laws import LawGap
from balai.kernel.problems import ConflictError, MissingError, ProblemError
from balai.transit.actions.preview_tariff import usual_span
from balai.transit.actions.tariff_versions import change_version, set_examples
from balai.transit.engine.fares.tariff import Tariff
from balai.transit.engine.tariff_versions import Entry, differences, entries_of, tariff_of
from balai.transit.engine.tariff_versions.worked import LONGEST_NAME, price_worked, read_rides
from balai.transit.models import TariffVersion
from balai.transit.queries.tariff_previews import last_day
from balai.transit.queries.tariff_versions import (
    entries_in,
    parameter_words,
    previews_of,
    seen_preview,
    version_of,
)
from balai.transit.queries.tariffs import tariff_for, tariff_law, tariffs_in_force
from balai.transit.views.tariff_desk.fields import Sheet
from balai.transit.views.tariff_desk.lists import latest_entries
from balai.transit.views.tariff_desk.sentences import error_texts, fault_text
from balai.transit.views.tariff_desk.words import STATUS, figure_text


def found_version(city: str, name: str) -> TariffVersion:
    """The version, or 404."""
    try:
        return version_of(city, name)
    except MissingError as error:
        raise Http404(str(error)) from error


@require_safe
@needs("transit.view_tariffs")
def show(request: HttpRequest, city: str, name: str) -> HttpResponse:
    """A version: its standing, what it changes, worked examples, previews, and what comes next."""
    version = found_version(city, name)
    return render(request, "transit/desk/tariff.html", shown(request, city, version))


def shown(request: HttpRequest, city: str, version: TariffVersion) -> dict[str, Any]:
    """What a version's page tells."""
    entries, today = entries_in(version), timezone.localdate()
    base, current = _others(city, version, today)
    zone = request.city.zone  # type: ignore[attr-defined]
    start, end = usual_span(last_day(city, zone), today)
    who = request.user.get_username()
    return {
        "version": version, "status": STATUS[version.state],
        "figures": [_figure(key, entry) for key, entry in entries.items()],
        "against_base": _changes(base[1], entries) if base else None,
        "base": base and base[0], "current": current and current[0],
        "against_current": _changes(current[1], entries) if current else None,
        "worked": _worked(version, entries, current, today),
        "previews": [{"preview": each, "stands": each.digest == version.digest,
                      "mine": who in each.seen_by} for each in previews_of(version)[:10]],
        "start": start, "end": end, "tomorrow": today + timedelta(days=1),
        "spans": [span for span in tariffs_in_force(city) if span.tariff == version.name],
        "seen": seen_preview(version, who),
        "own": who in (version.submitted_by, version.changed_by),
        "may_draft": may_here(request, "transit.draft_tariffs"),
        "may_publish": may_here(request, "transit.publish_tariffs"),
    }  # fmt: skip


def _others(
    city: str, version: TariffVersion, today: date
) -> tuple[tuple[str, dict[str, Entry]] | None, tuple[str, dict[str, Entry]] | None]:
    """The tariff the version is based on and the one in force, by name with their figures."""
    base = current = None
    try:
        if version.based_on:
            base = version.based_on, latest_entries(tariff_law(version.based_on))
    except (MissingError, LawGap):
        base = None
    try:
        held = tariff_for(tariffs_in_force(city), today, city)
        if held != version.name:
            current = held, entries_of(tariff_law(held), today)
    except (ProblemError, LawGap):
        current = None
    return base, current


def _figure(key: str, entry: Entry) -> dict[str, Any]:
    title, unit = parameter_words(key)
    return {"title": title, "value": figure_text(entry.value, unit), "entry": entry}


def _said(parameter: str, entry: Entry | None) -> str:
    """A figure's value with its unit; empty where a tariff has none."""
    return figure_text(entry.value, parameter_words(parameter)[1]) if entry else ""


def _changes(before: dict[str, Entry], after: dict[str, Entry]) -> list[dict[str, Any]]:
    return [
        {
            "title": parameter_words(each.parameter)[0], "figure": each.figure,
            "before": _said(each.parameter, each.before),
            "after": _said(each.parameter, each.after),
            "from_before": each.before and each.before.start,
            "from_after": each.after and each.after.start,
        }
        for each in differences(before, after)
        if each.figure
    ]  # fmt: skip


def _worked(
    version: TariffVersion, entries: dict[str, Entry],
    current: tuple[str, dict[str, Entry]] | None, today: date,
) -> list[dict[str, Any]]:  # fmt: skip
    """Each example by the version and by the tariff in force, on a working day."""
    on = today + timedelta(days=(7 - today.weekday()) % 7)
    draft: Tariff = tariff_of(version.name, entries)
    now = tariff_of(*current) if current else None
    told = []
    for number, example in enumerate(version.examples):
        priced = price_worked(example, draft, on)
        before = price_worked(example, now, on) if now else None
        old = list(before.lines) if before and not before.problem else []
        lines = [
            {"line": line, "ride": ride, "before": old[place].charge if old else None}
            for place, (line, ride) in enumerate(zip(priced.lines, example["rides"], strict=False))
        ]
        told.append({"number": number, "name": example["name"], "priced": priced,
                     "before": before, "lines": lines})  # fmt: skip
    return told


@require_http_methods(["GET", "HEAD", "POST"])
@needs("transit.draft_tariffs")
def examples(request: HttpRequest, city: str, name: str) -> HttpResponse:
    """Keep one more worked example, or drop one."""
    if request.method != "POST":
        # Reached by a change of language on the page that told what was wrong.
        return redirect("transit:tariff", city, name)
    version = found_version(city, name)
    kept = list(version.examples)
    if "drop" in request.POST:
        number = request.POST["drop"]
        kept = [each for place, each in enumerate(kept) if str(place) != number]
        errors: list[str] = []
    else:
        title = request.POST.get("name", "").strip()[:LONGEST_NAME]
        rides, faults = read_rides(request.POST.get("rides", ""))
        errors = [fault_text(fault) for fault in faults]
        errors += [] if title else [_("Give the example a name.")]
        kept.append({"name": title, "rides": rides})
    if not errors:
        try:
            set_examples(city, name, kept)
        except ConflictError as error:
            messages.error(request, error.detail or error.title)
        return redirect("transit:tariff", city, name)
    context = shown(request, city, version) | {
        "example_errors": errors, "typed_name": request.POST.get("name", "")[:LONGEST_NAME],
        "typed_rides": request.POST.get("rides", "")[:1000],
    }  # fmt: skip
    return render(request, "transit/desk/tariff.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("transit.draft_tariffs")
def edit(request: HttpRequest, city: str, name: str) -> HttpResponse:
    """The editor: figures by mode in tables, rows added and removed, saved when they are right."""
    version = found_version(city, name)
    if not version.editable:
        messages.error(request, _("Only a draft can be changed."))
        return redirect("transit:tariff", city, name)
    stored, status = entries_in(version), 200
    sheet = Sheet.of(name, stored)
    title, revision = dict(version.title), version.revision
    if request.method == "POST":
        sheet = Sheet.typed(name, stored, request.POST)
        title = {key: request.POST.get(f"title_{key}", "").strip()[:200] for key in ("id", "en")}
        number = request.POST.get("revision", "")
        revision = int(number) if number.isdecimal() and len(number) < 9 else 0
        if parameter := request.POST.get("add"):
            sheet = sheet.with_row(parameter)
        elif row := request.POST.get("remove"):
            sheet = sheet.without_row(*(row.split(":", 1) if ":" in row else (row, "")))
        elif answer := _save(request, city, version, sheet, title, revision):
            return answer
        else:
            status = 422
    context = {"version": version, "sheet": sheet, "title": title, "revision": revision}
    return render(request, "transit/desk/tariff_edit.html", context, status=status)


def _save(
    request: HttpRequest, city: str, version: TariffVersion, sheet: Sheet, title: dict[str, str],
    revision: int,
) -> HttpResponse | None:  # fmt: skip
    """Save what was typed and lead on; None where something is wrong with it."""
    raw = sheet.read()
    if sheet.faults:
        return None
    try:
        change_version(city, version.name, title=title, parameters=raw, revision=revision,
                       origin=origin_of(request))  # fmt: skip
    except ProblemError as error:
        sheet.faults = list(error.faults)
        sheet.general = [] if error.faults else error_texts(error)
        return None
    messages.success(request, _("The draft is saved."))
    return redirect("transit:tariff", city, version.name)
