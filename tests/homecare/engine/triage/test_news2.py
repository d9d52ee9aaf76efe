"""NEWS2: every edge of every band, and what the parts come to."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from balai.homecare.engine.triage import (
    VitalSigns,
    VitalSignsRefusedError,
    assess,
    chart_from_parameters,
)
from balai.kernel.laws import find_law

WELL = VitalSigns(
    respiration_rate=16, spo2=97, on_oxygen=False, systolic_blood_pressure=120, pulse=70,
    consciousness="alert", temperature=37.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def chart():
    told = find_law("homecare/news2").on(date(2026, 11, 1))
    return chart_from_parameters({name: dated.value for name, dated in told.items()})


# Both sides of each edge of the chart: value, score.
EDGES = {
    "respiration_rate": [(0, 3), (8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2), (24, 2),
                         (25, 3), (60, 3)],
    "spo2": [(0, 3), (91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0), (100, 0)],
    "systolic_blood_pressure": [(50, 3), (90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0),
                                (219, 0), (220, 3), (260, 3)],
    "pulse": [(20, 3), (40, 3), (41, 1), (50, 1), (51, 0), (90, 0), (91, 1), (110, 1), (111, 2),
              (130, 2), (131, 3), (200, 3)],
    "temperature": [(30.0, 3), (35.0, 3), (35.1, 1), (36.0, 1), (36.1, 0), (38.0, 0), (38.1, 1),
                    (39.0, 1), (39.1, 2), (42.0, 2)],
}  # fmt: skip
ON_AIR = [(80, 3), (83, 3), (84, 2), (85, 2), (86, 1), (87, 1), (88, 0), (92, 0), (93, 0), (100, 0)]
ON_OXYGEN = [(83, 3), (84, 2), (85, 2), (86, 1), (87, 1), (88, 0), (92, 0), (93, 1), (94, 1),
             (95, 2), (96, 2), (97, 3), (100, 3)]  # fmt: skip


@pytest.mark.parametrize(
    ("sign", "value", "score"), [(sign, *edge) for sign, edges in EDGES.items() for edge in edges]
)
def test_each_side_of_each_edge(chart, sign, value, score):
    told = assess(replace(WELL, **{sign: value}), chart)
    assert (told.scores[sign], told.total) == (score, score)


@pytest.mark.parametrize(
    ("oxygen", "value", "score"),
    [(False, *edge) for edge in ON_AIR] + [(True, *edge) for edge in ON_OXYGEN],
)
def test_each_side_of_each_edge_of_the_second_scale(chart, oxygen, value, score):
    told = assess(replace(WELL, spo2=value, spo2_scale=2, on_oxygen=oxygen), chart)
    assert told.scores["spo2"] == score
    assert told.total == score + (2 if oxygen else 0)


@pytest.mark.parametrize(
    ("state", "score"),
    [("alert", 0), ("confusion", 3), ("voice", 3), ("pain", 3), ("unresponsive", 3)],
)
def test_anything_but_alert_scores_3(chart, state, score):
    assert assess(replace(WELL, consciousness=state), chart).total == score


def test_the_chart_is_the_published_one(chart, shared_data):
    published = json.loads((shared_data / "homecare" / "news2_rcp2017.json").read_text())
    for sign, name in (
        ("respiration_rate", "respiration_rate"), ("spo2_scale1", "spo2_scale_1"),
        ("systolic_bp", "systolic_blood_pressure"), ("pulse", "pulse"),
        ("temperature", "temperature"),
    ):  # fmt: skip
        assert [score for _, score in published[sign]] == list(chart.scales[name].scores)
    assert chart.most == published["max"] == 20


@pytest.mark.parametrize(
    ("signs", "total", "risk"),
    [
        ({}, 0, "low"),
        ({"pulse": 95, "respiration_rate": 10, "temperature": 38.5, "spo2": 95}, 4, "low"),
        ({"systolic_blood_pressure": 90}, 3, "low-medium"),
        ({"systolic_blood_pressure": 90, "pulse": 95}, 4, "low-medium"),
        ({"respiration_rate": 22, "pulse": 112, "spo2": 95}, 5, "medium"),
        ({"respiration_rate": 22, "pulse": 112, "spo2": 93}, 6, "medium"),
        ({"respiration_rate": 22, "pulse": 112, "spo2": 93, "temperature": 38.1}, 7, "high"),
        ({"respiration_rate": 25, "spo2": 90, "on_oxygen": True, "systolic_blood_pressure": 80,
          "pulse": 140, "consciousness": "pain", "temperature": 34.0}, 20, "high"),
    ],
)  # fmt: skip
def test_what_the_parts_come_to(chart, signs, total, risk):
    told = assess(replace(WELL, **signs), chart)
    assert (told.total, told.risk, told.complete) == (total, risk, True)


def test_what_was_not_measured_is_named_and_the_rest_counts_at_the_least(chart):
    told = assess(VitalSigns(pulse=135, spo2=84, spo2_scale=2), chart)
    assert (told.total, told.risk, told.complete) == (3, "low-medium", False)
    assert told.missing == (
        "respiration_rate", "spo2", "on_oxygen", "systolic_blood_pressure", "consciousness",
        "temperature",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pulse", -1), ("pulse", 301), ("pulse", 70.5), ("pulse", True), ("pulse", "70"),
        ("spo2", 101), ("temperature", 371), ("temperature", 37.05), ("temperature", float("nan")),
        ("consciousness", "asleep"), ("spo2_scale", 3),
    ],
)  # fmt: skip
def test_a_slip_is_refused_by_its_field(chart, field, value):
    with pytest.raises(VitalSignsRefusedError) as refused:
        assess(replace(WELL, **{field: value}), chart)
    assert refused.value.field == field
