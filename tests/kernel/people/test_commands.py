"""`balai people check-nik`: without a database, errors and warnings apart."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from balai.kernel.people.commands.check_nik import check_nik


def run(*arguments, given=None):
    return CliRunner().invoke(check_nik, arguments, input=given)


def test_a_nik_is_read_from_the_pipe_and_answered_masked():
    done = run("-", "--json", given="3510195708900001\n")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["valid"]
    assert (told["region"], told["birth_date"], told["sex"]) == ("35.10.19", "1990-08-17", "f")
    assert "3510195708900001" not in done.stdout


def test_a_mismatch_is_a_warning():
    done = run("3510195708900001", "--sex", "m", "--birth-date", "1991-08-17", "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["errors"] == []
    assert {each["kind"] for each in told["warnings"]} == {"sex-differs", "birth-date-differs"}


@pytest.mark.parametrize(
    ("nik", "kind"),
    [("3510995708900001", "unknown-district"), ("3510195708900000", "serial-zero"),
     ("12", "malformed")],
)  # fmt: skip
def test_an_error_exits_with_two(nik, kind):
    done = run(nik, "--json")
    assert done.exit_code == 2
    assert [each["kind"] for each in json.loads(done.stdout)["errors"]] == [kind]
    plain = run(nik)
    assert plain.exit_code == 2
    assert plain.stderr.startswith("error: ")


def test_a_district_code_that_was_abolished_is_no_error():
    # Merauke's districts bore 91.01 until the province of South Papua was made.
    assert run("9101010101900001", "--json").exit_code == 0
