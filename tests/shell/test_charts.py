"""Charts' geometry: to scale, honest about gaps, inside its frame."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.shell import charts

DAYS = [dt.date(2026, month, 1) for month in (1, 2, 3, 4)]


def draw(values, **options):
    return charts.line_chart(
        [charts.Series(list(zip(DAYS, values, strict=True)))],
        summary="summary",
        value_label=lambda value: f"{value:g}",
        day_label=str,
        **options,
    )


def test_days_stand_to_scale_not_evenly():
    xs = [float(p.split(" ")[0]) for p in draw([1, 2, 3, 4]).curves[0].path[1:].split("L")]
    # January has 31 days, February 28.
    assert (xs[1] - xs[0]) / (xs[2] - xs[1]) == pytest.approx(31 / 28, abs=0.01)


def test_a_gap_is_left_open():
    assert draw([1, None, 3, 4]).curves[0].path.count("M") == 2


def test_axis_encloses_values_target_and_first_publication():
    chart = draw(
        [31.2, 33.0, 36.0, 38.4],
        target=(dt.date(2027, 6, 1), 45.0, "target"),
        first_published=(DAYS[-1], 39.1, "first"),
    )
    ticks = [float(tick.label) for tick in chart.y_ticks]
    assert ticks[0] <= 31.2
    assert ticks[-1] >= 45
    assert float(chart.aim.x) <= chart.width
    assert float(chart.first.y) < float(chart.curves[0].end.y)


def test_bars_of_zero_show_when_asked():
    assert draw([5, 6, 7, 8], from_zero=True).y_ticks[0].label == "0"


def test_nothing_measured_is_refused():
    with pytest.raises(ValueError, match="measured"):
        draw([None, None, None, None])
    with pytest.raises(ValueError, match="dot"):
        charts.dot_chart([], summary="", x_label=str, y_label=str, x_title="", y_title="")


def test_front_joins_only_the_best():
    chart = charts.dot_chart(
        [charts.Dot(79, 3500, "c", on=True), charts.Dot(45, 5750, "a", on=True),
         charts.Dot(60, 5900)],
        summary="", x_label=str, y_label=str, x_title="", y_title="",
    )  # fmt: skip
    assert chart.front.count("L") == 1
    assert [dot.on for dot in chart.dots] == [False, True, True]


numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))


@given(numbers, numbers)
def test_ticks_enclose_and_rise(low, high):
    low, high = min(low, high), max(low, high)
    ticks = charts.nice_ticks(low, high)
    assert ticks[0] <= low + 1e-6
    assert ticks[-1] >= high - 1e-6
    assert list(ticks) == sorted(set(ticks))
    assert len(ticks) <= 8


def test_labels_of_a_dot_chart_never_cover_each_other_and_the_ends_keep_theirs():
    dots = [charts.Dot(40 + n / 2, 5000 - 20 * n, f"option {n}", on=True) for n in range(9)]
    dots.append(charts.Dot(80, 3500, "cheapest", on=True, selected=True))
    chart = dot_chart_of(dots)
    labels = [mark for mark in chart.dots if mark.label]
    words = [mark.label for mark in labels]
    assert "option 0" in words
    assert "cheapest" in words
    assert len(labels) < len(dots)
    boxes = [
        charts._label_box(each.label, float(each.label_x), float(each.label_y), each.anchor)
        for each in labels
    ]
    assert not any(a.meets(b) for a in boxes for b in boxes if a is not b)


def dot_chart_of(dots):
    return charts.dot_chart(
        dots, summary="", x_label=str, y_label=str, x_title="minutes", y_title="Rp"
    )
