"""What a reader wishes, and the browsers that show notices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.notices import Message, Recipient, actions, queries, send
from balai.kernel.notices.channels import find_channel
from balai.kernel.notices.channels.webpush import public_key
from balai.kernel.notices.engine.choice import Wish
from balai.kernel.notices.kinds import CHANNELS, PLAIN, NoticeKind, kinds
from balai.kernel.notices.policy import policy_of
from balai.kernel.notices.sealed import reader_of_account
from balai.kernel.notices.views.guarding import of_a_city, reader_of, user_of
from balai.kernel.problems import ProblemError

OFF = "off"
CHOICES = {
    "": gettext_lazy("As usual"),
    "email": gettext_lazy("By e-mail"),
    "sms": gettext_lazy("By SMS"),
    "chat": gettext_lazy("By WhatsApp or Telegram"),
    "webpush": gettext_lazy("In this site's browsers"),
    OFF: gettext_lazy("Only here, in the inbox"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of notice with the choices it leaves, and the one that was made."""

    field: str
    kind: NoticeKind | None
    choices: list[tuple[str, Any]]
    chosen: str


@require_http_methods(["GET", "HEAD", "POST"])
@of_a_city
def show(request: HttpRequest, city: str) -> HttpResponse:
    """The wishes, and a form that changes them."""
    reader = reader_of(request)
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        try:
            wanted = {name: _wish(request.POST.get(field, "")) for field, name in _fields()}
            region = request.city.region_code  # type: ignore[attr-defined]
            actions.set_preferences(reader, wanted, region_code=region)
            messages.success(request, _("Your choice is kept."))
            return redirect("notices:preferences", city=city)
        except ProblemError as error:
            errors = [{"href": f"#wish-{each.field}", "text": str(each)} for each in error.faults]
    context = {
        "lines": _lines(reader),
        "quiet": policy_of(city).quiet,
        "errors": errors,
        "browsers": queries.browsers(reader),
        "push_key": public_key() if find_channel("webpush").is_set_up() else "",
    }
    return render(request, "notices/preferences.html", context, status=422 if errors else 200)


@require_POST
@of_a_city
def trial(request: HttpRequest, city: str) -> HttpResponse:
    """Send a trial to who asks for it."""
    user, person = user_of(request), None
    reader = reader_of(request)
    if reader != reader_of_account(user.pk):
        person = reader
    to = Recipient(person_id=person, account_id=user.pk, name=user.get_full_name(),
                   language=user.language)  # fmt: skip
    values = {"name": user.get_full_name()}
    told = Message(kind="notices.trial", to=to, city=city, values=values)
    send(told, key=f"notices.trial/{user.pk}/{uuid4()}")
    messages.success(request, _("A trial is on its way. It is in your inbox already."))
    return redirect("notices:preferences", city=city)


@require_POST
@of_a_city
def forget(request: HttpRequest, city: str, browser: UUID) -> HttpResponse:
    """Send no more to a browser."""
    actions.unsubscribe(reader_of(request), number=browser)
    messages.success(request, _("That browser gets no more notices."))
    return redirect("notices:preferences", city=city)


@require_safe
def push_worker(request: HttpRequest) -> HttpResponse:
    """The service worker that shows a notice and opens its page."""
    path = Path(__file__).parents[1] / "push_worker.js"
    answer = HttpResponse(path.read_text(encoding="utf-8"), content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


def _fields() -> list[tuple[str, str]]:
    named = [each.name for each in kinds() if each.name != PLAIN]
    return [("wish-general", ""), *((f"wish-{name}", name) for name in named)]


def _wish(text: str) -> Wish:
    if text == OFF:
        return Wish(off=True)
    return Wish(channels=(text,)) if text else Wish()


def _lines(reader: UUID) -> list[Line]:
    wishes = queries.wishes_of(reader)
    known = {each.name: each for each in kinds()}
    found = []
    for field, name in _fields():
        kind = known.get(name)
        ways = kind.channels if kind else CHANNELS
        choices = [
            (value, label)
            for value, label in CHOICES.items()
            if value == "" or value in ways or (value == OFF and not (kind and kind.legal))
        ]
        wish = wishes.get(name, Wish())
        chosen = OFF if wish.off else (wish.channels[0] if wish.channels else "")
        found.append(Line(field, kind, choices, chosen))
    return found
