"""What the plan page shows of the options found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from balai.transit.queries.trips import Option, Step, TripPlan
from balai.transit.views.bill import bill
from balai.transit.views.running import alert_rows, late_status, late_words

MOST_SHOWN = 3


def option_page(request: HttpRequest, question: Any, found: TripPlan) -> dict[str, Any]:
    """The context of the page: options, the one chosen, its steps, bill, chart and map."""
    at = _chosen(request, len(found.options))
    chosen = found.options[at]
    shown = shown_first([(option.seconds, option.fare) for option in found.options])
    rest = len(found.options) - len(shown)
    names = {step.leg.route_id or "": step.line.name for step in chosen.steps if step.line}
    return {
        "title": _title(len(found.options)),
        "options": [_card(request, option, found, number, number == at)
                    | {"aside": number not in shown}
                    for number, option in enumerate(found.options)],
        "aside": {
            "number": rest, "current": at not in shown,
            "title": ngettext("%(n)d other option", "%(n)d other options", rest) % {"n": rest},
        },
        "chosen": chosen,
        "steps": [_step(step) for step in chosen.steps],
        "bill": bill(chosen.quote, question.tariff, names, question.at.date()),
        "dots": _dots(found, at) if len(found.options) + len(found.others) > 1 else None,
        "alerts": alert_rows([alert for step in chosen.steps for alert in step.alerts]),
        "plan_map": _map(request, question, found, at),
        "swap_url": _swap(request),
    }  # fmt: skip


def shown_first(options: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Which of the options, given as (seconds, rupiah) with the fastest first, are shown at once:
    three at most, the fastest, the cheapest, and the one nearest to being the best in both.
    """
    if len(options) <= MOST_SHOWN:
        return frozenset(range(len(options)))
    cheapest = min(range(len(options)), key=lambda place: (options[place][1], options[place][0]))
    (fast, dear), (slow, cheap) = options[0], options[cheapest]

    def distance(place: int) -> float:
        seconds, fare = options[place]
        return (seconds - fast) / ((slow - fast) or 1) + (fare - cheap) / ((dear - cheap) or 1)

    between = [place for place in range(1, len(options)) if place != cheapest]
    return frozenset({0, min(between, key=distance), cheapest})


def _chosen(request: HttpRequest, options: int) -> int:
    text = request.GET.get("pilih", "1")
    number = int(text) if text.isdecimal() and len(text) < 4 else 1
    return min(max(number, 1), options) - 1


def _title(options: int) -> str:
    titles = {
        1: _("One sensible option"), 2: _("Two sensible options"),
        3: _("Three sensible options"), 4: _("Four sensible options"),
        5: _("Five sensible options"),
    }  # fmt: skip
    return titles.get(options) or _("%(n)d sensible options") % {"n": options}


def kind_words(kind: str) -> str:
    """What an option is among the others."""
    return {
        "fastest": _("Fastest"), "between": _("In between"), "cheapest": _("Cheapest"),
        "fewest": _("Fewest changes"), "only": _("Fastest and cheapest"),
    }[kind]  # fmt: skip


def _card(
    request: HttpRequest, option: Option, found: TripPlan, number: int, current: bool
) -> dict[str, Any]:
    return {
        "kind": kind_words(option.kind),
        "seconds": option.seconds,
        "fare": option.fare,
        "chain": [_chip(step) for step in option.steps if not step.is_walk or step.seconds >= 60],
        "longer": max(0, option.seconds - found.options[0].seconds) if number else 0,
        "saved": max(0, found.options[0].fare - option.fare) if number else 0,
        "arrive": option.arrive,
        "depart": option.depart,
        "changes": _changes(option),
        "href": _with(request, pilih=str(number + 1)),
        "group": f"option-{number + 1}",
        "current": current,
    }


def _chip(step: Step) -> dict[str, str]:
    if step.line is None:
        return {"mode": "walk", "label": str(_minutes(step.seconds))}
    return {"mode": step.line.mode, "label": step.line.name}


def _changes(option: Option) -> str:
    changes = option.journey.transfers
    if not option.journey.rides:
        return _("On foot all the way.")
    if not changes:
        return _("No change.")
    return ngettext("%(n)d change.", "%(n)d changes.", changes) % {"n": changes}


