"""The simulator's form: three tariffs, their figures to change, and which taps."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from balai.kernel.problems import Fault, ProblemError
from balai.transit.actions.simulate import LABELS, Span, Wish
from balai.transit.engine.simulation.figures import OWN_FARES, varied_figures
from balai.transit.models import Mode, Scenario
from balai.transit.queries.simulation import (
    Choice,
    choices,
    days_of_taps,
    parameters_of,
    tariff_now,
)

SHARES = (1.0, 0.1, 0.01)
MOST_UPLOAD_BYTES = 512 * 2**20
LONGEST_FIRST = timedelta(days=27)


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of one tariff in the form; without `name` it is only shown."""

    label: str
    name: str
    value: str
    error: str = ""

    @property
    def id(self) -> str:
        """The input's id."""
        return self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of the tariffs side by side."""

    title: str
    unit: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A tariff chosen in the form: its label, its name, and how it differs from the tariff."""

    label: str
    tariff: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the form's template shows."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    choices: tuple[Choice, ...]
    first: str
    last: str
    share: float
    errors: tuple[dict[str, str], ...] = ()


def fresh(city: str) -> Page:
    """The form before anything was asked: the tariff in force three times, the last four weeks."""
    name, days = tariff_now(city), days_of_taps(city)
    last = days[1] if days else date(2026, 1, 1)
    first = max(days[0], last - LONGEST_FIRST) if days else last
    parameters = parameters_of(city, name, first)
    rules = [{"tariff": name, "changes": {}, "outside": [], "parameters": parameters}] * 3
    return _page(city, rules, first.isoformat(), last.isoformat(), 1.0)


def of_scenario(city: str, scenario: Scenario) -> Page:
    """The form as the scenario was asked."""
    rules = list(scenario.rules)
    while len(rules) < len(LABELS):
        rules.append({**rules[0], "outside": []})
    return _page(city, rules, scenario.first_day.isoformat(), scenario.last_day.isoformat(),
                 scenario.share)  # fmt: skip


def asked_again(city: str, data: QueryDict, problem: ProblemError) -> Page:
    """The form as it was filled in, with what is wrong at each field."""
    rules = []
    for label in LABELS:
        name = data.get(label, "")
        try:
            parameters = parameters_of(city, name, None)
        except ProblemError:
            name = tariff_now(city)
            parameters = parameters_of(city, name, None)
        rules.append({"tariff": name, "changes": {}, "outside": [], "parameters": parameters})
    wrong = {fault.field: f"{fault.problem}. {fault.remedy}".strip() for fault in problem.faults}
    told = [{"href": f"#{fault.field.replace('.', '-')}", "text": str(fault)}
            for fault in problem.faults] or [{"href": "#now", "text": problem.detail}]  # fmt: skip
    share = _share(data.get("share", "1"))
    return _page(city, rules, data.get("first", ""), data.get("last", ""), share, data, wrong,
                 tuple(told))  # fmt: skip


def wishes_in(city: str, data: QueryDict) -> list[Wish]:
    """The tariffs asked for. A tariff that was chosen anew comes with its own figures.

    ProblemError names the fields that hold no whole number.
    """
    wishes, faults = [], []
    for label in LABELS:
        name = data.get(label, "")
        known = {f.path: f.value for f in varied_figures(parameters_of(city, name, _day(data)))}
        changes: dict[str, int] = {}
        for path, value in known.items() if data.get(f"{label}_was", name) == name else ():
            text = data.get(f"{label}.{path}", "").strip().replace(".", "").replace(",", "")
            if not text or not text.isdecimal() or len(text) > 9:
                if text:
                    faults.append(Fault(field=f"{label}.{path}", value=text[:20],
                                        problem=_("is no whole number"),
                                        remedy=_("Write digits only")))  # fmt: skip
            elif int(text) != value:
                changes[path] = int(text)
        wishes.append(Wish(name, changes))
    if faults:
        raise ProblemError(_("Some figures cannot be read"), faults=tuple(faults))
    return wishes


def span_in(request: HttpRequest) -> Span:
    """The days, the share and the file asked for. ProblemError where they cannot be read."""
    faults, days = [], {}
    for name in ("first", "last"):
        try:
            days[name] = date.fromisoformat(request.POST.get(name, ""))
        except ValueError:
            faults.append(Fault(field=name, value=request.POST.get(name, "")[:20],
                                problem=_("is no day"), remedy=_("Choose a day")))  # fmt: skip
    upload = request.FILES.get("taps")
    if upload is not None and (upload.size or 0) > MOST_UPLOAD_BYTES:
        faults.append(Fault(field="taps", value=str(upload.name)[:60], problem=_("is too large"),
                            remedy=_("Give fewer days, or use the command line")))  # fmt: skip
    if faults:
        raise ProblemError(_("These taps cannot be replayed"), faults=tuple(faults))
    share = _share(request.POST.get("share", "1"))
    if upload is None:
        return Span(days["first"], days["last"], share)
    return Span(days["first"], days["last"], share, _kept(upload), str(upload.name)[:120])


def _kept(upload: File[bytes]) -> str:
    """The uploaded file's name in the storage: by its content."""
    digest = hashlib.sha256()
    for block in upload.chunks():
        digest.update(block)
    suffix = ".csv" if str(upload.name).lower().endswith(".csv") else ".parquet"
    name = f"transit/simulations/{digest.hexdigest()}{suffix}"
    if not default_storage.exists(name):
        upload.seek(0)
        default_storage.save(name, upload)
    return name


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        return 1.0
    return share if share in SHARES else 1.0


def _day(data: QueryDict) -> date | None:
    try:
        return date.fromisoformat(data.get("first", ""))
    except ValueError:
        return None


def _page(
    city: str, rules: list[Any], first: str, last: str, share: float,
    data: QueryDict | None = None, wrong: Mapping[str, str] | None = None,
    errors: tuple[dict[str, str], ...] = (),
) -> Page:  # fmt: skip
    columns = tuple(
        Column(label, rule["tariff"], bool(rule["changes"]))
        for label, rule in zip(LABELS, rules, strict=False)
    )
    figures = [
        {f.path: f for f in varied_figures(rule["parameters"])} for rule in rules[: len(LABELS)]
    ]
    paths = list(dict.fromkeys(path for each in figures for path in each))
    rows = []
    for path in sorted(paths, key=_order):
        cells = []
        for label, each, rule in zip(LABELS, figures, rules, strict=False):
            held = each.get(path)
            own = held is not None and path.partition(".")[2] not in rule["outside"]
            name = f"{label}.{path}" if own else ""
            value = str(held.value) if held else ""
            if data is not None and name:
                value = data.get(name, value)
            cells.append(Cell(label, name, value, (wrong or {}).get(name, "")))
        unit = next(each[path].unit for each in figures if path in each)
        rows.append(Row(_title(path), _("Rp") if unit == "rupiah" else _("minutes"), tuple(cells)))
    return Page(columns, tuple(rows), choices(city), first, last, share, errors)


def _order(path: str) -> tuple[int, str]:
    return (0 if path.split(".", maxsplit=1)[0] in OWN_FARES else 1, "")


def _title(path: str) -> str:
    name, _dot, mode = path.partition(".")
    if mode:
        return str(Mode(mode).label) if mode in Mode.values else mode
    return {
        "cap": _("Cap of a journey"), "window_seconds": _("Window"),
        "transfer_seconds": _("Free transfer"), "base": _("Integrated base"),
        "per_km": _("Integrated, per km"), "validity_seconds": _("Package holds"),
        "gap_seconds": _("Time to change"),
    }.get(name, name)  # fmt: skip
