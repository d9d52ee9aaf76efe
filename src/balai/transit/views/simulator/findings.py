"""A scenario's outcome as what its page tells: a sentence, measures, who pays more, where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from balai.transit.actions.simulate import LABELS
from balai.transit.engine.simulation import NONE, Change, Outcome, RouteSubsidy, responses
from balai.transit.models import Mode, Scenario

WIDTH, LEFT, RIGHT = 270.0, 10.0, 260.0
GROUPINGS = ("distance", "hour", "concession", "home")
LONG_FORMS = ("Kota Administrasi ", "Kabupaten Administrasi ")
"""What stands before a district's name in full and leaves no room in a chart."""
ELASTICITIES = (-0.2, -0.4, -0.6)


@dataclass(frozen=True, slots=True)
class Value:
    """A measure under one tariff; `x` its place on the strip, `best` whether none is better."""

    label: str
    number: float | None
    x: float
    best: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """A line of the table. `kind` is rupiah, count or share; `error` half a 95 per cent range."""

    title: str
    kind: str
    values: tuple[Value, ...]
    low: float
    high: float
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A group's mean change with the range of its middle 80 in 100, drawn from zero."""

    title: str
    change: Change
    x: float
    width: float
    low_x: float
    high_x: float
    y: int
    text_x: float
    text_end: bool

    @property
    def cheaper(self) -> bool:
        """Whether the group pays less on average."""
        return self.change.mean < 0

    @property
    def middle(self) -> int:
        """The y of the thin line."""
        return self.y + 9


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars, the x of zero and the height of the drawing."""

    bars: tuple[Bar, ...]
    zero: float
    height: int


def lead(outcome: Outcome, number: int) -> dict[str, Any]:
    """What one tariff does, as the figures of its sentence."""
    change = outcome.change(number, "cards")
    before, after = outcome.whole(0, "charge"), outcome.whole(number, "charge")
    counted = change.counted or 1
    return {
        "label": LABELS[number], "difference": abs(after - before), "more": after > before,
        "same": after == before, "share": abs(after - before) / before if before else 0.0,
        "less_cards": change.less / counted, "more_cards": change.more / counted,
        "nobody": change.less == change.more == 0,
    }  # fmt: skip


def measures(outcome: Outcome) -> tuple[Measure, ...]:
    """The table of measures: the baseline first."""
    every = range(len(outcome.tariffs))
    revenue = [outcome.whole(n, "charge") for n in every]
    journeys = [outcome.whole(n, "journeys") for n in every]
    shared = [outcome.sum(n, "integrated") for n in every]
    counted = [outcome.sum(n, "journeys") for n in every]
    changes = [outcome.change(n, "cards") for n in every]
    cards = [outcome.whole(n, "cards", "taps") for n in every]
    errors = [change.error * change.counted for change in changes]
    return (
        _measure(_("Fare revenue"), "rupiah", revenue, max, max(errors)),
        _measure(_("Fare of a journey"), "rupiah", _each(revenue, journeys), min),
        _measure(_("Paid by a card"), "rupiah", _each(revenue, cards), min,
                 max(change.error for change in changes)),
        _measure(_("Journeys under one fare"), "share", _each(shared, counted), max),
        _measure(_("Journeys"), "count", journeys, None),
        _measure(_("Cards that pay less"), "count",
                 [None, *(change.less for change in changes[1:])], max),
        _measure(_("Cards that pay more"), "count",
                 [None, *(change.more for change in changes[1:])], min),
    )  # fmt: skip


def _each(whole: Sequence[int], parts: Sequence[int]) -> list[float | None]:
    return [total / count if count else None for total, count in zip(whole, parts, strict=True)]


def _measure(
    title: str, kind: str, numbers: Sequence[float | None],
    best: Callable[[list[float]], float] | None, error: float = 0.0,
) -> Measure:  # fmt: skip
    known = [number for number in numbers if number is not None]
    least, most = min(known, default=0.0), max(known, default=0.0)
    wanted = best(known) if best and known and most > least else None
    values = tuple(
        Value(label, number, _place(number, least, most), number is not None and number == wanted)
        for label, number in zip(LABELS, numbers, strict=False)
    )
    xs = [value.x for value in values if value.number is not None]
    return Measure(title, kind, values, min(xs, default=LEFT), max(xs, default=LEFT), error)


def _place(number: float | None, least: float, most: float) -> float:
    """Where a value stands on its strip, which goes from the least to the greatest value."""
    if number is None or most == least:
        return round((LEFT + RIGHT) / 2, 1)
    return round(LEFT + 20 + (RIGHT - LEFT - 40) * (number - least) / (most - least), 1)


def groupings(outcome: Outcome) -> tuple[str, ...]:
    """The groupings that tell anything of these taps: with more than one known group."""
    found = []
    for name in GROUPINGS:
        unit = "cards" if name in ("home", "concession") else "journeys"
        labels = outcome.labels(f"{unit} by {name}")
        if len(labels) > 1:
            found.append(name)
    return tuple(found)


def bars(outcome: Outcome, number: int, grouping: str, names: Mapping[str, str]) -> Bars:
    """Who pays more and who less under a tariff, by group; districts by their name."""
    unit = "cards" if grouping in ("home", "concession") else "journeys"
    changes = [outcome.change(number, unit, grouping, label)
               for label in outcome.labels(f"{unit} by {grouping}")]  # fmt: skip
    if grouping == "home":
        changes = sorted(changes, key=lambda change: change.mean)[:24]
    if grouping == "distance":
        order = ("0-2", "2-5", "5-10", "10-20", "20-", NONE)
        changes.sort(key=lambda change: order.index(change.label))
    reach = max((max(abs(c.mean), abs(c.low), abs(c.high)) for c in changes), default=0.0) or 1.0
    zero, room = 352.0, 108.0

    def at(amount: float) -> float:
        return round(zero + room * amount / reach, 1)

    made = []
    for row, change in enumerate(changes):
        end = at(change.mean)
        negative = change.mean < 0
        text = min(end, at(change.low)) - 6 if negative else max(end, at(change.high)) + 6
        made.append(
            Bar(_group(grouping, change.label, names), change, min(zero, end),
                max(abs(end - zero), 1.0), at(change.low), at(change.high), 10 + 33 * row,
                round(text, 1), negative)
        )  # fmt: skip
    return Bars(tuple(made), zero, 14 + 33 * len(made))


def _group(grouping: str, label: str, names: Mapping[str, str]) -> str:
    if label == NONE:
        return _("no concession") if grouping == "concession" else _("not known")
    if grouping == "hour":
        return f"{label}.00"
    if grouping == "distance":
        low, _dash, high = label.partition("-")
        return f"{low}–{high} km" if high else _("over %(km)s km") % {"km": low}
    name = names.get(label, label)
    for before in LONG_FORMS:
        name = name.removeprefix(before)
    return name


def answers(outcome: Outcome, number: int) -> tuple[Any, ...]:
    """Boardings and revenue if riders answered prices by each assumed elasticity."""
    return responses(outcome, number, ELASTICITIES)


def routes(rows: Sequence[RouteSubsidy]) -> tuple[RouteSubsidy, ...]:
    """The routes with the greatest subsidy, or revenue where no cost is known."""
    known = any(row.cost is not None for row in rows)
    return tuple(sorted(rows, key=lambda row: -((row.subsidy or 0) if known else row.revenue))[:12])


def law_changes(scenario: Scenario) -> list[tuple[str, tuple[date, ...]]]:
    """The rules whose law changes within the span: their labels, and the days."""
    days = [tuple(date.fromisoformat(each["start"]) for each in rule.get("later", ()))
            for rule in scenario.rules]  # fmt: skip
    return [(label, held) for label, held in zip(LABELS, days, strict=False) if held]


def mode_names(rule: Mapping[str, Any]) -> str:
    """The modes that a rule leaves at the baseline's own fare, in words."""
    return ", ".join(str(Mode(mode).label) for mode in rule["outside"])


def rows_for_file(scenario: Scenario, outcome: Outcome) -> list[tuple[Any, ...]]:
    """Every sum of the scenario: tariff, dimension, label, measure, value."""
    found = []
    for (number, dimension, label, measure), value in sorted(outcome.sums.items()):
        name = scenario.rules[number]["tariff"]
        found.append((LABELS[number], name, dimension, label, measure, value))
    return found
