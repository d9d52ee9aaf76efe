"""A reader's own notices."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from balai.kernel.notices import actions, queries
from balai.kernel.notices.queries.inbox import Which
from balai.kernel.notices.views.guarding import of_a_city, reader_of

PAGE = 20


@require_safe
@of_a_city
def listing(request: HttpRequest, city: str) -> HttpResponse:
    """The notices of who is signed in, the newest first."""
    reader = reader_of(request)
    asked = request.GET.get("which", "")
    which = cast(Which, asked if asked in {"unread", "read"} else "")
    total = queries.letters(reader, which=which, city=city, limit=0)[0]
    page = Paginator(range(total), PAGE).get_page(request.GET.get("page"))
    offset = max(0, page.start_index() - 1)
    found = queries.letters(reader, which=which, city=city, offset=offset, limit=PAGE)[1]
    context = {
        "page": page,
        "letters": found,
        "which": which,
        "unread": queries.unread(reader, city=city),
    }
    return render(request, "notices/inbox.html", context)


@require_safe
@of_a_city
def show(request: HttpRequest, city: str, notice: UUID) -> HttpResponse:
    """One notice; opening it marks it as read."""
    reader = reader_of(request)
    found = queries.letter(reader, notice)
    if request.method == "GET" and found.read_at is None:
        actions.mark_read(reader, [notice])
    return render(request, "notices/letter.html", {"letter": found})


@require_POST
@of_a_city
def unread(request: HttpRequest, city: str, notice: UUID) -> HttpResponse:
    """Mark one as unread again."""
    actions.mark_unread(reader_of(request), notice)
    messages.success(request, _("Marked as unread."))
    return redirect("notices:inbox", city=city)


@require_POST
@of_a_city
def read_all(request: HttpRequest, city: str) -> HttpResponse:
    """Mark all as read."""
    count = actions.mark_read(reader_of(request))
    said = ngettext("%(n)s notice marked as read.", "%(n)s notices marked as read.", count)
    messages.success(request, said % {"n": count})
    return redirect("notices:inbox", city=city)
