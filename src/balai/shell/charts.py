"""The geometry of charts drawn on the server: plain numbers in, positions for SVG out.

Positions are text, since a template would write a float with the visitor's decimal comma.
Axes are honest: time to scale, gaps drawn as gaps, and the whole range of the values shown.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

Label = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on the chart with what is written beside it."""

    x: str
    y: str
    label: str = ""
    label_x: str = ""
    label_y: str = ""
    anchor: str = "start"
    on: bool = False
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis: `at` along it, `text_at` where its word stands."""

    at: str
    text_at: str
    label: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One drawn series: its path, the path of its range, and its last point."""

    path: str
    band: str
    end: Mark | None
    order: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the chart templates place."""

    width: int
    height: int
    left: str
    right: str
    bottom: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    summary: str
    curves: tuple[Curve, ...] = ()
    dots: tuple[Mark, ...] = ()
    front: str = ""
    aim: Mark | None = None
    aim_path: str = ""
    first: Mark | None = None
    x_title: str = ""
    y_title: str = ""
    x_title_at: str = ""
    text_y: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Values by day; None where nothing was measured. `ranges` are (low, high) by day."""

    points: Sequence[tuple[dt.date, float | None]]
    label: str = ""
    ranges: Sequence[tuple[dt.date, float, float]] = ()


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a dot chart. `on` puts it on the front line; `selected` is the one in view."""

    x: float
    y: float
    label: str = ""
    on: bool = False
    selected: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """The plotting area and the linear maps into it."""

    left: float
    right: float
    top: float
    bottom: float
    x: tuple[float, float]
    y: tuple[float, float]
    ticks: tuple[float, ...] = field(default=())

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.across(x), self.down(y)

    def across(self, x: float) -> float:
        low, high = self.x
        return self.left + (x - low) / ((high - low) or 1.0) * (self.right - self.left)

    def down(self, y: float) -> float:
        low, high = self.y
        return self.bottom - (y - low) / ((high - low) or 1.0) * (self.bottom - self.top)


def line_chart(
    series: Sequence[Series],
    *,
    summary: str,
    value_label: Label,
    day_label: Callable[[dt.date], str],
    target: tuple[dt.date, float, str] | None = None,
    first_published: tuple[dt.date, float, str] | None = None,
    from_zero: bool = False,
    width: int = 520,
    height: int = 220,
) -> Chart:
    """A chart of values over time.

    `summary` is its text for those who do not see it. `target` is (day, value, words): a dotted
    line runs there from the first series' last value. `first_published` is a value as it stood
    before a restatement, kept as a hollow diamond. Raises ValueError where nothing was measured.
    """
    days, values = _extent(series, target, first_published)
    frame = _frame(
        (min(days), max(days)), (min(values), max(values)), from_zero, width, height, text=24.0
    )
    curves = tuple(_curve(each, frame, order, value_label) for order, each in enumerate(series, 1))
    aim, aim_path = _aim(target, series[0], frame)
    return Chart(
        width=width,
        height=height,
        left=_n(frame.left),
        right=_n(frame.right),
        bottom=_n(frame.bottom),
        x_ticks=_day_ticks(series, target, frame, day_label),
        y_ticks=_value_ticks(frame, value_label),
        summary=summary,
        curves=curves,
        aim=aim,
        aim_path=aim_path,
        first=_first(first_published, frame),
        text_y=_n(frame.bottom + 22),
    )


def dot_chart(
    dots: Sequence[Dot],
    *,
    summary: str,
    x_label: Label,
    y_label: Label,
    x_title: str,
    y_title: str,
    width: int = 360,
    height: int = 250,
) -> Chart:
    """A chart of alternatives in two measures, the best ones joined by a dotted front."""
    if not dots:
        raise ValueError("a dot chart needs at least one dot")
    xs, ys = [dot.x for dot in dots], [dot.y for dot in dots]
    x_ticks = nice_ticks(min(xs), max(xs), 5)
    frame = _frame((x_ticks[0], x_ticks[-1]), (min(ys), max(ys)), False, width, height, text=44.0)
    placed = _dots(dots, frame)
    front = sorted((dot.x, dot.y) for dot in dots if dot.on)
    return Chart(
        width=width,
        height=height,
        left=_n(frame.left),
        right=_n(frame.right),
        bottom=_n(frame.bottom),
        x_ticks=tuple(Tick(_n(frame.across(x)), _n(frame.across(x)), x_label(x)) for x in x_ticks),
        y_ticks=_value_ticks(frame, y_label),
        summary=summary,
        dots=tuple(sorted(placed, key=lambda mark: (mark.on, mark.selected))),
        front=_path([frame.at(x, y) for x, y in front]) if len(front) > 1 else "",
        x_title=x_title,
        y_title=y_title,
        x_title_at=_n((frame.left + frame.right) / 2),
        text_y=_n(frame.bottom + 20),
    )


def nice_ticks(low: float, high: float, count: int = 4) -> tuple[float, ...]:
    """Round values (1, 2, 2.5 or 5 times a power of ten) that enclose low to high."""
    if low == high:
        low, high = (low - 1, high + 1) if low else (0.0, 1.0)
    rough = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(i * step, 10) for i in range(first, last + 1))


def _extent(
    series: Sequence[Series],
    target: tuple[dt.date, float, str] | None,
    first: tuple[dt.date, float, str] | None,
) -> tuple[list[int], list[float]]:
    known = [(d, v) for each in series for d, v in each.points if v is not None]
    if not known:
        raise ValueError("a line chart needs at least one measured value")
    extra = [(d, v) for d, v, _ in filter(None, (target, first))]
    ranges = [v for each in series for _, low, high in each.ranges for v in (low, high)]
    days = [d.toordinal() for each in series for d, _ in each.points]
    return (
        days + [d.toordinal() for d, _ in extra],
        [v for _, v in known] + [v for _, v in extra] + ranges,
    )


def _frame(
    x: tuple[float, float],
    y: tuple[float, float],
    from_zero: bool,
    width: int,
    height: int,
    *,
    text: float,
) -> _Frame:
    low, high = (min(0.0, y[0]) if from_zero else y[0]), y[1]
    ticks = nice_ticks(low, high, 3)
    return _Frame(
        left=48.0,
        right=width - 44.0,
        top=30.0,
        bottom=height - text - 12.0,
        x=x,
        y=(ticks[0], ticks[-1]),
        ticks=ticks,
    )


def _curve(series: Series, frame: _Frame, order: int, label: Label) -> Curve:
    runs: list[list[tuple[float, float]]] = [[]]
    for day, value in series.points:
        if value is None:
            runs.append([])
        else:
            runs[-1].append(frame.at(day.toordinal(), value))
    known = [(d, v) for d, v in series.points if v is not None]
    end = None
    if known:
        x, y = frame.at(known[-1][0].toordinal(), known[-1][1])
        words = " ".join(filter(None, (series.label, label(known[-1][1]))))
        end = Mark(_n(x), _n(y), words, _n(x + 8), _n(y + 20))
    return Curve(" ".join(_path(run) for run in runs if run), _range(series, frame), end, order)


def _range(series: Series, frame: _Frame) -> str:
    if not series.ranges:
        return ""
    upper = [frame.at(d.toordinal(), high) for d, _, high in series.ranges]
    lower = [frame.at(d.toordinal(), low) for d, low, _ in reversed(series.ranges)]
    return f"{_path(upper + lower)}Z"


def _aim(
    target: tuple[dt.date, float, str] | None, series: Series, frame: _Frame
) -> tuple[Mark | None, str]:
    if target is None:
        return None, ""
    day, value, words = target
    x, y = frame.at(day.toordinal(), value)
    last_day, last = next((d, v) for d, v in reversed(series.points) if v is not None)
    path = _path([frame.at(last_day.toordinal(), last), (x, y)])
    return Mark(_n(x), _n(y), words, _n(x), _n(y - 11), "end"), path


def _first(first: tuple[dt.date, float, str] | None, frame: _Frame) -> Mark | None:
    if first is None:
        return None
    x, y = frame.at(first[0].toordinal(), first[1])
    return Mark(_n(x), _n(y), first[2], _n(x - 10), _n(y - 8), "end")


def _day_ticks(
    series: Sequence[Series],
    target: tuple[dt.date, float, str] | None,
    frame: _Frame,
    label: Callable[[dt.date], str],
) -> tuple[Tick, ...]:
    days = sorted({d for each in series for d, _ in each.points})
    step = max(1, math.ceil(len(days) / 5))
    chosen = days[::step]
    if target:
        chosen = [d for d in chosen if d < target[0]] + [target[0]]
    ticks: list[Tick] = []
    previous = -math.inf
    for day in chosen:
        x = frame.across(day.toordinal())
        if x - previous >= 84:
            ticks.append(Tick(_n(x), _n(x), label(day)))
            previous = x
    return tuple(ticks)


def _value_ticks(frame: _Frame, label: Label) -> tuple[Tick, ...]:
    return tuple(
        Tick(_n(frame.down(value)), _n(frame.down(value) + 4), label(value))
        for value in frame.ticks
    )


def _dots(dots: Sequence[Dot], frame: _Frame) -> tuple[Mark, ...]:
    """The dots, each with its label where that covers no other; the outer ones come first.

    A label that fits nowhere is left out of the drawing: the summary has every one of them.
    """
    spots = [frame.at(dot.x, dot.y) for dot in dots]
    taken = [_Box(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in spots]
    labelled = sorted((i for i, dot in enumerate(dots) if dot.label), key=lambda i: spots[i])
    turns = sorted(labelled, key=lambda i: (i not in (labelled[0], labelled[-1]),
                                            not dots[i].selected))  # fmt: skip
    marks = [Mark(_n(x), _n(y), on=dot.on, selected=dot.selected)
             for dot, (x, y) in zip(dots, spots, strict=True)]  # fmt: skip
    for i in turns:
        for label_x, label_y, anchor in _sides(*spots[i]):
            box = _label_box(dots[i].label, label_x, label_y, anchor)
            if box.within(frame) and not any(box.meets(other) for other in taken):
                taken.append(box)
                marks[i] = replace(marks[i], label=dots[i].label, label_x=_n(label_x),
                                   label_y=_n(label_y), anchor=anchor)  # fmt: skip
                break
    return tuple(marks)


DOT = 8.0
CHARACTER, LINE = 6.6, 12.0
"""About the width and height of a letter of a label, in the drawing's units."""


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right
            and self.top < other.bottom and other.top < self.bottom
        )  # fmt: skip

    def within(self, frame: _Frame) -> bool:
        return (
            self.left >= frame.left - 4 and self.right <= frame.right + 44
            and self.top >= 0 and self.bottom <= frame.bottom + 4
        )  # fmt: skip


def _sides(x: float, y: float) -> Iterator[tuple[float, float, str]]:
    """Where a dot's label may stand, the best place first."""
    yield x + 12, y - 7, "start"
    yield x, y - 13, "middle"
    yield x, y + 22, "middle"
    yield x + 12, y + 5, "start"
    yield x - 12, y - 7, "end"
    yield x - 12, y + 16, "end"


def _label_box(label: str, x: float, y: float, anchor: str) -> _Box:
    width = CHARACTER * len(label)
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    return _Box(left, y - LINE + 2, left + width, y + 2)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
