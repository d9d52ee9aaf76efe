"""Nobody guesses numbers: misses cost more, KK counts as well, and who passes the limit is told."""

from __future__ import annotations

import pytest
from django.urls import reverse

from balai.kernel.access.actions.grants import grant_role
from balai.kernel.access.models import AuditEntry
from balai.kernel.access.origin import Origin
from balai.kernel.access.throttle import ThrottledError
from balai.kernel.notices.models import Notice
from balai.kernel.people import limits
from balai.kernel.people.limits import Limits, allow_opening, looked_up
from balai.kernel.people.looks import Look, Purpose
from balai.kernel.people.queries import find_by_nik
from balai.kernel.people.queries.cards import find_by_kk
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import rows_of

from .conftest import NIK

pytestmark = pytest.mark.django_db
MISS = "7371015708900002"
FEW = Limits(look_ups="6/10m", misses="3/10m", openings="2/10m")


@pytest.fixture(autouse=True)
def _served(person, officer, protector, as_application, monkeypatch):
    monkeypatch.setattr(limits, "PERSON", FEW)


@pytest.fixture
def makassar(cities):
    return city_by_slug("makassar")


def asked(find, number, look, city):
    try:
        with rows_of("73.71"):
            return looked_up(find, number, look=look, city=city)
    except ThrottledError:
        return "limited"


def test_a_look_up_is_one_statement_with_its_entry(look, django_assert_num_queries):
    with rows_of("73.71"):
        find_by_nik(NIK, look=look)
        with django_assert_num_queries(1):
            assert find_by_nik(NIK, look=look)
        with django_assert_num_queries(1):
            assert find_by_nik(MISS, look=look) is None


def test_a_miss_costs_three_times_a_find(look, makassar):
    assert all(asked(find_by_nik, NIK, look, makassar) for _ in range(3))
    assert asked(find_by_nik, MISS, look, makassar) is None
    assert asked(find_by_nik, NIK, look, makassar) == "limited"


def test_look_ups_by_kk_use_the_same_allowance(look, makassar):
    assert asked(find_by_kk, "7371010101200001", look, makassar) == ()
    assert asked(find_by_kk, "7371010101200002", look, makassar) == ()
    assert asked(find_by_nik, NIK, look, makassar) == "limited"


def test_a_service_account_has_limits_of_its_own(origin, makassar, django_user_model):
    with rows_of("73.71"):
        service = django_user_model.objects.create_user("klinik", is_service=True)
        grant_role(service, "people.reader", place="makassar", origin=Origin(channel="test"))
    look = Look(service, Purpose("service", "pendaftaran pasien"), origin)
    assert all(asked(find_by_nik, NIK, look, makassar) for _ in range(20))


def test_the_protector_is_told_once_a_day_and_the_audit_names_the_account(
    look, makassar, protector
):
    for _ in range(2):
        allow_opening(look, makassar)
    for _ in range(4):
        with pytest.raises(ThrottledError):
            allow_opening(look, makassar)
    entry = AuditEntry.objects.get(action="people.looks-limited")
    assert (entry.subject, entry.detail["limit"]) == ("account:petugas", "people.open")
    with rows_of("73.71"):
        assert Notice.objects.filter(kind="people.looks-limited").count() == 1


def test_the_officers_page_says_when_to_try_again(client, officer):
    client.force_login(officer)
    page = reverse("people:look_up", args=["makassar"])
    body = {"scheme": "kk", "number": "7371010101200001", "purpose": "service",
            "reason": "surat domisili"}  # fmt: skip
    answers = [client.post(page, body) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"]
    assert client.get(page).status_code == 200
