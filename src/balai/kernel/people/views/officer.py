"""The officer's list of residents, and looking one up by a number."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.actions import record
from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.access.origin import origin_of
from balai.kernel.people import actions
from balai.kernel.people.actions.person import FIELDS, PersonDetails
from balai.kernel.people.forms import ArrivalForm, LookUpForm, RegisterForm, SearchForm
from balai.kernel.people.limits import looked_up
from balai.kernel.people.looks import Purpose
from balai.kernel.people.purposes import keep_purpose, look_of
from balai.kernel.people.queries.cards import find_by_kk, find_by_nik
from balai.kernel.people.queries.search import MOST_FOUND, Search, all_lines, lines, search_ids
from balai.kernel.people.templatetags.people import village_names
from balai.kernel.people.views.guards import may_here, needs_here
from balai.kernel.people.views.refusals import city_of_page, limited, posted, tell
from balai.kernel.problems import ProblemError


@require_safe
@never_cache
@needs_here("people.open_record")
def people(request: HttpRequest, city: str) -> HttpResponse:
    """The residents whose rows are open, by name, narrowed and paged; as a file without numbers."""
    place: Any = getattr(request, "city", None)
    form = SearchForm(request.GET, city=place)
    search = _search(form)
    ids = search_ids(search)
    if wants_csv(request):
        record("people.list-exported", origin_of(request), rows=min(len(ids), MOST_FOUND),
               region=search.under or place.region_code, status=search.status)  # fmt: skip
        return _as_csv(ids[:MOST_FOUND])
    page = page_of(request, ids[:MOST_FOUND])
    found = lines(list(page.object_list))
    context = {
        "form": form, "page": page, "found": found, "csv": csv_url(request),
        "villages": village_names([each.region_code for each in found]),
        "may_change": may_here(request, "people.change_record"),
        "is_cut": len(ids) > MOST_FOUND, "most": MOST_FOUND, "look_up": LookUpForm(),
        "has_generated": any(each.is_generated for each in found),
        "is_searched": any(form.cleaned_data.values()) if form.is_valid() else True,
    }  # fmt: skip
    return render(request, "people/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_here("people.open_record")
@limited
def look_up(request: HttpRequest, city: str) -> HttpResponse:
    """Find somebody by NIK, or a household by KK number; both outcomes are logged."""
    form = LookUpForm(posted(request))
    context: dict[str, Any] = {"form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "people/look_up.html", context)
    asked = form.cleaned_data
    purpose = Purpose(asked["purpose"], asked["reason"])
    look, place = look_of(request, purpose), city_of_page(request)
    if asked["scheme"] == "kk":
        members = looked_up(find_by_kk, asked["number"], look=look, city=place)
        for member in members:
            keep_purpose(request, member.id, purpose)
        return render(request, "people/look_up.html", {
            **context, "members": members, "is_missed": not members,
        })  # fmt: skip
    card = looked_up(find_by_nik, asked["number"], look=look, city=place)
    if card is None:
        return render(request, "people/look_up.html", {**context, "is_missed": True})
    keep_purpose(request, card.id, purpose)
    return redirect("people:record", city, card.id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_here("people.change_record")
def register(request: HttpRequest, city: str) -> HttpResponse:
    """Enter a resident."""
    form = RegisterForm(posted(request), city=getattr(request, "city", None))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        details = PersonDetails(**{name: given[name] for name in FIELDS})
        try:
            person = actions.register_person(
                details, region_code=given["region_code"], nik=given["nik"], born=given["born"],
                origin=origin_of(request),
            )  # fmt: skip
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("The resident is registered."))
            keep_purpose(request, person, Purpose("update", _("registered just now")))
            return redirect("people:record", city, person)
    return render(request, "people/register.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_here("people.change_record")
def arrive(request: HttpRequest, city: str) -> HttpResponse:
    """Take over the record of somebody who moved here."""
    form = ArrivalForm(posted(request), city=getattr(request, "city", None))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            person = actions.record_arrival(
                given["nik"], region_code=given["region_code"], on=given["on"],
                origin=origin_of(request),
            )  # fmt: skip
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("The record is with this village now."))
            keep_purpose(request, person, Purpose("update", _("arrival recorded just now")))
            return redirect("people:record", city, person)
    return render(request, "people/arrive.html", {"form": form})


def _search(form: SearchForm) -> Search:
    if not form.is_valid():
        return Search(name="\x00")
    asked = form.cleaned_data
    return Search(name=asked["name"], under=asked["under"], status=asked["status"],
                  birth_date=asked["birth_date"])  # fmt: skip


def _as_csv(ids: Any) -> HttpResponse:
    header = [_("Name"), _("Sex"), _("Year of birth"), _("Code"), _("Status")]

    def cells(row: Any) -> list[Any]:
        return [row.name, row.sex, row.birth_year, row.region_code, row.life_status]

    answer: Any = as_csv("people", header, all_lines(ids), cells)
    found: HttpResponse = answer
    return found
