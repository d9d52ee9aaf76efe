"""`balai homecare solve`: what it writes, tells and refuses."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from balai.homecare.commands.solve import solve
from balai.homecare.engine.routing import check, read_instance, read_solution
from balai.kernel.problems import ProblemError
from homecare.engine.routing.days import random_day


@pytest.fixture
def run(tmp_path):
    """Run the command on a document; returns the result."""

    def run(document, *options, out=tmp_path / "routes.json"):
        instance = tmp_path / "day.json"
        instance.write_text(json.dumps(document))
        asked = [str(instance), "--seconds", "0.05", "--out", str(out), *options]
        return CliRunner().invoke(solve, asked, standalone_mode=False, catch_exceptions=False)

    return run


def test_the_routes_written_keep_the_rules_and_cost_what_is_told(run, tmp_path):
    told = json.loads(run(random_day(3), "--json").stdout)
    written = read_solution(json.loads((tmp_path / "routes.json").read_text()))
    verdict = check(read_instance(random_day(3)), written)
    assert (told["feasible"], verdict.feasible) == (True, True)
    assert told["cost"] == pytest.approx(verdict.cost, abs=1e-6)
    assert not (tmp_path / "routes.json.part").exists()


def test_an_empty_day_has_routes_without_stops(run, tmp_path):
    day = {"patients": [], "caregivers": [{"id": "c", "abilities": []}], "distances": [[0]]}
    run(day)
    assert json.loads((tmp_path / "routes.json").read_text()) == {
        "routes": [{"caregiver_id": "c", "locations": []}]
    }


def test_a_place_that_cannot_be_written_is_named(run, tmp_path):
    with pytest.raises(ProblemError) as refused:
        run(random_day(3), out=tmp_path / "nowhere" / "routes.json")
    assert "--out" in refused.value.lines()[0]
    assert not list(tmp_path.glob("**/*.part"))


def test_a_visit_that_nobody_can_give_is_named(run):
    document = random_day(3)
    document["caregivers"] = document["caregivers"][:1]
    document["patients"][0] |= {
        "required_caregivers": [{"service": "a", "duration": 5}, {"service": "b", "duration": 5}],
        "synchronization": {"type": "simultaneous"},
    }
    with pytest.raises(ProblemError) as refused:
        run(document)
    assert any("patient p0" in line for line in refused.value.lines())
