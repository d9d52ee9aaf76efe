"""The demonstration's vehicles, and the pages that show how it runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from balai.transit.actions.import_feed import Provenance, import_feed, withdraw_feed
from balai.transit.demo import running
from balai.transit.demo.feed import demo_feed
from balai.transit.engine.realtime import decode, predict
from balai.transit.models import RealtimeSource
from balai.transit.queries import planners
from balai.transit.queries.networks import current_network
from balai.transit.queries.realtime import live
from balai.transit.queries.schedules import schedule_for

pytestmark = pytest.mark.django_db
EIGHT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""08:00 in Jakarta on a Monday."""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """One folder of timetables, and planners over them, for all that ask the same feed here."""
    yield tmp_path_factory.mktemp("files")
    planners.forget()


@pytest.fixture(autouse=True)
def patience(monkeypatch, files, settings):
    kept = dict(planners.planner.__kwdefaults__) | {"patience": 120.0}
    monkeypatch.setattr(planners.planner, "__kwdefaults__", kept)
    settings.MEDIA_ROOT = files


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: EIGHT)
    return EIGHT


@pytest.fixture
def network(jakarta):
    import_feed(demo_feed(), city=jakarta, provenance=Provenance(source="Demo", generated=True))
    return current_network(jakarta)


@pytest.fixture
def told(network, now):
    running.build("jakarta", now)
    return network


