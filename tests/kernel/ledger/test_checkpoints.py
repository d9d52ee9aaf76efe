"""Checkpoints: what is sealed cannot be changed unnoticed, not even by who owns all keys."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.db import connection, transaction

from balai.kernel.ledger import actions, queries, tree, verification
from balai.kernel.ledger.commands import group
from balai.kernel.ledger.engine import merkle
from balai.kernel.ledger.postings import Posting
from balai.kernel.problems import ConflictError
from kernel.ledger.conftest import sealed

AT = datetime(2025, 9, 1, 7, 30, tzinfo=UTC)
DEBIT, CREDIT = "solo/a", "solo/b"


def posting(key: str, amount: int = 5, at: datetime = AT) -> Posting:
    return Posting(debit=DEBIT, credit=CREDIT, amount=amount, currency="IDR", at=at, key=key,
                   reason="r")  # fmt: skip


def open_both() -> None:
    actions.open_account(DEBIT, currency="IDR", kind="asset", title="A")
    actions.open_account(CREDIT, currency="IDR", kind="income", title="B")


def post(count: int, prefix: str = "k") -> None:
    actions.post_many([posting(f"{prefix}{n:05}", n + 1) for n in range(count)])


def as_owner(*statements: str) -> None:
    """As one who owns the tables could: triggers off, rows rewritten."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


def export(path: Path) -> Path:
    path.write_text("".join(queries.export_lines()), encoding="utf-8")
    return path


@pytest.fixture
def ledger(committed):
    committed(open_both)
    return committed


def test_a_checkpoint_seals_all_and_the_next_one_follows_it(ledger):
    def work():
        post(1500)
        first = sealed()
        assert actions.make_checkpoint(now=datetime.now(UTC)) is None
        post(700, "later")
        second = sealed()
        return first, second, queries.check()

    first, second, verdict = ledger(work)
    assert (first.tree_size, second.tree_size) == (1500, 2200)
    assert json.loads(second.body)["previous"] == first.digest
    assert first.cities == ["solo"]
    assert verdict.holds, verdict.breaks


def test_the_second_tree_begins_with_the_first(ledger):
    def work():
        post(1100)
        first = sealed()
        post(1300, "later")
        second = sealed()
        reader = tree.Reader(second.tree_size, second.horizon)
        path = merkle.consistency_proof(first.tree_size, second.tree_size, reader.hash_of)
        return first, second, path

    first, second, path = ledger(work)
    assert merkle.proves_consistency(
        first.tree_size, second.tree_size, first.root, second.root, path
    )


def test_a_stranger_checks_a_transfer_with_its_proof_and_the_public_key(ledger):
    def work():
        post(2100)
        sealed()
        found = queries.transfer_by_key("k01033")
        return found, queries.inclusion_proof(found.id)

    found, proof = ledger(work)
    given = json.loads(json.dumps(proof.as_dict()))
    body = json.loads(given["checkpoint"]["body"])
    hashed = sha256(b"\x00" + given["leaf"].encode()).digest()
    path = [bytes.fromhex(step) for step in given["path"]]
    assert merkle.proves_inclusion(
        hashed, given["index"], body["tree_size"], path, bytes.fromhex(body["root"])
    )
    leaf = json.loads(given["leaf"])
    assert (leaf[1], leaf[4:7], leaf[10]) == (str(found.id), [DEBIT, CREDIT, 1034], "k01033")
    (key,), (signature,) = given["keys"], given["checkpoint"]["signatures"]
    raw = bytes.fromhex(signature["signature"])
    load_der_public_key(bytes.fromhex(key["spki"])).verify(
        encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:])),
        given["checkpoint"]["body"].encode(), ECDSA(SHA256()),
    )  # fmt: skip
    assert proof.holds()


def test_every_transfer_has_a_proof_and_a_new_one_has_none_yet(ledger):
    def work():
        post(1030)
        last = sealed()
        made = actions.post(posting("new"))
        ids = [queries.transfer_by_key(f"k{n:05}").id for n in (0, 1023, 1024, 1029)]
        proofs = [queries.inclusion_proof(identifier) for identifier in ids]
        return last, proofs, queries.inclusion_proof(made.id)

    last, proofs, none = ledger(work)
    assert all(proof.holds() for proof in proofs)
    assert [proof.index for proof in proofs] == [0, 1023, 1024, 1029]
    assert {proof.checkpoint.number for proof in proofs} == {last.number}
    assert none is None


