"""A lost key is never replaced in silence; a backup brings it back; a newer one is used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from balai.kernel import keys
from balai.kernel.access.origin import Origin
from balai.kernel.custody import checking
from balai.kernel.custody.actions import ensure, rotate
from balai.kernel.custody.backup import packed, unpacked
from balai.kernel.custody.columns import sealed_columns
from balai.kernel.custody.commands import group
from balai.kernel.custody.folder import files, put_back
from balai.kernel.custody.models import KeyCheck
from balai.kernel.jobs import run_waiting
from balai.kernel.keys.master import MasterKeyMissingError
from balai.kernel.payments.models import Bank
from balai.kernel.problems import ConflictError, ProblemError
from balai.kernel.regions.actions import install_cities

pytestmark = pytest.mark.django_db
PASSPHRASE = "empat kuda di tepi sawah"
OPERATOR = Origin("", None, "command")


@pytest.fixture
def root(settings, tmp_path: Path) -> Path:
    """A folder of keys in which none is made unasked, as in an installation."""
    settings.KEYS_ROOT, settings.KEYS_MADE_AT_USE = tmp_path / "keys", False
    return tmp_path / "keys"


@pytest.fixture
def installed(root: Path) -> Path:
    assert ensure() == 1
    return root


def a_bank(slug: str = "bank") -> Bank:
    from balai.kernel.payments.actions.banks import Keys, add_bank

    install_cities()
    add_bank("jakarta", slug, name="Bank", account_number=f"1{slug}", account_holder="Kas",
             signing="hmac", partner_id=slug,
             keys=Keys(client_key=f"client-{slug}", client_secret="rahasia", private_key="PEM",
                       public_key="PEM"))  # fmt: skip
    return Bank.objects.get(slug=slug)


def test_no_key_is_made_by_sealing(root: Path) -> None:
    with pytest.raises(MasterKeyMissingError, match=r"balai keys\s+restore"):
        keys.seal("trial", "x")
    assert list(root.iterdir()) == []


def test_a_new_installation_makes_its_key_and_knows_it_again(installed: Path) -> None:
    assert (installed / "master.key").exists()
    assert checking.look().ok
    assert ensure() == 1
    assert KeyCheck.objects.get().fingerprint == keys.fingerprint()


def test_a_lost_key_is_told_and_not_replaced(installed: Path) -> None:
    (installed / "master.key").unlink()
    found = checking.look()
    assert (found.state, found.ok) == ("missing", False)
    assert "balai keys restore" in found.remedy
    with pytest.raises(ConflictError, match="Restore the keys"):
        ensure()
    assert not (installed / "master.key").exists()


def test_another_key_is_told_with_both_fingerprints(installed: Path) -> None:
    before = keys.fingerprint()
    (installed / "master.key").unlink()
    keys.make_master()
    found = checking.look()
    assert found.state == "other"
    assert before in found.detail
    assert keys.fingerprint() in found.detail
    with pytest.raises(ConflictError):
        ensure()
    with pytest.raises(ConflictError):
        rotate(OPERATOR)


def test_sealed_rows_from_before_the_check_keep_the_key_that_opens_them(installed: Path) -> None:
    a_bank()
    KeyCheck.objects.all().delete()
    kept = (installed / "master.key").read_bytes()
    assert ensure() == 1
    KeyCheck.objects.all().delete()
    (installed / "master.key").unlink()
    with pytest.raises(ConflictError):
        ensure()
    keys.make_master()
    with pytest.raises(ConflictError) as told:
        ensure()
    assert "opens nothing" in told.value.detail
    assert not KeyCheck.objects.exists()
    (installed / "master.key").write_bytes(kept)


def test_doctor_and_serve_refuse_another_key(installed: Path) -> None:
    import click

    from balai.shell import health
    from balai.shell.commands.serve import refuse_other_keys

    assert health.keys().ok
    refuse_other_keys()
    (installed / "master.key").unlink()
    assert not health.keys().ok
    assert "balai keys restore" in health.keys().remedy
    with pytest.raises(click.ClickException, match="balai keys restore"):
        refuse_other_keys()


def test_a_backup_brings_every_key_back(installed: Path, tmp_path: Path) -> None:
    city = keys.city_key("jakarta", "claims")
    sealed = keys.seal("trial", "x")
    copy = tmp_path / "keys.backup"
    run = CliRunner().invoke
    typed = f"{PASSPHRASE}\n"
    made = run(group, ["backup", str(copy), "--passphrase-stdin"], input=typed)
    assert made.exit_code == 0, made.output
    assert copy.stat().st_mode & 0o077 == 0
    assert run(group, ["backup", str(copy), "--passphrase-stdin"], input=typed).exit_code == 2
    for path in sorted(installed.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    back = run(group, ["restore", str(copy), "--passphrase-stdin"], input=typed)
    assert back.exit_code == 0, back.output
    assert checking.look().ok
    assert keys.open_sealed("trial", sealed) == "x"
    assert keys.city_key("jakarta", "claims").key_id == city.key_id
    assert (installed / "master.key").stat().st_mode & 0o077 == 0


def test_a_wrong_passphrase_and_an_altered_backup_open_nothing() -> None:
    content = packed({"master.key": b"k"}, PASSPHRASE)
    assert unpacked(content, PASSPHRASE) == {"master.key": b"k"}
    for bad, typed in ((content, PASSPHRASE + "s"), (content[:-1] + b"\x00", PASSPHRASE),
                       (content[:-1], PASSPHRASE), (b"BALAIKEYS1", PASSPHRASE),
                       (b"nothing", PASSPHRASE)):  # fmt: skip
        with pytest.raises(ProblemError):
            unpacked(bad, typed)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(ProblemError) as told:
        packed({}, "pendek")
    assert told.value.faults[0].field == "passphrase"


@pytest.mark.parametrize("name", ["../out.key", "/etc/out.key", "a/../../out.key"])
def test_a_backup_writes_nowhere_else(name: str) -> None:
    with pytest.raises(ProblemError, match=r"out\.key"):
        unpacked(packed({name: b"k"}, PASSPHRASE), PASSPHRASE)


def test_keys_of_another_database_are_not_put_back(installed: Path) -> None:
    kept = (installed / "master.key").read_bytes()
    (installed / "master.key").unlink()
    keys.make_master()
    strange = files()
    (installed / "master.key").unlink()
    (installed / "master.key").write_bytes(kept)
    with pytest.raises(ConflictError, match="sealed under"):
        put_back(strange, replace=True)
    assert (installed / "master.key").read_bytes() == kept
    with pytest.raises(ProblemError, match="no master key"):
        put_back({"jakarta/claims-001.pem": b"k"})


def test_what_stands_there_is_put_aside_only_when_asked(installed: Path) -> None:
    good = files()
    (installed / "master.key").unlink()
    keys.make_master()
    made_since = (installed / "master.key").read_bytes()
    with pytest.raises(ConflictError, match="--replace"):
        put_back(good)
    assert put_back(good, replace=True) == 1
    assert (installed / "master.key.before").read_bytes() == made_since
    assert checking.look().ok


def test_a_newer_key_seals_from_now_on_and_a_job_seals_anew_what_may_change(
    installed: Path,
) -> None:
    bank, old = a_bank(), keys.seal("trial", "x")
    index = keys.blind_index("trial", "x")
    job = rotate(OPERATOR)
    assert (installed / "master-002.key").exists()
    assert (old[0], keys.seal("trial", "x")[0]) == (1, 2)
    assert keys.open_sealed("trial", old) == "x"
    assert keys.blind_index("trial", "x") == index
    assert bytes(bank.client_secret)[0] == 1
    run_waiting()
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"values": 2})
    bank.refresh_from_db()
    sealed = bytes(bank.client_secret)
    assert sealed[0] == 2
    opened = keys.open_sealed("payments.client-secret", sealed, about=bank.client_key)
    assert opened == "rahasia"
    counts = {each.column: dict(found) for each, found in checking.versions().items()
              if each.table == "payments_bank"}  # fmt: skip
    assert counts == {"client_secret": {2: 1}, "private_key": {2: 1}}
    (installed / "master-002.key").unlink()
    assert checking.look().state == "missing"


def test_keys_of_the_environment_are_renewed_there(root: Path, monkeypatch) -> None:
    import base64

    one, two = (base64.b64encode(each * 32).decode() for each in (b"1", b"2"))
    monkeypatch.setenv("BALAI_MASTER_KEY", one)
    assert ensure() == 1
    with pytest.raises(ImproperlyConfigured, match="after a comma"):
        rotate(OPERATOR)
    monkeypatch.setenv("BALAI_MASTER_KEY", f"{one},{two}")
    assert checking.look().state == "newer"
    assert rotate(OPERATOR).arguments == {"version": 2}
    assert keys.seal("trial", "x")[0] == 2
    assert checking.look().ok
    monkeypatch.setenv("BALAI_MASTER_KEY", f"{two},{one}")
    assert checking.look().state == "other"


def test_status_tells_people_and_programs(installed: Path) -> None:
    told = CliRunner().invoke(group, ["status", "--json"])
    assert told.exit_code == 0
    assert json.loads(told.output)["state"] == "ok"
    (installed / "master.key").unlink()
    assert CliRunner().invoke(group, ["status"]).exit_code == 1


def test_every_sealed_column_is_known() -> None:
    """A room that seals a new column names it, or says here why `seal` did not make it."""
    known = {(each.table, each.column) for each in sealed_columns()}
    # Files have a form of their own: guards keep them as they are, or they wait for a job only.
    of_files = {("documents_file", "sealed"), ("cases_casefile", "content_sealed"),
                ("payments_statementfile", "sealed")}  # fmt: skip
    found = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        if model.__module__.startswith("balai.kernel") and model is not KeyCheck
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField) and "sealed" in field.name
    }
    assert found - known <= of_files
    assert known - found == {("payments_bank", "client_secret"), ("payments_bank", "private_key"),
                             ("access_keptanswer", "answer")}  # fmt: skip


def test_each_column_names_a_purpose_and_a_place_that_sql_understands() -> None:
    assert checking.a_sealed_value() is None
    assert all(sum(counts.values()) == 0 for counts in checking.versions().values())
