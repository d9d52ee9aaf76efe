"""Who sees which jobs, on pages and by the API, and what they may do with them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.test import Client

from balai.kernel.access.actions import grant_role, issue_token
from balai.kernel.access.models import AuditEntry, User
from balai.kernel.access.origin import Origin
from balai.kernel.jobs import actions, run_waiting, start
from balai.kernel.jobs.commands import group
from balai.kernel.jobs.models import Job, Pulse, State
from balai.kernel.problems import ProblemError
from balai.kernel.regions.actions import install_cities

pytestmark = pytest.mark.django_db


@pytest.fixture
def sari(db) -> User:
    install_cities()
    return User.objects.create_user("sari", password="x", display_name="Sari Wulandari")


@pytest.fixture
def operator(sari) -> User:
    user = User.objects.create_user("operator", password="x")
    grant_role(user, "jobs.operator", place="jakarta", origin=Origin())
    return user


@pytest.fixture
def kind(declare):
    def run(work, *, fails: bool = False) -> dict:
        work.log("one line of the log")
        work.progress(4, 8, "rows read")
        if fails:
            raise ProblemError("The file has no column nik")
        return {"url": "/jakarta/", "rows_taken_in": 8}

    return declare(run, name="test.import")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_stranger_is_asked_to_sign_in(client, sari, kind) -> None:
    job = start(kind, city="jakarta", by=sari)
    assert client.get("/jakarta/jobs/").status_code == 302
    assert client.get(f"/jakarta/jobs/{job.pk}/").status_code == 302
    assert client.get("/api/v1/jobs/").status_code == 401


def test_everybody_sees_their_own_jobs_and_operators_those_of_their_city(
    sari, operator, kind
) -> None:
    mine = start(kind, city="jakarta", by=sari)
    theirs = start(kind, city="jakarta", by=operator)
    elsewhere = start(kind, city="makassar", by=sari)
    page = signed_in(sari).get("/jakarta/jobs/")
    assert [row["job"] for row in page.context["rows"]] == [mine]
    page = signed_in(operator).get("/jakarta/jobs/")
    assert [row["job"] for row in page.context["rows"]] == [theirs, mine]
    assert signed_in(operator).get(f"/makassar/jobs/{elsewhere.pk}/").status_code == 404
    assert signed_in(sari).get(f"/jakarta/jobs/{theirs.pk}/").status_code == 404
    assert signed_in(sari).get(f"/jakarta/jobs/{elsewhere.pk}/").status_code == 404


def test_the_page_asks_again_while_the_job_is_open_and_then_shows_its_result(sari, kind) -> None:
    job = start(kind, city="jakarta", by=sari)
    client = signed_in(sari)
    address = f"/jakarta/jobs/{job.pk}/"
    waiting = client.get(address).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert 'http-equiv="refresh"' in waiting
    run_waiting()
    fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "every 2s" not in fragment
    assert 'href="/jakarta/"' in fragment
    assert 'value="4" max="8"' in fragment
    assert "one line of the log" in fragment


def test_a_result_never_leads_off_the_site(sari, declare) -> None:
    kind = declare(lambda work: {"url": "//elsewhere.example/"}, name="test.lead-off")
    job = start(kind, city="jakarta", by=sari)
    run_waiting()
    assert "elsewhere" not in signed_in(sari).get(f"/jakarta/jobs/{job.pk}/").content.decode()


def test_a_failed_job_tells_why_and_can_be_tried_again(sari, kind) -> None:
    job = start(kind, city="jakarta", by=sari, arguments={"fails": True})
    run_waiting()
    client = signed_in(sari)
    assert "no column nik" in client.get(f"/jakarta/jobs/{job.pk}/").content.decode()
    assert client.post(f"/jakarta/jobs/{job.pk}/retry/").status_code == 302
    assert actions.fresh(job).state == State.WAITING


def test_cancelling_is_asked_about_first(sari, operator, kind) -> None:
    job = start(kind, city="jakarta", by=sari)
    client = signed_in(sari)
    assert client.get(f"/jakarta/jobs/{job.pk}/cancel/").status_code == 200
    assert actions.fresh(job).state == State.WAITING
    client.post(f"/jakarta/jobs/{job.pk}/cancel/")
    assert actions.fresh(job).state == State.CANCELLED
    assert AuditEntry.objects.get(action="jobs.cancelled").actor == "sari"


def test_the_list_is_filtered_paged_and_downloaded(sari, kind, declare) -> None:
    other = declare(lambda work: None, name="test.other")
    for _ in range(30):
        start(kind, city="jakarta", by=sari)
    start(other, city="jakarta", by=sari)
    client = signed_in(sari)
    page = client.get("/jakarta/jobs/?kind=test.import&page=2")
    assert len(page.context["rows"]) == 5
    assert client.get("/jakarta/jobs/?state=failed").context["rows"] == []
    assert client.get("/jakarta/jobs/?q=%00").status_code == 200
    table = b"".join(client.get("/jakarta/jobs/jobs.csv?kind=test.other")).decode()
    assert len(table.splitlines()) == 2
    assert "test.other,waiting,jakarta,sari" in table


def test_the_api_tells_progress_and_changes_only_what_one_may(sari, operator, kind) -> None:
    job = start(kind, city="jakarta", by=operator)
    Pulse.objects.update(done=3, total=9, message="rows read")
    client = signed_in(operator)
    (told,) = client.get("/api/v1/jobs/?city=jakarta").json()["items"]
    assert (told["id"], told["done"], told["total"]) == (str(job.pk), 3, 9)
    assert signed_in(sari).get(f"/api/v1/jobs/{job.pk}").status_code == 404
    assert client.post(f"/api/v1/jobs/{job.pk}/retry").status_code == 409
    assert client.post(f"/api/v1/jobs/{job.pk}/cancel").json()["state"] == "cancelled"


def test_a_token_is_held_to_its_region(sari, operator, kind) -> None:
    grant_role(operator, "jobs.operator", place="makassar", origin=Origin())
    start(kind, city="jakarta", by=sari)
    _, secret = issue_token(operator, "t", scopes=["jobs:read"], place="makassar", origin=Origin())
    answer = Client().get(
        "/api/v1/jobs/?city=jakarta", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.json()["items"] == []


def test_the_command_line_lists_shows_and_cancels(kind) -> None:
    job = start(kind)
    run = CliRunner().invoke
    (told,) = json.loads(run(group, ["list", "--json", "--kind", "test.import"]).output)
    assert (told["id"], told["state"]) == (str(job.pk), "waiting")
    assert run(group, ["cancel", str(job.pk)]).exit_code == 0
    assert run(group, ["retry", str(job.pk)]).exit_code == 0
    run_waiting()
    shown = run(group, ["show", str(job.pk)]).output
    assert "one line of the log" in shown
    assert Job.objects.get(pk=job.pk).state == State.DONE
    assert isinstance(run(group, ["show", "nothing"]).exception, ProblemError)


def test_a_token_held_to_a_region_sees_ones_own_jobs_of_that_region_only(operator, kind) -> None:
    grant_role(operator, "jobs.operator", place="makassar", origin=Origin())
    mine = start(kind, city="jakarta", by=operator)
    here = start(kind, city="makassar", by=operator)
    _, secret = issue_token(operator, "t", scopes=["jobs:read", "jobs:operate"], place="makassar",
                            origin=Origin())  # fmt: skip
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get(f"/api/v1/jobs/{mine.pk}").status_code == 404
    assert client.post(f"/api/v1/jobs/{mine.pk}/cancel").status_code == 404
    assert client.get(f"/api/v1/jobs/{here.pk}").status_code == 200
    seen = client.get("/api/v1/jobs/?mine=1").json()
    assert [each["id"] for each in seen["items"]] == [str(here.pk)]