def test_a_late_commit_with_an_older_identifier_enters_the_next_checkpoint(ledger):
    """Begun before the checkpoint, committed after it: nothing is missed, nothing is moved."""
    begun, go_on = Event(), Event()

    def late():
        with transaction.atomic():
            actions.post(posting("late"))
            begun.set()
            assert go_on.wait(60)
        connection.close()

    def work():
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(late)
            assert begun.wait(60)
            actions.post(posting("quick"))
            early = actions.make_checkpoint(now=datetime.now(UTC))
            held = early.tree_size if early else 0
            go_on.set()
            running.result()
        last = sealed()
        return held, last, queries.check()

    held, last, verdict = ledger(work)
    assert held == 0, "a transfer after an unfinished transaction was sealed before it"
    assert last.tree_size == 2
    assert verdict.holds, verdict.breaks


def test_balances_are_the_same_by_days_sums_and_by_transfers(ledger):
    def work():
        for day in range(4):
            at = AT + timedelta(days=day)
            actions.post_many([posting(f"d{day}:{n}", 10 + n, at + timedelta(minutes=n))
                               for n in range(30)])  # fmt: skip
            if day % 2:
                sealed()
        moments = [AT + timedelta(days=day, minutes=m) for day in range(4) for m in (-1, 0, 7, 60)]
        by_days = [queries.balance(CREDIT, at).amount for at in moments]
        ends = [queries.balance(CREDIT, date(2025, 9, 1) + timedelta(days=d)).amount
                for d in range(4)]  # fmt: skip
        page = queries.statement(CREDIT, AT + timedelta(minutes=10), AT + timedelta(days=2))
        plain = [
            sum(10 + n for day in range(4) for n in range(30)
                if AT + timedelta(days=day, minutes=n) <= at)
            for at in moments
        ]  # fmt: skip
        return by_days, plain, ends, page

    by_days, plain, ends, page = ledger(work)
    assert by_days == plain
    assert ends == [735 * (day + 1) for day in range(4)]
    assert (page.opening, page.closing) == (sum(range(10, 20)), 1470)
    assert page.lines[-1].balance == 1470


def test_one_rewritten_row_is_named(ledger):
    def work():
        post(2500)
        sealed()
        as_owner("UPDATE ledger_transfer SET reason = 'other' WHERE idempotency_key = 'k01500'")
        return queries.check()

    verdict = ledger(work)
    assert verdict.breaks[0].key == "k01500"
    assert "rewritten after it was recorded" in verdict.breaks[0].problem


def test_a_deleted_row_is_noticed_and_no_further_checkpoint_is_made(ledger):
    def work():
        post(20)
        sealed()
        as_owner("DELETE FROM ledger_transfer WHERE idempotency_key = 'k00019'")
        with pytest.raises(ConflictError, match="Checkpoint 1"):
            actions.make_checkpoint(now=datetime.now(UTC))
        return queries.check()

    found = [item.problem for item in ledger(work).breaks]
    assert any("the ledger only 19" in problem for problem in found)


def test_a_checkpoint_edited_in_place_is_named(ledger):
    def work():
        post(3)
        sealed()
        as_owner("UPDATE ledger_checkpoint SET body = replace(body, '\"tree_size\":3',"
                 " '\"tree_size\":4')")  # fmt: skip
        return queries.check()

    found = {item.problem for item in ledger(work).breaks if item.entry == "checkpoint 1"}
    assert any("signature of solo" in problem for problem in found)
    assert any("signed text" in problem for problem in found)


REWRITE = [
    "UPDATE ledger_transfer SET amount = 999999 WHERE idempotency_key = 'k01200'",
    # Every row written anew, so that none betrays itself by the transaction that wrote it.
    "UPDATE ledger_transfer SET recorded_in = ledger_moment()",
    "DELETE FROM ledger_checkpoint", "DELETE FROM ledger_subtree", "DELETE FROM ledger_turnover",
    "DELETE FROM ledger_filing", "DELETE FROM ledger_filedentry", "DELETE FROM ledger_filedsource",
]  # fmt: skip


def test_a_history_rewritten_whole_and_signed_anew_is_found_by_a_published_checkpoint(
    ledger, tmp_path
):
    def work():
        post(1100)
        sealed()
        post(1200, "n")
        sealed()
        published = export(tmp_path / "published.json")
        assert queries_check(published).holds
        as_owner(*REWRITE)
        sealed()  # With the real key.
        return queries.check(), queries_check(published)

    def queries_check(path):
        from balai.kernel.ledger.verification import check

        return check(path)

    inside, compared = ledger(work)
    assert inside.holds, inside.breaks
    assert not compared.holds
    assert any("published checkpoint" in item.problem for item in compared.breaks)
    assert any(item.entry == "checkpoint 1" and "was another" in item.problem
               for item in compared.breaks)  # fmt: skip


