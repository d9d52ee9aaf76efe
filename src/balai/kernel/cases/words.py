"""How cases read on a page: states, acts, lengths of working time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, tuple[str, Any]] = {
    "draft": ("mute", lazy("draft")),
    "submitted": ("info", lazy("new")),
    "working": ("info", lazy("being worked on")),
    "returned": ("mute", lazy("waits for the resident")),
    "paused": ("wait", lazy("paused")),
    "approved": ("ok", lazy("approved")),
    "refused": ("late", lazy("refused")),
    "withdrawn": ("mute", lazy("withdrawn")),
}
"""Icon and words of each state."""
DONE: dict[str, Any] = {
    "open": lazy("Begun as a draft"),
    "submit": lazy("Submitted"),
    "claim": lazy("Taken up"),
    "release": lazy("Released for a colleague"),
    "assign": lazy("Assigned"),
    "check": lazy("Checked and passed on"),
    "approve": lazy("Approved"),
    "sign": lazy("Signed"),
    "return": lazy("Returned to the resident"),
    "resubmit": lazy("Submitted again"),
    "send_back": lazy("Sent back to an earlier step"),
    "refuse": lazy("Refused"),
    "pause": lazy("Paused"),
    "resume": lazy("Taken up again"),
    "withdraw": lazy("Withdrawn"),
    "hand_over": lazy("Handed over to another office"),
    "note": lazy("Note added"),
    "attach": lazy("Paper attached"),
    "escalate": lazy("Escalated: the time of the step runs out"),
    "appeal": lazy("Appealed"),
    "migrate": lazy("Moved to another version of the service"),
}
"""What an event of each kind says."""
FIELD_KINDS: dict[str, Any] = {
    "text": lazy("text"), "long_text": lazy("longer text"), "integer": lazy("whole number"),
    "money": lazy("amount in rupiah"), "date": lazy("date"), "choice": lazy("one of"),
    "choices": lazy("some of"), "yes_no": lazy("yes or no"), "region": lazy("region"),
    "person": lazy("NIK of a resident"), "phone": lazy("telephone number"),
    "email": lazy("e-mail address"), "file": lazy("file"),
}  # fmt: skip
"""What kind of answer each kind of question wants."""


def titled(titles: Mapping[str, str] | None) -> str:
    """A title by language in the reader's."""
    if not titles:
        return ""
    language = (get_language() or "id").split("-")[0]
    return titles.get(language) or titles.get("en") or titles.get("id") or ""


def working_time(minutes: int) -> str:
    """A length of working time: 3 hours 24 minutes; its sign does not matter."""
    hours, rest = divmod(abs(minutes), 60)
    parts = []
    if hours:
        parts.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if rest or not hours:
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest})
    return " ".join(parts)


def time_left(minutes: int | None, clock: str) -> str:
    """What is left of a promise, in words: late by, left, or that the clock stands."""
    if minutes is None:
        return _("Ended") if clock == "ended" else "–"
    length = working_time(minutes)
    if minutes < 0:
        late = _("Late by %(length)s") % {"length": length}
        return _("%(late)s, clock stopped") % {"late": late} if clock == "stopped" else late
    if clock == "stopped":
        return _("Clock stopped, %(length)s left") % {"length": length}
    return _("%(length)s left") % {"length": length}


def promise_words(promise: Any) -> str:
    """A promise: 2 working days, or 4 working hours."""
    if promise is None:
        return "–"
    if promise.days is not None:
        return ngettext("%(n)d working day", "%(n)d working days", promise.days) % {
            "n": promise.days
        }
    return ngettext("%(n)d working hour", "%(n)d working hours", promise.hours) % {
        "n": promise.hours
    }
