"""What a file says of a day, and what is told of one that says none."""

from __future__ import annotations

import json

import pytest

from balai.homecare.engine.routing import (
    InstanceRefusedError,
    Pair,
    as_document,
    read_instance,
    read_solution,
)
from homecare.engine.routing.days import day, kept


def refused(document, read=read_instance):
    with pytest.raises(InstanceRefusedError) as error:
        read(document)
    return [each.field for each in error.value.shortcomings]


def test_services_become_nodes_and_double_visits_pairs():
    problem = read_instance(day())
    assert problem.patient_ids == ("p1", "p2", "p2", "p3", "p3", "p4")
    assert problem.place.tolist() == [1, 2, 2, 3, 3, 4]
    assert problem.pairs == (Pair(1, 2, 0, 0), Pair(3, 4, 20, 40))
    assert problem.able.tolist() == [
        [True, True, False, True, False, False],
        [True, False, True, False, True, True],
    ]


@pytest.mark.parametrize("document", [None, [], "text", 7, {}, {"patients": {}}])
def test_what_is_no_instance_is_refused(document):
    assert {"patients", "caregivers"} <= set(refused(document))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda d: d["patients"][0].update(id=""), "patients[0].id"),
        (lambda d: d["patients"][1].update(id="p1"), "patients[1].id"),
        (lambda d: d["patients"][0].update(time_window=[30, 0]), "patients[0].time_window"),
        (lambda d: d["patients"][0].update(time_window=[0, "x"]), "patients[0].time_window"),
        (lambda d: d["patients"][0].update(required_caregivers=[]),
         "patients[0].required_caregivers"),
        (lambda d: d["patients"][0]["required_caregivers"][0].update(duration=-1),
         "patients[0].required_caregivers[0].duration"),
        (lambda d: d["patients"][0]["required_caregivers"][0].update(duration=float("nan")),
         "patients[0].required_caregivers[0].duration"),
        (lambda d: d["patients"][0]["required_caregivers"][0].update(service="surgery"),
         "patients[0].required_caregivers"),
        (lambda d: d["patients"][1].pop("synchronization"), "patients[1].synchronization.type"),
        (lambda d: d["patients"][2]["synchronization"].update(distance=[9]),
         "patients[2].synchronization.distance"),
        (lambda d: d["caregivers"][0].update(abilities="all"), "caregivers[0].abilities"),
        (lambda d: d["distances"].pop(), "distances"),
        (lambda d: d["distances"][1].__setitem__(2, -4), "distances[1][2]"),
        (lambda d: d["patients"].append(5), "patients[4]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_field(change, field):
    document = day()
    change(document)
    assert field in refused(document)


def test_all_that_is_wrong_is_told_at_once():
    document = day()
    document["patients"][0]["time_window"] = None
    document["caregivers"][1]["abilities"] = None
    assert refused(document) == ["patients[0].time_window", "caregivers[1].abilities"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda d: d.update(routes=None), "routes"),
        (lambda d: d["routes"][0].pop("caregiver_id"), "routes[0].caregiver_id"),
        (lambda d: d["routes"][0].update(locations=3), "routes[0].locations"),
        (lambda d: d["routes"][0]["locations"][1].update(arrival_time="soon"),
         "routes[0].locations[1].arrival_time"),
    ],
)  # fmt: skip
def test_what_is_no_solution_is_refused(change, field):
    document = kept()
    change(document)
    assert field in refused(document, read_solution)


def test_a_solution_written_is_read_as_it_was():
    solution = read_solution(kept())
    assert read_solution(json.loads(json.dumps(as_document(solution)))) == solution


def test_the_other_names_of_a_stop_are_read_too():
    document = kept()
    for route in document["routes"]:
        for stop in route["locations"]:
            stop["patient"], stop["service"] = stop.pop("patient_id"), stop.pop("service_id")
    assert read_solution(document) == read_solution(kept())
