"""Verification: it holds on a sound ledger and names the first entry of a forged one."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from django.db import connection

from balai.kernel.ledger import actions, queries
from balai.kernel.ledger.commands import group
from balai.kernel.ledger.postings import Posting

pytestmark = pytest.mark.django_db
AT = datetime(2025, 9, 1, 7, 30, tzinfo=UTC)
FORGERIES = {
    "UPDATE ledger_transfer SET amount = -5 WHERE idempotency_key = 'k2'": "not above zero",
    "UPDATE ledger_transfer SET debit_id = credit_id WHERE idempotency_key = 'k2'": "debits the",
    "UPDATE ledger_transfer SET debit_id = 999999 WHERE idempotency_key = 'k2'": "999999",
    "UPDATE ledger_transfer SET currency = 'USD' WHERE idempotency_key = 'k2'": "it is in USD",
    "UPDATE ledger_transfer SET amount = 7 WHERE idempotency_key = 'k2'": "does not mirror",
}


@pytest.fixture(autouse=True)
def transfers() -> None:
    for code, currency in (("a", "IDR"), ("b", "IDR"), ("x", "SGD"), ("y", "SGD")):
        actions.open_account(code, currency=currency, kind="asset", title=code)
    body = {"debit": "a", "credit": "b", "currency": "IDR", "at": AT, "reason": "r"}
    actions.post_many([Posting(key=f"k{n}", amount=n, **body) for n in range(1, 5)])
    actions.post(Posting(**{**body, "debit": "x", "credit": "y", "currency": "SGD",
                            "key": "s", "amount": 9}))  # fmt: skip
    made = queries.transfer_by_key("k2")
    actions.reverse(made.id, reason="back", key="z", at=AT)


def forge(statement: str) -> None:
    """As one who owns the tables could."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table, name in (("transfer", "amount"), ("transfer", "two_accounts")):
            cursor.execute(f"ALTER TABLE ledger_{table} DROP CONSTRAINT ledger_{table}_{name}")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


def test_a_sound_ledger_holds():
    verdict = queries.check()
    assert verdict.holds
    assert verdict.breaks == ()
    assert [(t.currency, t.debits, t.credits) for t in verdict.totals] == [
        ("IDR", 12, 12), ("SGD", 9, 9)]  # fmt: skip
    assert (verdict.accounts, verdict.transfers) == (4, 6)


@pytest.mark.parametrize(("statement", "problem"), FORGERIES.items())
def test_a_forged_transfer_is_named_first(statement, problem):
    forge(statement)
    first = queries.check().breaks[0]
    assert problem in first.problem
    assert first.key == ("z" if problem == "does not mirror" else "k2")


def test_a_currency_that_does_not_sum_to_zero_is_named():
    forge("UPDATE ledger_transfer SET debit_id = (SELECT id FROM ledger_account WHERE code = 'x')"
          " WHERE idempotency_key = 'k3'")  # fmt: skip
    verdict = queries.check()
    assert {b.entry for b in verdict.breaks} >= {"IDR", "SGD"}
    assert verdict.breaks[0].key == "k3"


@pytest.mark.parametrize(
    ("statement", "entry"),
    [
        ("ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_append_only",
         "ledger_transfer_append_only"),
        ("DROP TRIGGER ledger_account_kept ON ledger_account", "ledger_account_kept"),
        ("ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_key", "ledger_transfer_key"),
        ("CREATE OR REPLACE FUNCTION ledger_forbid() RETURNS trigger LANGUAGE plpgsql"
         " AS 'BEGIN RETURN NEW; END'", "ledger_forbid"),
        ("CREATE OR REPLACE TRIGGER ledger_transfer_append_only BEFORE TRUNCATE"
         " ON ledger_transfer EXECUTE FUNCTION ledger_forbid()", "ledger_transfer_append_only"),
        ("CREATE OR REPLACE FUNCTION ledger_horizon() RETURNS bigint LANGUAGE sql STABLE"
         " AS 'SELECT 2::bigint << 60'", "ledger_horizon"),
        ("CREATE OR REPLACE FUNCTION ledger_era() RETURNS bigint LANGUAGE sql STABLE"
         " AS 'SELECT 1::bigint + (random() * 9)::bigint'", "ledger_era"),
        ("ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_amount,"
         " ADD CONSTRAINT ledger_transfer_amount CHECK (amount >= 0)", "ledger_transfer_amount"),
        ("GRANT UPDATE ON ledger_transfer TO balai_app", "ledger_transfer"),
        ("GRANT DELETE ON ledger_checkpoint TO PUBLIC", "ledger_checkpoint"),
    ],
)  # fmt: skip
def test_a_guard_taken_away_is_named(statement, entry):
    with connection.cursor() as cursor:
        cursor.execute(statement)
    verdict = queries.check()
    assert not verdict.holds
    assert [found.entry for found in verdict.breaks] == [entry]


def test_an_era_that_goes_on_after_a_restore_is_no_altered_guard():
    with connection.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE FUNCTION ledger_era() RETURNS bigint LANGUAGE sql"
                       " STABLE AS 'SELECT 3::bigint'")  # fmt: skip
    assert queries.check().holds


def test_only_the_serving_role_may_run_what_runs_as_the_owner():
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE stranger")
        cursor.execute(
            "SELECT proname, has_function_privilege('stranger', oid, 'EXECUTE'),"
            " has_function_privilege('balai_app', oid, 'EXECUTE')"
            " FROM pg_proc WHERE proname LIKE 'ledger%%' AND prosecdef ORDER BY 1"
        )
        assert cursor.fetchall() == [
            ("ledger_keep_standings", False, False), ("ledger_open_standing", False, False),
            ("ledger_resume", False, True), ("ledger_summarise", False, True),
        ]  # fmt: skip


def test_the_command_says_so_and_ends_with_its_code():
    done = CliRunner().invoke(group, ["verify", "--json"])
    assert (done.exit_code, json.loads(done.stdout)["holds"], done.stderr) == (0, True, "")
    assert "The ledger holds." in CliRunner().invoke(group, ["verify"]).stdout
    forge("UPDATE ledger_transfer SET amount = -5 WHERE idempotency_key = 'k3'")
    done = CliRunner().invoke(group, ["verify", "--json"])
    assert done.exit_code == 1
    assert json.loads(done.stdout)["breaks"][0]["key"] == "k3"
    assert "(k3)" in done.stderr.splitlines()[0]


def test_verification_can_be_imported_before_all_else():
    """As the command does, in a process of its own."""
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'balai.shell.test_settings';"
        "import django; django.setup(); import balai.kernel.ledger.verification"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_database_without_a_ledger_is_told_plainly():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_transfer RENAME TO elsewhere")
    done = CliRunner().invoke(group, ["verify"])
    assert done.exit_code == 1
    assert "balai migrate" in done.stderr
