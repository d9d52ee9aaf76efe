"""`balai payments qris` on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from balai.kernel.payments.commands import group
from balai.kernel.problems import ProblemError

from .engine.test_qris import PUBLIC

MAKE = ["qris", "make", "--name", "PEMKOT", "--city", "MAKASSAR", "--nmid", "ID1"]


def run(*arguments: str):
    return CliRunner().invoke(group, arguments)


def test_a_code_is_parsed_to_json_alone():
    told = json.loads(run("qris", "parse", PUBLIC[0], "--json").stdout)
    assert (told["valid"], told["merchant_name"], told["crc"]) == (True, "Ark Of Grace", "70DE")
    assert told["tags"][2]["tags"][0]["value"] == "COM.GO-JEK.WWW"


def test_a_changed_code_is_refused():
    result = run("qris", "parse", PUBLIC[0].replace("Grace", "Grake"), "--json")
    assert isinstance(result.exception, ProblemError)
    verdict = run("qris", "verify", PUBLIC[0][:-1] + "F", "--json")
    assert (verdict.exit_code, json.loads(verdict.stdout)["valid"]) == (2, False)
    assert run("qris", "verify", PUBLIC[0]).stdout == "valid\n"


def test_a_code_is_made_with_its_picture(tmp_path):
    picture = tmp_path / "code.svg"
    result = run(*MAKE, "--amount", "15000", "--tip", "2.5%", "--bill-number", "B1", "--json",
                 "--svg", str(picture))  # fmt: skip
    told = json.loads(result.stdout)
    assert (told["amount"], told["bill_number"], told["method"]) == ("15000", "B1", "dynamic")
    assert picture.read_text().startswith("<svg")


@pytest.mark.parametrize("bad", [["--amount", "x"], ["--tip", "x%"], ["--amount", "-1"]])
def test_what_does_not_fit_is_refused(bad):
    result = run(*MAKE, *bad)
    assert result.exit_code != 0