def _step(step: Step) -> dict[str, Any]:
    return {
        "step": step,
        "mode": step.line.mode if step.line else "walk",
        "name": _line_name(step),
        "calls": ngettext("%(n)d stop", "%(n)d stops", step.calls) % {"n": step.calls},
        "late": late_words(step.late),
        "late_status": late_status(step.late),
    }


def _line_name(step: Step) -> str:
    """A route as riders say it: Transjakarta 1, MRT, JAK.31."""
    if step.line is None:
        return ""
    name, operator = step.line.name, step.line.operator
    known = name.lower().startswith(("jak", operator.lower())) or not operator
    return name if known or not name[:1].isdecimal() else f"{operator} {name}"


def _dots(found: TripPlan, at: int) -> list[tuple[int, int, str, bool, bool]]:
    """Options and other journeys as (minutes, rupiah, label, on the front, selected)."""
    first, by = found.options[0], found.asked.arrive_by
    asked = first.journey.depart + first.seconds if by else first.journey.arrive - first.seconds
    return [
        *(
            (_minutes(option.seconds), option.fare, kind_words(option.kind), True, place == at)
            for place, option in enumerate(found.options)
        ),
        *((_minutes(asked - each.depart if by else each.arrive - asked), each.fare or 0, "",
           False, False) for each in found.others),
    ]  # fmt: skip


def _map(request: HttpRequest, question: Any, found: TripPlan, at: int) -> dict[str, Any]:
    every = [point for option in found.options for step in option.steps for point in step.way]
    every += [question.start.point, question.end.point]
    lats, lons = [lat for lat, _lon in every], [lon for _lat, lon in every]
    city = request.city.slug  # type: ignore[attr-defined]
    network = reverse("transit:network", args=[city])
    return {
        "bounds": [min(lons), min(lats), max(lons), max(lats)],
        "ground": "land",
        "roads": f"{network}?on={question.at:%Y-%m-%d}",
        "lines": _collection(_lines(found)),
        "points": _collection(_points(question, found)),
        "selected": f"option-{at + 1}",
    }


def _lines(found: TripPlan) -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "properties": {
                "id": f"{number}-{place}", "group": f"option-{number}",
                "mode": step.line.mode if step.line else "walk", "dashed": step.is_walk,
            },
            "geometry": {"type": "LineString", "coordinates": [_at(p) for p in step.way]},
        }
        for number, option in enumerate(found.options, 1)
        for place, step in enumerate(option.steps)
        if len(step.points) > 1
    ]  # fmt: skip


def _points(question: Any, found: TripPlan) -> list[dict[str, Any]]:
    points = [
        _point(question.start.point, kind="pin", text="A", label=question.start.name, side="right",
               important=True),
        _point(question.end.point, kind="pin", text="B", label=question.end.name, side="right",
               important=True),
    ]  # fmt: skip
    for number, option in enumerate(found.options, 1):
        for step in option.steps:
            if step.is_walk:
                continue
            group = f"option-{number}"
            names = {step.points[0]: step.from_name, step.points[-1]: step.to_name}
            for point in step.points:
                # A stop at the very end of the trip bears the pin's label already.
                name = names.get(point, "")
                name = "" if name in (question.start.name, question.end.name) else name
                important = bool(name) and point == step.points[0]
                points.append(
                    _point(point, kind="stop", label=name, group=group, important=important)
                )
    return points


def _point(point: tuple[float, float], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties,
            "geometry": {"type": "Point", "coordinates": _at(point)}}  # fmt: skip


def _at(point: tuple[float, float]) -> list[float]:
    return [round(point[1], 6), round(point[0], 6)]


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _minutes(seconds: int) -> int:
    return -(-seconds // 60)


def _with(request: HttpRequest, **changes: str) -> str:
    asked: dict[str, Any] = {key: values for key, values in request.GET.lists() if any(values)}
    return f"?{urlencode(asked | changes, doseq=True)}"


def _swap(request: HttpRequest) -> str:
    asked = {key: values for key, values in request.GET.lists() if any(values)}
    turned = {"start": "end", "end": "start", "start_stop": "end_stop", "end_stop": "start_stop"}
    return (
        f"?{urlencode({turned.get(k, k): v for k, v in asked.items() if k != 'pilih'}, doseq=True)}"
    )
