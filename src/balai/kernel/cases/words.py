"""How cases read on a page: states, acts, lengths of working time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

STATUSES: dict[str, tuple[str, Any]] = {
    "draft": ("mute", gettext_lazy("draft")),
    "submitted": ("info", gettext_lazy("new")),
    "working": ("info", gettext_lazy("being worked on")),
    "returned": ("mute", gettext_lazy("waits for the resident")),
    "paused": ("wait", gettext_lazy("paused")),
    "approved": ("ok", gettext_lazy("approved")),
    "refused": ("late", gettext_lazy("refused")),
    "withdrawn": ("mute", gettext_lazy("withdrawn")),
}
"""Icon and words of each state."""
DONE: dict[str, Any] = {
    "open": gettext_lazy("Begun as a draft"),
    "submit": gettext_lazy("Submitted"),
    "claim": gettext_lazy("Taken up"),
    "release": gettext_lazy("Released for a colleague"),
    "assign": gettext_lazy("Assigned"),
    "check": gettext_lazy("Checked and passed on"),
    "approve": gettext_lazy("Approved"),
    "sign": gettext_lazy("Signed"),
    "return": gettext_lazy("Returned to the resident"),
    "resubmit": gettext_lazy("Submitted again"),
    "send_back": gettext_lazy("Sent back to an earlier step"),
    "refuse": gettext_lazy("Refused"),
    "pause": gettext_lazy("Paused"),
    "resume": gettext_lazy("Taken up again"),
    "withdraw": gettext_lazy("Withdrawn"),
    "hand_over": gettext_lazy("Handed over to another office"),
    "note": gettext_lazy("Note added"),
    "attach": gettext_lazy("Paper attached"),
    "escalate": gettext_lazy("Escalated: the time of the step runs out"),
    "appeal": gettext_lazy("Appealed"),
    "migrate": gettext_lazy("Moved to another version of the service"),
}
"""What an event of each kind says."""
FIELD_KINDS: dict[str, Any] = {
    "text": gettext_lazy("text"),
    "long_text": gettext_lazy("longer text"),
    "integer": gettext_lazy("whole number"),
    "money": gettext_lazy("amount in rupiah"),
    "date": gettext_lazy("date"),
    "choice": gettext_lazy("one of"),
    "choices": gettext_lazy("some of"),
    "yes_no": gettext_lazy("yes or no"),
    "region": gettext_lazy("region"),
    "person": gettext_lazy("NIK of a resident"),
    "phone": gettext_lazy("telephone number"),
    "email": gettext_lazy("e-mail address"),
    "file": gettext_lazy("file"),
}
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
