"""What the city ended is told to who checks without a network, signed, and as of when."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.utils import timezone

from balai.kernel.documents import actions, qr
from balai.kernel.documents.commands.verify import read_qr
from balai.kernel.documents.kinds import find_kind
from balai.kernel.documents.models import PublicRecord, Signatory
from balai.kernel.documents.queries.revocations import read_revocations, signed_revocations
from balai.kernel.regions.queries import city_by_slug
from kernel.documents.conftest import BY

pytestmark = pytest.mark.django_db


def qr_of(document) -> str:
    return qr.signed_text(
        actions.issuing.claims_of(
            document, find_kind(document.kind), list(Signatory.objects.filter(post="head")),
            city_by_slug("banyuwangi"),
        )
    )  # fmt: skip


@pytest.fixture
def ended(hall):
    stands, void, old = (hall.issue(key=f"k{n}") for n in range(3))
    actions.void(void.id, reason="keliru", by=BY)
    actions.reissue(old.id, reason="salah tulis", by=BY, key="new")
    return stands, void, old


def test_the_list_names_what_ended_and_only_that(hall, ended, client):
    stands, void, old = ended
    answer = client.get("/verify/revoked/banyuwangi.cose")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/cose")
    assert b"Aminah" not in answer.content
    said = read_revocations(answer.content)
    assert said.city == "banyuwangi"
    assert {each.code: each.state for each in said.entries} == {
        void.code: "void", old.code: "replaced",
    }  # fmt: skip
    assert said.find(stands.code) is None
    assert client.get("/verify/revoked/atlantis.cose").status_code == 404


def test_what_ran_out_by_itself_is_left_out(hall, ended):
    _, void, old = ended
    yesterday = timezone.localdate() - timedelta(days=2)
    PublicRecord.objects.filter(pk=void.code).update(valid_until=yesterday)
    said = read_revocations(signed_revocations("banyuwangi", at=timezone.now()))
    assert [each.code for each in said.entries] == [old.code]


def test_a_list_with_a_changed_byte_is_refused(hall, ended):
    content = bytearray(signed_revocations("banyuwangi", at=timezone.now()))
    place = content.index(ended[1].code.encode())
    content[place] = ord("0") if content[place] != ord("0") else ord("1")
    with pytest.raises(ValueError, match="not signed by the city"):
        read_revocations(bytes(content))


def test_the_command_reads_a_qr_code_beside_a_list(hall, ended, tmp_path):
    stands, void, _ = ended
    path = tmp_path / "list.cose"
    path.write_bytes(signed_revocations("banyuwangi", at=timezone.now()))
    run = CliRunner().invoke
    good = run(read_qr, [qr_of(stands), "--revoked", str(path), "--json"])
    assert good.exit_code == 0, good.output
    assert json.loads(good.output)["ended"] == ""
    bad = run(read_qr, [qr_of(void), "--revoked", str(path), "--json"])
    assert bad.exit_code == 1
    assert json.loads(bad.output)["valid"] is False
    assert json.loads(bad.output)["ended"] == "void"
    assert run(read_qr, [qr_of(void)]).exit_code == 0, "without the list it proves the issuing only"
    path.write_bytes(b"nothing")
    assert run(read_qr, [qr_of(void), "--revoked", str(path)]).exit_code == 2
