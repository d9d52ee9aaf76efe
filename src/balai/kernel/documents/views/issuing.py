"""Issuing a document by hand, and another in the place of one."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from balai.kernel.access.guards import needs
from balai.kernel.access.origin import origin_of
from balai.kernel.documents import actions, queries, sealing
from balai.kernel.documents.forms import IssueForm, ReplaceForm
from balai.kernel.documents.kinds import find_kind
from balai.kernel.documents.rules import ISSUE
from balai.kernel.documents.views.refusals import put_on, refusing
from balai.kernel.problems import ProblemError


@needs(ISSUE)
@refusing
def new(request: HttpRequest, city: str, kind: str) -> HttpResponse:
    """A form with the kind's fields; it gives the document its number and its PDF."""
    found = find_kind(kind)
    places = [each for each in queries.offices(city) if request.user.has_perm(ISSUE, each)]
    form = IssueForm(found, places, request.POST or None, initial={"key": uuid4().hex})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = actions.issue(
                    kind, office=form.cleaned_data["office"], city=city, data=form.values(),
                    about=None, by=origin_of(request), key=f"page:{form.cleaned_data['key']}",
                )  # fmt: skip
        except ProblemError as error:
            put_on(form, error)
        else:
            messages.success(request, _("Issued with the number %(no)s.") % {"no": made.number})
            return redirect("documents:document", city, made.id)
    return render(request, "documents/new.html", {"kind": found, "form": form})


@needs(ISSUE)
@refusing
def replace(request: HttpRequest, city: str, document: UUID) -> HttpResponse:
    """The document's own data to be mended, and why; the old one then says that it is replaced."""
    old = queries.one(document, city)
    if not request.user.has_perm(ISSUE, old):
        raise PermissionDenied
    kind = find_kind(old.kind)
    kept = {**sealing.open_data(bytes(old.sealed), old.id), "key": uuid4().hex}
    form = ReplaceForm(kind, request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = actions.reissue(
                    old.id, reason=form.cleaned_data["reason"], by=origin_of(request),
                    key=f"page:{form.cleaned_data['key']}", changes=form.values(),
                )  # fmt: skip
        except ProblemError as error:
            put_on(form, error)
        else:
            messages.success(
                request, _("Issued anew with the number %(no)s.") % {"no": made.number}
            )
            return redirect("documents:document", city, made.id)
    return render(request, "documents/replace.html", {"document": old, "kind": kind, "form": form})