def words(answer):
    page = re.sub(r"<script.*?</script>", "", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def get(client, name, *args, language="en", **query):
    client.cookies["language"] = language
    return client.get(reverse(f"transit:{name}", args=["jakarta", *args]), query)


def test_made_up_reports_fit_the_timetable_and_are_the_same_each_time(network):
    content = running.report(EIGHT)
    dataset = decode(content)
    predictions = predict(dataset, schedule_for(network.main, dataset))
    assert not predictions.problems, predictions.problems[:3]
    assert len(predictions.runs) > 100
    assert len(dataset.vehicles) > 100
    assert any(run.cancelled for run in predictions.runs)
    assert running.report(EIGHT) == content


def test_a_stop_shows_departures_as_they_run_and_says_as_of_when(client, told):
    answer = get(client, "stop", "monas")
    assert answer.status_code == 200
    assert answer["Refresh"] == "30"
    text = words(answer)
    assert "as of 8 am" in text
    assert "every 4 min" in text
    assert "late" in text
    assert any(row["times"] for row in answer.context["rows"])


def test_news_that_are_too_old_are_not_used_and_the_page_says_so(client, told, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: EIGHT + timedelta(minutes=20))
    answer = get(client, "stop", "monas")
    assert "too old" in words(answer)
    assert not any(each["live"] for row in answer.context["rows"] for each in row["times"])


def test_notices_appear_where_they_concern(client, told):
    assert "lift is being mended" in words(get(client, "stop", "tosari"))
    assert "lift is being mended" not in words(get(client, "stop", "monas"))
    assert "Road works" in words(get(client, "route", "1"))
    assert "Perbaikan jalan" in words(get(client, "route", "1", language="id"))


def test_without_real_time_a_stop_shows_its_timetable(client, network, now):
    text = words(get(client, "stop", "monas"))
    assert "every 4 min" in text
    assert "as of" not in text
    assert "too old" not in text


def test_a_stop_that_is_gone_leads_to_the_search(client, network):
    answer = get(client, "stop", "torn-down")
    assert answer.status_code == 404
    assert "no stop" in words(answer)
    assert "Monumen Nasional" in words(get(client, "stops", q="monumen nas"))


def test_a_line_tells_its_stops_hours_and_fare(client, network, now):
    answer = get(client, "route", "1")
    text = words(answer)
    assert "Blok M" in text
    assert "Rp3,500" in text
    assert "Towards Kota" in text
    hours = {hour.hour: hour.departures for hour in answer.context["hours"]}
    assert hours[8] == 15
    assert 3 not in hours
    assert get(client, "route", "none").status_code == 404
    assert "Kalideres" in words(get(client, "routes", q="3 kali"))


def test_a_trip_marks_how_its_vehicles_run(client, told):
    answer = get(client, "plan", start="Blok M", end="Kota", on="2026-11-23", at="08:00")
    assert answer.status_code == 200
    assert "as of 8 am" in words(answer)
    marks = [each["late"] for each in answer.context["steps"] if each["late"]]
    assert marks


def test_a_trip_by_arrival_leaves_in_time_for_it(client, network, now):
    answer = get(client, "plan", start="Blok M", end="Kota", on="2026-11-23", at="09:30",
                 by="arrive")  # fmt: skip
    options = answer.context["options"]
    wanted = EIGHT + timedelta(minutes=90)
    assert all(each["arrive"] <= wanted for each in options)
    assert [each["seconds"] for each in options[:2]] == sorted(
        each["seconds"] for each in options[:2]
    )
    assert "by 9.30 am" in words(answer)


def test_limits_are_kept_and_can_be_dropped(client, network, now):
    asked = {"start": "Cipete Raya (MRT)", "end": "Monumen Nasional", "on": "2026-11-23",
             "at": "08:00"}  # fmt: skip
    only = get(client, "plan", **asked, mode="brt", walk="1500")
    assert only.status_code == 200
    if "options" in only.context:
        modes = {chip["mode"] for option in only.context["options"] for chip in option["chain"]}
        assert modes <= {"brt", "walk"}
    free = get(client, "plan", **asked, most="0")
    assert "Drop the limits" in words(free) or free.context["options"][0]["fare"] == 0


def test_every_departure_of_the_hour_is_a_table_of_links(client, network, now):
    answer = get(client, "plan", start="Blok M", end="Kota", on="2026-11-23", at="08:00", range="1")
    rows = answer.context["departures"]
    assert len(rows) > 3
    times = [each.depart for each, _ in rows]
    assert times == sorted(times)
    assert all(EIGHT <= at <= EIGHT + timedelta(hours=1) for at in times)
    assert "at=08" in rows[0][1]


def test_reach_grows_with_time_and_money(client, network, now):
    asked = {"start": "Monumen Nasional", "on": "2026-11-23", "at": "08:00"}
    areas = {}
    for minutes, fare in ((30, ""), (45, ""), (45, "3500"), (45, "0")):
        answer = get(client, "reach", **asked, minutes=minutes, most=fare)
        assert answer.status_code == 200, words(answer)
        areas[minutes, fare] = answer.context["bands"][-1].km2
    assert areas[30, ""] < areas[45, ""]
    assert areas[45, "0"] < areas[45, "3500"] <= areas[45, ""]


def test_the_api_tells_departures_isochrones_alerts_and_vehicles(client, told):
    base = "/api/v1/transit/jakarta"
    board = client.get(f"{base}/departures", {"stop": "monas"}).json()
    assert board["real_time"]
    assert any(line["headway_least"] == 240 for line in board["lines"])
    shape = client.get(
        f"{base}/isochrone",
        {"from": "Monumen Nasional", "minutes": 45, "max_fare": 5000,
         "at": "2026-11-23T08:00:00+07:00"},
    ).json()  # fmt: skip
    assert [each["properties"]["minutes"] for each in shape["features"]] == [45, 30, 15]
    assert shape["features"][0]["geometry"]["coordinates"]
    assert len(client.get(f"{base}/alerts").json()["alerts"]) == 2
    vehicles = client.get(f"{base}/vehicles", {"route": "1"}).json()["vehicles"]
    assert vehicles
    assert {each["route_id"] for each in vehicles} == {"1"}
    for path in ("departures?stop=none", "isochrone?from=nowhere", "isochrone?from=Kota&minutes=1",
                 "plan?from=Kota&to=Monas&modes=boat"):  # fmt: skip
        answer = client.get(f"{base}/{path}")
        assert 400 <= answer.status_code < 500, path
        assert answer["Content-Type"].startswith("application/problem+json")


def test_two_feeds_are_planned_as_one_network_and_one_can_be_withdrawn(client, network, now):
    second = import_feed(demo_feed(), city="jakarta", name="rail",
                         provenance=Provenance(source="Rail")).version  # fmt: skip
    joined = current_network("jakarta")
    assert [each.name for each in joined.versions] == ["main", "rail"]
    asked = {"start": "Blok M", "end": "Kota", "on": "2026-11-23", "at": "08:00"}
    both = get(client, "plan", **asked, start_stop="blokm")
    assert both.status_code == 200, words(both)
    assert get(client, "stop", "monas").status_code == 200
    assert get(client, "stop", "rail:monas").status_code == 200
    assert get(client, "route", "rail:1").status_code == 200
    withdraw_feed(second.pk)
    assert not current_network("jakarta").joined
    assert get(client, "plan", **asked, start_stop="rail:blokm").status_code == 200


def test_a_renewed_demonstration_speaks_once_a_minute(told):
    assert running.renew_all(EIGHT + timedelta(seconds=30)) == 0
    assert running.renew_all(EIGHT + timedelta(seconds=61)) == 1
    assert RealtimeSource.objects.count() == 1
    assert live(told, EIGHT + timedelta(seconds=90)).state == "live"


@pytest.fixture
def officer(client, jakarta, now):
    from django.contrib.auth import get_user_model

    from balai.kernel.access.actions import grant_role
    from balai.kernel.access.origin import Origin

    user = get_user_model().objects.create_user("officer", password="x")
    grant_role(user, "transit.officer", place="jakarta", origin=Origin(channel="test"))
    client.force_login(user)
    return client


def source_form(**changes):
    return {"name": "trains", "feed": "main", "url": "https://feeds.example.org/rt.pb",
            "poll_s": "30", "stale_s": "180", "active": "on"} | changes  # fmt: skip


def test_an_officer_sets_up_a_source_and_reads_what_is_wrong_with_its_report(officer, told):
    address = reverse("transit:realtime", args=["jakarta"])
    assert officer.post(address, source_form()).status_code == 302
    assert RealtimeSource.objects.get(name="trains").url == "https://feeds.example.org/rt.pb"
    bad = officer.post(address, source_form(url="https://user:pass@host/"))
    assert bad.status_code == 422
    assert bad.context["form"].errors["url"]
    assert officer.post(address, source_form(name="No Name")).status_code == 422
    page = get(officer, "realtime-problems", running.SOURCE)
    assert "Everything in it fits the timetable" in words(page)
    assert get(officer, "realtime-problems", "trains").status_code == 404


def test_an_officer_withdraws_a_feed_but_never_the_main_one(officer, network):
    second = import_feed(demo_feed(), city="jakarta", name="rail").version

    def use(version, yes):
        address = reverse("transit:feed-use", args=["jakarta", version.pk])
        return officer.post(address, {"use": "yes" if yes else "no"})

    assert use(second, yes=False).status_code == 302
    assert not current_network("jakarta").joined
    use(second, yes=True)
    assert current_network("jakarta").joined
    use(network.main, yes=False)
    assert current_network("jakarta").main == network.main


def test_who_may_not_import_can_change_no_feed(client, network):
    address = reverse("transit:feed-use", args=["jakarta", network.main.pk])
    assert client.post(address, {"use": "no"}).status_code in (302, 403)
    assert current_network("jakarta").main == network.main