def test_one_amount_rewritten_whole_is_narrowed_down_to_its_part_of_the_order(ledger, tmp_path):
    """The rewriter keeps every transaction number, so that the order and all else is the same."""

    def work():
        from balai.kernel.ledger.verification import check

        post(2100)
        sealed()
        published = export(tmp_path / "published.json")
        as_owner(
            "UPDATE ledger_transfer SET amount = 7 WHERE idempotency_key = 'k01200'", *REWRITE[2:]
        )
        sealed()
        return check(published)

    verdict = ledger(work)
    assert "among transfers 1025 to 2048" in verdict.breaks[0].problem
    assert verdict.breaks[0].key == "k01200"


def test_a_savepoint_that_began_after_another_transaction_is_not_taken_for_the_rewriter(
    ledger, tmp_path
):
    """Rows of a savepoint bear its number, above that of one who began between and goes on."""

    def work():
        from balai.kernel.ledger.verification import check

        other = connection.copy()
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()")
                with other.cursor() as between:
                    between.execute("BEGIN")
                    between.execute("SELECT pg_current_xact_id()")
                with transaction.atomic():
                    post(300)
            sealed()
        finally:
            other.close()
        published = export(tmp_path / "published.json")
        as_owner(
            "UPDATE ledger_transfer SET amount = 7 WHERE idempotency_key = 'k00120'", *REWRITE[2:]
        )
        sealed()
        return check(published)

    verdict = ledger(work)
    assert verdict.breaks[0].key == "k00120"


def test_the_commands_seal_export_and_compare(ledger, tmp_path):
    out = tmp_path / "c.json"

    def run(*arguments):
        return CliRunner().invoke(group, list(arguments))

    def work():
        post(5)
        sealed()
        nothing = run("checkpoint")
        exported = run("export-checkpoints", "--out", str(out))
        good = run("verify", "--checkpoints", str(out), "--json")
        as_owner("UPDATE ledger_transfer SET amount = 7 WHERE idempotency_key = 'k00002'")
        return nothing, exported, good, run("verify", "--checkpoints", str(out))

    nothing, exported, good, bad = ledger(work)
    assert "Nothing new" in nothing.stdout
    assert exported.exit_code == 0
    assert json.loads(good.stdout)["holds"] is True
    assert bad.exit_code == 1
    assert "(k00002)" in bad.stderr.splitlines()[0]


def test_a_file_with_a_forged_signature_or_of_another_kind_is_refused(ledger, tmp_path):
    def work():
        from balai.kernel.ledger.verification import check

        post(5)
        sealed()
        path = export(tmp_path / "c.json")
        given = json.loads(path.read_text())
        given["checkpoints"][0]["body"] = given["checkpoints"][0]["body"].replace("solo", "sola")
        path.write_text(json.dumps(given))
        return check(path)

    found = [item for item in ledger(work).breaks if item.entry == "published checkpoint 1"]
    assert any("does not hold" in item.problem for item in found)
    other = tmp_path / "other.json"
    other.write_text("[]")
    from balai.kernel.ledger.verification import check
    from balai.kernel.problems import ProblemError

    with pytest.raises(ProblemError, match="cannot be used"):
        check(other)


def test_a_database_restored_into_a_new_server_counts_on(ledger):
    """There the transactions begin at a low number again."""

    def work():
        post(3)
        last = sealed()
        as_owner(
            "UPDATE ledger_checkpoint SET horizon = horizon + 1000000000",
            "UPDATE ledger_transfer SET recorded_in = recorded_in + 1000000000",
        )
        with pytest.raises(Exception, match="before the last checkpoint"):
            actions.post(posting("refused"))
        try:
            assert actions.resume()
            assert not actions.resume()
            actions.post(posting("again"))
            return last, queries.transfer_by_key("again"), tree.place_of(
                queries.transfer_by_key("again").id)  # fmt: skip
        finally:
            with connection.cursor() as cursor:
                cursor.execute("CREATE OR REPLACE FUNCTION ledger_era() RETURNS bigint"
                               " LANGUAGE sql STABLE AS 'SELECT 0::bigint'")  # fmt: skip

    last, made, place = ledger(work)
    assert place[0] >> 48 == 1
    assert isinstance(made.id, UUID)
    assert last.horizon < place[0]


