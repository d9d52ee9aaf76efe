"""`balai network`: exact formulas from the shell, and counting again."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner

from balai.kernel.problems import MissingError, ProblemError
from balai.network.commands import group

SHARE = "100 * {transit.journeys_integrated} / {transit.journeys_paid}"


def run(tmp_path, expression: str, values: str, *options: str):
    path = tmp_path / "values.json"
    path.write_text(values)
    return CliRunner().invoke(
        group,
        ["formula", expression, "--values", str(path), *options],
        catch_exceptions=False,
        standalone_mode=False,
    )


def test_json_gives_value_and_exact_ratio(tmp_path):
    given = '{"transit.journeys_integrated": 1, "transit.journeys_paid": 3}'
    answer = json.loads(run(tmp_path, SHARE, given, "--json").stdout)
    assert answer == {
        "formula": SHARE,
        "state": "value",
        "value": "33.333333333333",
        "ratio": "100/3",
        "missing": [],
        "reason": "",
    }


def test_decimals_are_read_exactly(tmp_path):
    given = '{"a": 0.1, "b": "0.2", "c": [1, null, 2.5]}'
    assert run(tmp_path, "{a} + {b} + sum({c})", given).stdout == "3.8\n"


@pytest.mark.parametrize(
    ("expression", "values", "state"),
    [("{a} / {b}", '{"a": 1, "b": 0}', "undefined"), ("{a} + 1", '{"a": null}', "no-data")],
)
def test_no_value_is_said_with_its_reason(tmp_path, expression, values, state):
    answer = json.loads(run(tmp_path, expression, values, "--json").stdout)
    assert (answer["state"], answer["value"]) == (state, None)
    assert answer["reason"]


@pytest.mark.parametrize(
    ("expression", "values", "words"),
    [
        ("1 +", "{}", "character 4"),
        ("{a}", '{"a": true}', "a: is not a number ('True')"),
        ("{a}", '{"a": "ten"}', "is not a number"),
        ("{a}", '{"a": NaN}', "is not a number"),
        ("{a}", '{"a": 1e999999}', "ordinary size"),
        ("{a}", "[1]", "is not an object"),
        ("{a}", "{", "is not JSON"),
    ],
)
def test_bad_input_is_one_line_with_a_mend(tmp_path, expression, values, words):
    with pytest.raises(ProblemError) as caught:
        run(tmp_path, expression, values)
    (line,) = caught.value.lines()
    assert words in line
    assert caught.value.faults[0].remedy


def recompute(*options: str):
    return CliRunner().invoke(
        group, ["recompute", *options], catch_exceptions=False, standalone_mode=False
    )


@pytest.mark.django_db
def test_recompute_counts_the_month_and_its_days_once(plan, trips):
    trips.add(date(2026, 10, 1), paid=8, integrated=2)
    options = ("--city", "jakarta", "--period", "2026-10", "--json")
    first = json.loads(recompute(*options).stdout)["values"]
    again = json.loads(recompute(*options).stdout)["values"]
    assert [(each["period"], each["shown"], each["new"]) for each in first] == [
        ("2026-10", "25.0", True),
        ("2026-10-01", "25.0", True),
    ]
    assert [each["new"] for each in again] == [False, False]


@pytest.mark.django_db
def test_recompute_without_a_period_takes_every_month_counted_before(plan, trips):
    trips.add(date(2026, 10, 1), paid=8, integrated=2)
    recompute("--city", "jakarta", "--period", "2026-10")
    trips.add(date(2026, 10, 1), paid=2, integrated=0)
    lines = recompute("--city", "jakarta").stdout.splitlines()
    assert "2026-10  sample-share  20.0  late-data" in lines


@pytest.mark.django_db
def test_recompute_refuses_what_it_does_not_know(plan):
    with pytest.raises(MissingError):
        recompute("--city", "atlantis")
    with pytest.raises(ProblemError, match="is no period"):
        recompute("--city", "jakarta", "--period", "soon")
