"""`balai payments qris` on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from balai.kernel.payments.commands import group
from balai.kernel.payments.models import Bank
from balai.kernel.problems import ProblemError

from .engine.test_camt053_as_banks_write_it import entry, file
from .engine.test_camt053_as_banks_write_it import statement as as_written
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


def told(result) -> str:
    """What a command that was refused says: its exit code is 2, or main makes it so."""
    error = result.exception
    assert isinstance(error, ProblemError) or result.exit_code == 2, result
    return "\n".join(error.lines()) if isinstance(error, ProblemError) else result.output


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["statement", "/nowhere.xml"], "does not exist"),
        (["statement", "/"], "is a directory"),
        (["statement"], "Missing argument"),
        (["bank-simulator", "/nowhere.json"], "does not exist"),
        (["connect-simulator", "makassar"], "--out"),
        (["connect-simulator", "makassar", "--out", "/no/such/folder/f"], "no folder"),
        (["connect-simulator", "makassar", "--out", "x", "--seed", "-1"], "--seed"),
        (["connect-simulator", "makassar", "--out", "x", "--signing", "md5"], "--signing"),
        (["qris", "make", "--name", "A"], "--city"),
        ([*MAKE, "--svg", "/no/such/folder/x.svg"], "--svg"),
        ([*MAKE, "--tip", "100%"], "tip"),
        ([*MAKE, "--tip", "0"], "tip"),
        ([*MAKE, "--amount", "1e400"], "amount"),
        ([*MAKE, "--amount", "0.001"], "amount"),
        ([*MAKE, "--postal-code", "1" * 11], "tag 61"),
        ([*MAKE, "--bill-number", "x" * 26], "tag 62.01"),
        (["qris", "parse", ""], "no code"),
        (["qris", "parse", "000201"], "checksum"),
        (["nonsense"], "No such command"),
    ],
)
def test_wrong_input_is_told_in_words(arguments, word, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert word in told(run(*arguments))


def test_a_statement_is_checked_without_a_database_and_its_faults_told(tmp_path):
    path = tmp_path / "s.xml"
    good = as_written(entry(5), closing=5, identifier="GOOD")
    bad = as_written(entry(5), closing=6, identifier="BAD")
    path.write_bytes(file(good, bad))
    result = run("statement", str(path), "--json")
    report = json.loads(result.stdout)
    assert [each["identifier"] for each in report["statements"]] == ["GOOD"]
    assert [each["identifier"] for each in report["refused"]] == ["BAD"]
    assert "CLBD" in told(result)
    assert "--bank go together" in told(run("statement", str(path), "--city", "makassar"))
    path.write_bytes(b"\x00\xff")
    assert "XML" in told(run("statement", str(path)))


@pytest.mark.django_db
def test_a_statement_is_taken_in_and_the_books_told(bank, tmp_path):
    path = tmp_path / "s.xml"
    path.write_bytes(file(as_written(entry(5), closing=5)))
    given = ["statement", str(path), "--city", "makassar", "--bank", bank.slug, "--json"]
    (first,) = json.loads(run(*given).stdout)["statements"]
    (again,) = json.loads(run(*given).stdout)["statements"]
    assert (first["repeated"], again["repeated"], first["entries"]) == (False, True, 1)
    places = json.loads(run("books", "makassar", bank.slug, "--json").stdout)["places"]
    assert {place["residual"] for place in places} == {0}
    assert "Banks: bank-contoh" in told(run("books", "makassar", "nobody"))
    assert "atlantis" in told(run("books", "atlantis", "x"))
    assert "Banks: bank-contoh" in told(run(*given[:4], "--bank", "nobody"))


@pytest.mark.django_db
def test_a_simulator_is_connected_once_for_each_new_file(bank, tmp_path):
    out = tmp_path / "bank.json"
    assert run("connect-simulator", "makassar", "--out", str(out)).exit_code == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert "is there already" in told(run("connect-simulator", "makassar", "--out", str(out)))
    assert Bank.objects.filter(slug__startswith="simulator-").count() == 1
    other = str(tmp_path / "x.json")
    assert "atlantis" in told(run("connect-simulator", "atlantis", "--out", other))


@pytest.mark.parametrize("content", ["{}", "[]", "nonsense", '{"keys": 1}', '{"city_url": ""}'])
def test_a_configuration_that_is_none_is_refused(tmp_path, content):
    path = tmp_path / "c.json"
    path.write_text(content)
    assert "no configuration" in told(run("bank-simulator", str(path)))


def test_a_code_is_read_from_standard_input_whatever_stands_there():
    good = CliRunner().invoke(group, ["qris", "parse", "-"], input=f"{PUBLIC[0]}\r\n")
    assert good.exit_code == 0
    for nonsense in (b"\xff\xfe", b"", b"0" * 100_000):
        result = CliRunner().invoke(group, ["qris", "parse", "-"], input=nonsense)
        assert told(result)