FORGED = """
INSERT INTO ledger_transfer (id, idempotency_key, recorded_in, debit_id, credit_id, amount,
                             reserved, currency, at, recorded_at, reason, source)
SELECT {id}, 'forged', {moment}, debit_id, credit_id, amount, 0, currency, at, recorded_at, 'r', ''
  FROM ledger_transfer WHERE idempotency_key = 'k00005'
"""
IN_THE_SUMS = (
    "INSERT INTO ledger_filedentry (account_id, at, transfer_id, amount)"
    " SELECT account_id, at, id, CASE side WHEN 1 THEN amount ELSE -amount END"
    " FROM ledger_transfer CROSS JOIN LATERAL (VALUES (1, debit_id), (2, credit_id))"
    " AS sides (side, account_id) WHERE idempotency_key = 'forged'",
    "UPDATE ledger_turnover AS day SET debits = day.debits + t.amount FROM ledger_transfer AS t"
    " WHERE t.idempotency_key = 'forged' AND day.account_id = t.debit_id"
    " AND day.filing_number = (SELECT min(filing_number) FROM ledger_turnover)",
    "UPDATE ledger_turnover AS day SET credits = day.credits + t.amount FROM ledger_transfer AS t"
    " WHERE t.idempotency_key = 'forged' AND day.account_id = t.credit_id"
    " AND day.filing_number = (SELECT min(filing_number) FROM ledger_turnover)",
)
LAST = "'ffffffff-ffff-7fff-bfff-ffffffffffff'::uuid"
FIRST = "'00000000-0000-7000-8000-000000000000'::uuid"
NEWEST, OLDEST = (f"(SELECT {edge}(recorded_in) FROM ledger_transfer)" for edge in ("max", "min"))


@pytest.mark.parametrize("count", [10, 1024, 1030])
@pytest.mark.parametrize(
    ("identifier", "moment"), [(LAST, NEWEST), (FIRST, NEWEST), (LAST, OLDEST)]
)
def test_a_transfer_forged_into_what_is_sealed_is_found(ledger, count, identifier, moment):
    """Also behind the last leaf, where every hash still agrees, and with all sums made to fit."""

    def work():
        post(count)
        post(5, "later")
        sealed()
        actions.file_transfers()
        as_owner(FORGED.format(id=identifier, moment=moment), *IN_THE_SUMS)
        if (identifier, moment) == (LAST, NEWEST):
            with pytest.raises(ConflictError):
                actions.make_checkpoint(now=datetime.now(UTC))
        return queries.check()

    verdict = ledger(work)
    assert [found.key for found in verdict.breaks] == ["forged"]


def test_the_published_file_finds_what_was_forged_and_sealed_again(ledger, tmp_path):
    """The operator forges behind the last leaf, throws the checkpoints away and makes new ones."""

    def work():
        post(10)
        sealed()
        actions.file_transfers()
        kept = export(tmp_path / "kept.json")
        as_owner(FORGED.format(id=LAST, moment=NEWEST), *IN_THE_SUMS,
                 "DELETE FROM ledger_checkpoint", "DELETE FROM ledger_subtree")  # fmt: skip
        sealed()
        return queries.check(), verification.check(kept)

    alone, beside = ledger(work)
    assert alone.holds
    assert [found.key for found in beside.breaks if found.key] == ["forged"]


DAMAGE = {
    "body = '{'": "cannot be read",
    "body = '{}'": "cannot be read",
    "body = '[[[]]]'": "cannot be read",
    "signatures = '[1]'": "cannot be read",
    "signatures = '{}'": "cannot be read",
    'signatures = \'[{"city": "../..", "key_id": "x", "signature": "00"}]\'': "cannot",
    "signatures = '[]'": "signature of solo is missing",
    "body = replace(body, '\"number\":1', '\"number\":1.5')": "cannot be read",
    "tree_size = 3": "its columns differ",
}


@pytest.mark.parametrize(("change", "problem"), DAMAGE.items())
def test_a_damaged_checkpoint_is_told_and_never_ends_the_verification(ledger, change, problem):
    def work():
        post(4)
        sealed()
        as_owner(f"UPDATE ledger_checkpoint SET {change}")
        return CliRunner().invoke(group, ["verify", "--json"])

    done = ledger(work)
    assert done.exit_code == 1
    assert any(problem in found["problem"] for found in json.loads(done.stdout)["breaks"])
