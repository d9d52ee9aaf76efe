"""`balai homecare check`: its answer, exit codes and refusals."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from balai.homecare.commands.check import check
from balai.kernel.problems import ProblemError
from homecare.engine.routing.days import day, kept


@pytest.fixture
def run(tmp_path):
    """Run the command on two documents; returns the result and its return value."""

    def run(instance, solution, *options):
        files = []
        for name, document in (("day.json", instance), ("routes.json", solution)):
            path = tmp_path / name
            path.write_text(document if isinstance(document, str) else json.dumps(document))
            files.append(str(path))
        return CliRunner().invoke(
            check, [*files, *options], standalone_mode=False, catch_exceptions=False
        )

    return run


def test_a_solution_that_keeps_the_rules(run):
    done = run(day(), kept(), "--json")
    assert done.return_value == 0
    assert json.loads(done.stdout) == {
        "feasible": True, "distance": 140, "total_tardiness": 20, "max_tardiness": 15,
        "cost": 58.333333, "violations": [],
    }  # fmt: skip


def test_one_that_breaks_a_rule_ends_with_1_and_says_which(run):
    solution = kept()
    del solution["routes"][1]["locations"][2]
    told = json.loads(run(day(), solution, "--json").stdout)
    assert (told["feasible"], [each["rule"] for each in told["violations"]]) == (
        False,
        ["missing-service"],
    )
    done = run(day(), solution)
    assert done.return_value == 1
    assert "missing-service: p4: meal is not given" in done.stdout


@pytest.mark.parametrize("instance", ["{", "[1]", "\x00", "[" * 100_000])
def test_what_cannot_be_read_is_said_in_a_line_each(run, instance):
    with pytest.raises(ProblemError) as refused:
        run(instance, kept())
    assert all("\n" not in line for line in refused.value.lines())
