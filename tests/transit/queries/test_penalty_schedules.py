"""The schedule of penalties in force on a day, from law and as a contract changes it."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.utils import translation

from balai.kernel.access.actions import grant_role
from balai.kernel.access.origin import Origin
from balai.kernel.laws import find_law
from balai.kernel.problems import ProblemError
from balai.transit.actions.settlement.operators import (
    add_contract,
    add_operator,
    link_account,
    set_term,
)
from balai.transit.queries.settlement.standards import days_of_change, penalties_on

pytestmark = pytest.mark.django_db
BY = Origin(actor="test", channel="cli")
DAY = date(2026, 11, 20)
PUBLIC, DESK = "/jakarta/transit/service-standard/", "/jakarta/transit/officer/service-standard/"


def contract(code: str, **terms):
    own = add_operator("jakarta", code, name=f"Koperasi {code}", kind="cooperative",
                       joined_on=date(2018, 1, 15), by=BY)  # fmt: skip
    return add_contract(own, f"K/{code}", model="gross", start=date(2018, 1, 15), article="Annex 1",
                        terms={"rate_per_km": "3459.36"} | terms, by=BY)  # fmt: skip


def test_every_rule_of_the_law_is_told_with_its_measure_price_article_and_source(jakarta):
    law = find_law("transit/service-standard/jakarta").value("penalties", DAY)
    found = penalties_on("jakarta", DAY)
    assert [row.code for row in found.rows] == [row["code"] for row in law.value]
    assert all(row.title and row.measure and row.price for row in found.rows)
    assert all(row.article and row.source and not row.verified for row in found.rows)
    assert {row.code for row in found.rows if row.counted} == {"missed_run", "headway"}


def test_figures_are_written_as_the_reader_writes_them(jakarta):
    with translation.override("id"):
        rows = {row.code: row for row in penalties_on("jakarta", DAY).rows}
    assert rows["waiting"].price == "Rp50.000"
    assert rows["headway"].price.startswith("0,05%")
    assert "50%" in rows["missed_run"].measure
    assert rows["missed_run"].cap.startswith("10%")
    with translation.override("en"):
        assert penalties_on("jakarta", DAY).rows[1].price == "0.05% of the day's pay"


def test_a_day_before_the_law_is_a_gap_that_names_the_nearest(jakarta, client):
    with pytest.raises(ProblemError, match="2018-01-15"):
        penalties_on("jakarta", date(2017, 12, 31))
    answer = client.get(PUBLIC, {"day": "2017-12-31"})
    assert answer.status_code == 200
    assert "2018-01-15" in answer.content.decode()
    assert days_of_change("jakarta")[-1] == date(2018, 1, 15)


def test_a_contract_shows_what_it_changes(jakarta):
    own = contract("a")
    set_term(own, "penalty_cap", "0.5", start=DAY, article="Annex 3", by=BY)
    rules = [{"code": "smoking", "basis": "amount", "value": "75000"}]
    set_term(own, "penalties", rules, start=DAY, article="Annex 4", by=BY)
    found = penalties_on("jakarta", DAY, own)
    assert [(row.code, row.value, row.article, row.own) for row in found.rows] == [
        ("smoking", "75000", "Annex 4", True)
    ]
    assert found.cap.value == "0.5"
    assert len(penalties_on("jakarta", date(2026, 11, 19), own).rows) > 1


def test_everybody_reads_the_law_and_a_contract_only_its_parties(jakarta, client):
    mine, other = contract("a"), contract("b")
    link_account(mine.operator, "koperasi-a")
    page = client.get(PUBLIC, {"day": str(DAY)}, headers={"accept-language": "en"})
    assert "not read yet" in page.content.decode()
    assert client.get(PUBLIC, {"contract": mine.pk}).status_code == 404
    assert client.get(PUBLIC, {"day": "never"}).status_code == 422
    user = get_user_model().objects.create_user("koperasi-a", password="a long password 3")
    grant_role(user, "transit.operator", origin=BY, place="jakarta")
    client.force_login(user)
    assert client.get(PUBLIC, {"contract": mine.pk}).status_code == 200
    assert client.get(PUBLIC, {"contract": other.pk}).status_code == 404
    assert client.get(DESK).status_code == 403
    grant_role(user, "transit.settlement-officer", origin=BY, place="jakarta")
    assert client.get(DESK, {"contract": other.pk}).status_code == 200
    assert "code,title,measure" in b"".join(client.get(DESK + "?format=csv")).decode()


def test_the_api_answers_the_schedule_and_refuses_a_day_without_one(jakarta, client):
    there = "/api/v1/transit/jakarta/service-standard/penalties"
    told = client.get(there, {"day": str(DAY)}).json()
    assert told["most"] == "0.2"
    assert {"code": "smoking", "basis": "amount", "value": "100000"}.items() <= told["rows"][
        3
    ].items()
    gone = client.get(there, {"day": "2001-01-01"})
    assert gone.status_code == 422
    assert gone["content-type"] == "application/problem+json"
