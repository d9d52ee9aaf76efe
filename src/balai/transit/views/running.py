"""How it runs, in words: delays, headways, notices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from balai.kernel.problems import MissingError, ProblemError
from balai.transit.engine.realtime import Alert
from balai.transit.models import Mode

LATE_SECONDS = 60
GRAVE = ("NO_SERVICE", "STOP_MOVED", "DETOUR")


def late_words(late: int | None) -> str:
    """How late a vehicle is; empty where nothing is known."""
    if late is None:
        return ""
    minutes = round(abs(late) / 60)
    if abs(late) < LATE_SECONDS:
        return _("on time")
    if late > 0:
        return ngettext("%(n)d min late", "%(n)d min late", minutes) % {"n": minutes}
    return ngettext("%(n)d min early", "%(n)d min early", minutes) % {"n": minutes}


def late_status(late: int | None) -> str:
    """The status that a delay is shown in: ok, info (early) or late; empty where unknown."""
    if late is None:
        return ""
    if abs(late) < LATE_SECONDS:
        return "ok"
    return "late" if late > 0 else "info"


def headway_words(headways: tuple[int, int] | None) -> str:
    """`every 7-10 min`, or empty."""
    if headways is None:
        return ""
    least, most = (max(1, round(each / 60)) for each in headways)
    if least == most:
        return _("every %(n)d min") % {"n": least}
    return _("every %(least)d–%(most)d min") % {"least": least, "most": most}


def tell_no_tariff(form: Any, problem: ProblemError, on: date) -> None:
    """Say at its field that no tariff, or not the chosen one, held on the day asked for."""
    day = date_format(on, "j F Y")
    if isinstance(problem, MissingError):
        form.add_error("tariff", _("There are no such fare rules. Choose others."))
    elif problem.kind != "no-tariff":
        form.add_error(None, str(problem))
    elif problem.faults and "tariff" in form.fields:
        form.add_error(
            "tariff", _("These fare rules did not hold on %(day)s. Choose others.") % {"day": day}
        )
    else:
        form.add_error("on", _("No fare rules hold on %(day)s. Choose another day.") % {"day": day})


def mode_title(mode: str) -> str:
    """A mode as a heading."""
    return str(dict(Mode.choices).get(mode, mode))


def alert_rows(alerts: Iterable[Alert]) -> list[dict[str, str]]:
    """Notices in the reader's language, each once; grave ones stand out."""
    rows: dict[str, dict[str, str]] = {}
    for alert in alerts:
        grave = alert.severity == "SEVERE" or alert.effect in GRAVE
        rows[alert.entity] = {
            "header": _words(alert.header), "description": _words(alert.description),
            "url": _web(_words(alert.url)), "kind": "late" if grave else "wait",
        }  # fmt: skip
    return list(rows.values())


def _words(words: Any) -> str:
    language = get_language() or "id"
    return next((words[key] for key in (language, "", "id", "en") if key in words), "") or next(
        iter(words.values()), ""
    )


def _web(address: str) -> str:
    return address if address.startswith(("https://", "http://")) else ""
