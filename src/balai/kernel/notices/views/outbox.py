"""What a city sent: which way, how it went, and why it failed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.origin import origin_of
from balai.kernel.notices import actions, queries
from balai.kernel.notices.channels import all_channels, find_channel
from balai.kernel.notices.channels.base import with_link
from balai.kernel.notices.engine.segments import measure, plainer
from balai.kernel.notices.kinds import LANGUAGES, NoticeKind, find_kind, is_known, kinds
from balai.kernel.notices.models import Delivery, State
from balai.kernel.notices.queries.outbox import OutboxFilter, address_of, content_of
from balai.kernel.notices.rules import MAY_RETRY, MAY_VIEW
from balai.kernel.notices.telling import told
from balai.kernel.notices.views.guarding import of_a_city
from balai.kernel.problems import ConflictError
from balai.kernel.row_security import carried

STATUS = {
    State.WAITING: "wait", State.SENDING: "info", State.SENT: "ok", State.DELIVERED: "ok",
    State.KEPT: "mute", State.FAILED: "late",
}  # fmt: skip
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
HEAD = ("delivery", "notice", "kind", "channel", "state", "problem", "tries", "segments",
        "created_at", "due_at", "sent_at", "ended_at")  # fmt: skip
PAGE = 25


@require_safe
@of_a_city
@needs(MAY_VIEW)
def listing(request: HttpRequest, city: str) -> HttpResponse:
    """The deliveries of a city, the newest first."""
    wanted = wanted_deliveries(request)
    page = Paginator(queries.deliveries(city, wanted), PAGE).get_page(request.GET.get("page"))
    counts = queries.summary(city)
    context = {
        "page": page,
        "rows": [_row(each) for each in page],
        "wanted": wanted,
        "states": [(value, label, counts.get(value, 0)) for value, label in State.choices],
        "channels": all_channels(),
        "kinds": kinds(),
        "local": [each for each in all_channels() if not each.is_set_up()],
    }
    return render(request, "notices/outbox.html", context)


@require_safe
@of_a_city
@needs(MAY_VIEW)
def listing_csv(request: HttpRequest, city: str) -> HttpResponseBase:
    """The deliveries of the page's filter as CSV, without addresses and texts."""
    rows = queries.deliveries(city, wanted_deliveries(request))
    lines = carried(_lines(rows.iterator(chunk_size=500)))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{city}-notices.csv"'
    return answer


@require_safe
@of_a_city
@needs(MAY_VIEW)
def show(request: HttpRequest, city: str, delivery: UUID) -> HttpResponse:
    """One delivery with its text, and the other ways its notice went."""
    found = queries.delivery(city, delivery)
    others = found.notice.deliveries.order_by("created_at", "id")
    context = {
        **_row(found),
        "content": content_of(found.notice),
        "address": address_of(found),
        "ways": [_row(each) for each in others],
        "may_retry": request.user.has_perm(MAY_RETRY, request.city),  # type: ignore[attr-defined]
    }
    return render(request, "notices/delivery.html", context)


@require_POST
@of_a_city
@needs(MAY_RETRY)
def retry(request: HttpRequest, city: str, delivery: UUID) -> HttpResponse:
    """Try a failed delivery again."""
    found = queries.delivery(city, delivery)
    try:
        actions.retry_delivery(found, origin=origin_of(request))
        messages.success(request, _("It is tried again now."))
    except ConflictError:
        messages.warning(request, _("Only what failed can be tried again."))
    return redirect("notices:delivery", city=city, delivery=delivery)


@require_safe
@of_a_city
@needs(MAY_VIEW)
def templates(request: HttpRequest, city: str) -> HttpResponse:
    """Each kind of notice as people read it, in every language, with made-up values."""
    asked = request.GET.get("kind", "")
    kind = find_kind(asked) if is_known(asked) else kinds()[0]
    zone = request.city.time_zone  # type: ignore[attr-defined]
    # As long as the address of any notice: what an SMS with its link takes.
    link = reverse("notices:letter", args=[city, UUID(int=0)])
    shown = [_preview(kind, language, zone, link) for language in LANGUAGES]
    context = {"kinds": kinds(), "kind": kind, "shown": shown, "channels": _titles(kind)}
    return render(request, "notices/templates.html", context)


def wanted_deliveries(request: HttpRequest) -> OutboxFilter:
    """The filter that the address asks for; what it does not understand it leaves out."""
    state, channel = request.GET.get("state", ""), request.GET.get("channel", "")
    return OutboxFilter(
        state=state if state in State.values else "",
        kind=request.GET.get("kind", "")[:100].replace("\x00", ""),
        channel=channel if channel in {each.name for each in all_channels()} else "",
        search=request.GET.get("q", "").strip()[:100].replace("\x00", ""),
    )


def _row(delivery: Delivery) -> dict[str, Any]:
    kind = delivery.notice.kind
    state = State(delivery.state)
    return {
        "delivery": delivery,
        "notice": delivery.notice,
        "title": find_kind(kind).title if is_known(kind) else {"id": kind, "en": kind},
        "channel": find_channel(delivery.channel).title,
        "status": STATUS[state],
        "state": state.label,
        "problem": told(delivery.problem),
    }


def _preview(kind: NoticeKind, language: str, zone: str, link: str) -> dict[str, Any]:
    made = kind.compose(language, kind.examples, zone=zone)
    linked = with_link(made.short, f"{settings.PUBLIC_URL}{link}")
    return {"language": language, "content": made, "sms": measure(plainer(made.short)),
            "linked": measure(plainer(linked))}  # fmt: skip


def _titles(kind: NoticeKind) -> list[Any]:
    return [find_channel(name).title for name in kind.channels]


def _lines(rows: Iterable[Delivery]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(HEAD)
    for row in rows:
        moments = (row.created_at, row.due_at, row.sent_at, row.ended_at)
        yield writer.writerow([
            row.pk, row.notice_id, row.notice.kind, row.channel, row.state, _cell(row.problem),
            row.tries, row.segments, *(each.isoformat() if each else "" for each in moments),
        ])  # fmt: skip


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class _Echo:
    """A file that hands back what is written."""

    def write(self, text: str) -> str:
        return text
