"""The simulator's page: asked, computed, read, refused, saved, proposed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from balai.kernel.access.origin import Origin
from balai.kernel.problems import ProblemError
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.actions.register_validators import register_validators
from balai.transit.actions.simulate import Span, Wish, compare, compute
from balai.transit.models import Scenario, TariffVersion

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = "2026-11-23"
RULE = "jaklingko-integrated"
Tap = Callable[..., dict[str, Any]]


@pytest.fixture
def taps(jakarta: str, tap: Tap) -> str:
    """A card that rides BRT and MRT under one fare, and one that rides BRT alone."""
    register_validators(jakarta, {"V-brt": "31.71.06", "V-mrt": "31.74.07"})
    rows = [
        tap("CARD-A", 0, "in", "brt"), tap("CARD-A", 20, "out", "brt", km=9),
        tap("CARD-A", 30, "in", "mrt"), tap("CARD-A", 50, "out", "mrt", km=12),
        tap("CARD-B", 5, "in", "brt"), tap("CARD-B", 25, "out", "brt", km=6),
    ]  # fmt: skip
    receipt = receive_taps(jakarta, rows, place="31", sender="t", key="1", now=NOW)
    assert receipt.count("accepted") == len(rows), receipt.others
    return jakarta


@pytest.fixture
def officer(client: Client, taps: str, django_user_model: Any) -> Client:
    user = django_user_model.objects.create_superuser("analyst", "a@example.org", "pw")
    client.force_login(user)
    return client


def asked(**more: str) -> dict[str, str]:
    told = {"first": DAY, "last": DAY, "share": "1"}
    for label in ("now", "a", "b"):
        told |= {label: RULE, f"{label}_was": RULE}
    return told | more


URL = "/jakarta/transit/officer/simulator/"


def computed(officer: Client, **more: str) -> Any:
    answer = officer.post(URL, asked(**more))
    assert answer.status_code == 302, answer.context["form"].errors
    scenario = Scenario.objects.order_by("-made_at").first()
    assert scenario is not None
    if not scenario.finished:
        compute(scenario.id)
    return officer.get(answer["Location"])


def test_the_page_states_what_a_rule_does(officer: Client) -> None:
    page = computed(officer, **{"b.per_km": "100", "a.mode_price.brt": "4500"})
    text = page.content.decode()
    outcome = page.context["outcome"]
    # BRT 3,500 then 2,500 + 250 x 21 km = 7,750 together; BRT alone 3,500.
    assert [outcome.sum(n, "charge") for n in range(3)] == [11_250, 12_250, 8_100]
    assert text.count('class="lead"') == 2
    assert 'name="b.per_km" value="100"' in text
    assert page.context["leads"][1]["less_cards"] == 0.5


def test_each_tap_pays_by_the_law_of_its_day(officer: Client, tap: Tap) -> None:
    from balai.transit.actions.tariffs_in_force import put_in_force

    put_in_force("jakarta", "transjakarta", date(2026, 11, 24))
    ride = [tap("CARD-C", 24 * 60, "in", "brt"), tap("CARD-C", 24 * 60 + 20, "out", "brt", km=9),
            tap("CARD-C", 24 * 60 + 30, "in", "mikrotrans"),
            tap("CARD-C", 24 * 60 + 50, "out", "mikrotrans", km=9)]  # fmt: skip
    later = NOW + timedelta(days=1)
    receive_taps("jakarta", ride, place="31", sender="t", key="2", now=later)
    page = computed(
        officer, last="2026-11-24", now="in-force", now_was="in-force",
        a="in-force", a_was="in-force", **{"a.mode_price.brt": "5000", "b.cap": "6000"},
    )  # fmt: skip
    now, changed, named = Scenario.objects.get().rules
    assert [each["start"] for each in now["later"]] == ["2026-11-24"]
    assert now["parameters"]["rule"] != now["later"][0]["parameters"]["rule"]
    assert changed["later"][0]["parameters"]["mode_price"]["brt"] == 5_000
    assert named["parameters"]["cap"] == 6_000
    outcome = page.context["outcome"]
    # The first day 7,750 and 3,500 by the integrated fare; the second BRT 3,500 and mikrotrans 0.
    assert outcome.sum(0, "charge") == 11_250 + 3_500
    assert page.context["law_changes"][0] == ("now", (date(2026, 11, 24),))
    assert '<time datetime="2026-11-24">' in page.content.decode()


def test_the_same_question_is_computed_once(officer: Client) -> None:
    computed(officer, **{"b.per_km": "100"})
    first = Scenario.objects.get()
    computed(officer, **{"b.per_km": "100"})
    assert Scenario.objects.get().id == first.id
    computed(officer, **{"b.per_km": "120"})
    assert Scenario.objects.count() == 2


def test_a_job_computes_what_was_asked(officer: Client) -> None:
    from balai.kernel.jobs import run_waiting

    answer = officer.post(URL, asked(**{"b.cap": "6000"}))
    waiting = officer.get(answer["Location"])
    assert waiting["Refresh"] == "2"
    run_waiting()
    page = officer.get(answer["Location"])
    assert "Refresh" not in page
    assert page.context["outcome"].sum(2, "charge") == 6_000 + 3_500


def test_a_tariff_without_a_price_for_a_mode_takes_the_baselines_own_fare(officer: Client) -> None:
    page = computed(officer, a="ok-otrip-trial")
    rule = Scenario.objects.get().rules[1]
    assert rule["outside"] == ["mrt"]
    assert "MRT" in page.content.decode()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"b.per_km": "dua"}, "b-per_km"),
        ({"first": "2026-13-01"}, "first"),
        ({"first": "2020-01-01", "last": "2020-01-02"}, "first"),
        ({"last": "2026-11-01"}, "last"),
        ({"a": "no-such-tariff", "a_was": "no-such-tariff"}, "now"),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field(
    officer: Client, change: dict[str, str], told: str
) -> None:
    answer = officer.post(URL, asked(**change))
    assert answer.status_code == 422
    assert f'href="#{told}"' in answer.content.decode()
    assert Scenario.objects.count() == 0


def test_files_hold_every_sum(officer: Client) -> None:
    computed(officer, **{"b.per_km": "100"})
    url = f"{URL}{Scenario.objects.get().id}/"
    told = json.loads(officer.get(url, {"format": "json"}).content)
    rows = b"".join(officer.get(url, {"format": "csv"}).streaming_content).decode().splitlines()
    assert len(rows) == 1 + len(told["result"]["sums"])
    assert told["rules"][2]["parameters"]["per_km"] == 100


def test_a_scenario_is_saved_and_proposed_as_a_draft(officer: Client) -> None:
    computed(officer, **{"b.per_km": "100"})
    url = f"{URL}{Scenario.objects.get().id}/"
    officer.post(url + "save/", {"title": "Murah per km"})
    assert "Murah per km" in officer.get(URL).content.decode()
    officer.post(url + "propose/", {"label": "b", "name": "murah-per-km"})
    draft = TariffVersion.objects.get(name="murah-per-km")
    assert (draft.state, draft.based_on) == ("draft", RULE)
    assert draft.parameters["per_km"]["value"] == 100
    again = officer.post(URL, asked(a="murah-per-km", a_was="murah-per-km"))
    assert again.status_code == 302


def test_a_file_of_taps_is_replayed_and_its_rows_are_checked(
    officer: Client, tmp_path: Path
) -> None:
    good = "tap_id,card_id,at,direction,mode,km\n1,x,2026-11-23T07:00,in,brt,\n"
    good += "2,x,2026-11-23T07:20,out,brt,5\n"
    path = tmp_path / "taps.csv"
    path.write_text(good)
    with path.open("rb") as file:
        page = computed(officer, taps=file)  # type: ignore[arg-type]
    # BRT until 07:00, that second included.
    assert page.context["outcome"].sum(0, "charge") == 2_000
    path.write_text("card,when\n1,2\n")
    with path.open("rb") as file:
        refused = officer.post(URL, asked(taps=file))  # type: ignore[arg-type]
    assert refused.status_code == 422
    assert "the column is missing" in refused.content.decode()


def test_a_stranger_is_asked_to_sign_in(client: Client, taps: str) -> None:
    assert "/login" in client.get(URL)["Location"]


def test_figures_that_make_no_tariff_are_named(taps: str) -> None:
    day = date(2026, 11, 23)
    wishes = [Wish(RULE), Wish(RULE, {"window_seconds": 10})]
    with pytest.raises(ProblemError) as refused:
        compare(taps, wishes, Span(day, day), origin=Origin("analyst"))
    assert [fault.field for fault in refused.value.faults] == ["a.window_seconds"]
