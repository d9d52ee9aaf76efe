"""A solution's cost, and each rule that one may break."""

from __future__ import annotations

import csv
import json

import pytest

from balai.homecare.engine.routing import check, read_instance, read_solution
from homecare.engine.routing.days import day, kept, stop


def verdict(solution, instance=None):
    return check(read_instance(instance or day()), read_solution(solution))


def rules(solution):
    return [each.rule for each in verdict(solution).violations]


def test_the_cost_is_a_third_of_distance_tardiness_and_the_largest():
    told = verdict(kept())
    assert told.feasible
    assert (told.distance, told.total_tardiness, told.max_tardiness) == (140, 20, 15)
    assert told.cost == (140 + 20 + 15) / 3


def test_who_stays_at_the_office_may_have_no_list_or_no_route():
    solution = kept()
    instance = day()
    instance["caregivers"] += [{"id": "idle", "abilities": []}, {"id": "away", "abilities": []}]
    solution["routes"].append({"caregiver_id": "idle"})
    assert verdict(solution, instance) == verdict(kept())


def test_a_service_that_a_visit_needs_of_two_is_given_by_both():
    instance = day()
    instance["patients"][1]["required_caregivers"][1]["service"] = "injection"
    instance["caregivers"][1]["abilities"].append("injection")
    solution = kept()
    solution["routes"][1]["locations"][0]["service_id"] = "injection"
    assert verdict(solution, instance).feasible


def unskilled(solution):
    solution["routes"][1]["locations"].append(solution["routes"][0]["locations"].pop())
    solution["routes"][1]["locations"][-1] |= {"arrival_time": 135, "departure_time": 145}


def alone(solution):
    solution["routes"][0]["locations"][1:1] = [stop("p2", "physiotherapy", 30)]
    del solution["routes"][1]["locations"][0]


def without(solution):
    del solution["routes"][1]["locations"][2]


def twice(solution):
    solution["routes"][1]["locations"].append(stop("p1", "wound care", 200))


def early(solution):
    solution["routes"][0]["locations"][1] |= {"arrival_time": 29, "departure_time": 39}


def apart(solution):
    solution["routes"][1]["locations"][0] |= {"arrival_time": 31, "departure_time": 41}


def too_soon_after(solution):
    solution["routes"][1]["locations"][1] |= {"arrival_time": 79, "departure_time": 89}


def too_long_after(solution):
    solution["routes"][1]["locations"][1] |= {"arrival_time": 101, "departure_time": 111}
    solution["routes"][1]["locations"][2] |= {"arrival_time": 121, "departure_time": 131}


def faster_than_the_road(solution):
    solution["routes"][1]["locations"][2] |= {"arrival_time": 114, "departure_time": 124}


def cut_short(solution):
    solution["routes"][1]["locations"][2] |= {"departure_time": 120}


def stranger(solution):
    solution["routes"].append({"caregiver_id": "nobody", "locations": []})


def in_two_routes(solution):
    solution["routes"].append({"caregiver_id": "aide", "locations": []})


def unknown(solution):
    solution["routes"][1]["locations"].append(stop("p9", "meal", 300))


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (unskilled, "skill"), (alone, "same-caregiver"), (without, "missing-service"),
        (twice, "service-twice"), (early, "early-start"), (apart, "synchronisation"),
        (too_soon_after, "synchronisation"), (too_long_after, "synchronisation"),
        (faster_than_the_road, "travel"), (cut_short, "duration"),
        (stranger, "unknown-caregiver"), (in_two_routes, "caregiver-twice"),
        (unknown, "unknown-service"),
    ],
)  # fmt: skip
def test_each_broken_rule_is_named(change, broken):
    solution = kept()
    change(solution)
    assert broken in rules(solution)


def test_a_rounded_time_breaks_nothing():
    solution = kept()
    solution["routes"][1]["locations"][2] |= {"arrival_time": 114.999, "departure_time": 125}
    assert rules(solution) == []


@pytest.mark.parametrize("size", ["CPLEX_HCSRP_10_1", "CPLEX_HCSRP_50_1", "VNS_HCSRP_100_1"])
def test_published_solutions_cost_what_is_published(shared_data, size):
    folder, name = shared_data / "homecare" / "hhcrsp", f"Instanz{size}"
    with (folder / "published_results.csv").open() as rows:
        published = {row["instance"]: float(row["iolab_best"]) for row in csv.DictReader(rows)}
    instance = json.loads((folder / "instances" / f"{name}.json").read_text())
    solution = json.loads((folder / "solutions" / f"{name}.solution.json").read_text())
    told = verdict(solution, instance)
    assert told.feasible
    assert told.cost == pytest.approx(published[name], abs=0.01)
