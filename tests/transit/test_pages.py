"""The pages of this programme, as visitors and officers see them, in both languages."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.urls import reverse

from balai.kernel.jobs import run_waiting
from balai.transit.actions.import_feed import Provenance, import_feed
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.demo.feed import demo_feed
from balai.transit.models import Journey
from balai.transit.queries import planners
from balai.transit.queries.feed import feed_versions
from transit.conftest import NOW

pytestmark = pytest.mark.django_db
MONDAY = "2026-11-23"


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
def feed(jakarta):
    return import_feed(
        demo_feed(), city=jakarta, provenance=Provenance(source="Demonstration", generated=True)
    ).version


def ask(client, language="id", **query):
    client.cookies["language"] = language
    return client.get(reverse("transit:plan", args=["jakarta"]), query)


def trip(client, language="id", **more):
    query = {"start": "Cipete Raya (MRT)", "end": "Monumen Nasional", "on": MONDAY, "at": "07:30"}
    return ask(client, language, **query | more)


def text_of(answer):
    page = re.sub(r"<script.*?</script>", "", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_without_a_timetable_the_page_says_so(client, jakarta):
    assert ask(client).status_code == 200


def test_the_first_page_asks_where_to(client, feed):
    answer = ask(client)
    assert answer.status_code == 200
    assert 'name="start"' in answer.content.decode()


def test_a_trip_shows_options_with_fares_and_arithmetic(client, feed):
    answer = trip(client)
    assert answer.status_code == 200, text_of(answer)
    options = answer.context["options"]
    assert options[0]["fare"] == answer.context["bill"].total
    assert sum(line.amount for line in answer.context["bill"].lines) == options[0]["fare"]
    fares = [option["fare"] for option in options]
    seconds = [option["seconds"] for option in options]
    assert seconds == sorted(seconds)
    assert fares == sorted(fares, reverse=True)
    for option in answer.context["options"]:
        assert option["fare"] is not None


def test_the_quoted_fare_is_the_planners(client, feed):
    found = trip(client).context
    assert found["chosen"].quote.total == found["chosen"].journey.fare


def test_an_option_is_chosen_by_address(client, feed):
    answer = trip(client, pilih="2")
    at = min(2, len(answer.context["options"])) - 1
    assert answer.context["options"][at]["current"]


@pytest.mark.parametrize("bad", ["0", "99", "x", "-1", "9" * 50])
def test_a_wrong_choice_is_the_nearest_one(client, feed, bad):
    assert trip(client, pilih=bad).status_code == 200


def test_an_integrated_fare_is_base_and_distance(client, feed):
    answer = trip(client, tariff="jaklingko-integrated")
    rows = {line.kind: line for line in answer.context["bill"].lines}
    if "distance" in rows:
        assert rows["base"].amount == 2500
        assert rows["distance"].amount == int(rows["distance"].km * 1000 + 0.5) * 250 // 1000


def test_the_fare_follows_the_tariff_chosen(client, feed):
    trial = trip(client, tariff="ok-otrip-trial")
    assert trial.status_code == 200
    assert all(option["fare"] <= 5000 for option in trial.context["options"])


def test_an_unknown_tariff_is_an_error_on_the_form(client, feed):
    answer = trip(client, tariff="no-such")
    assert "tariff" in answer.context["form"].errors
    assert 'aria-describedby="tariff-error"' in answer.content.decode()


def test_a_trip_to_where_it_begins_is_an_error_at_its_end(client, feed):
    page = ask(client, start="-6.2, 106.82", end="-6.2,106.82", on=MONDAY, at="07:30")
    text = page.content.decode()
    assert 'id="end-error"' in text
    assert "Ke: Ini tempat Anda berangkat." in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("id", "Tidak ada aturan tarif yang berlaku pada 1 Januari 1990."),
     ("en", "No fare rules hold on 1 January 1990.")],
)  # fmt: skip
def test_a_day_without_fare_rules_is_said_at_the_date(client, feed, language, words):
    trip = {"start": "-6.2,106.82", "end": "-6.25,106.8", "on": "1990-01-01", "at": "07:30"}
    page = ask(client, language, **trip)
    text = page.content.decode()
    assert "on" in page.context["form"].errors
    assert words in text
    text = client.get(reverse("transit:reach", args=["jakarta"]), trip | {"minutes": 45}).content
    assert words in text.decode()


def test_what_is_wrong_is_summed_up_with_the_names_of_its_fields(client, feed):
    page = client.get(reverse("transit:reach", args=["jakarta"]), {"start": "", "minutes": "x"})
    text = page.content.decode()
    assert "Dari: Bagian ini wajib diisi." in text
    assert "Dalam (menit): Tulis bilangan bulat." in text


def test_a_name_of_several_stops_asks_which(client, feed):
    answer = trip(client, start="bundaran")
    links = answer.context["choices"][0]["links"]
    assert len(links) > 1
    followed = client.get(reverse("transit:plan", args=["jakarta"]) + links[0][1])
    assert followed.context["question"].start.name == links[0][0].name


def test_a_name_of_no_stop_is_an_error_that_tells_the_mend(client, feed):
    answer = trip(client, start="zzzz")
    assert answer.context["form"].errors["start"]


def test_positions_are_places(client, feed):
    answer = trip(client, start="-6.2783,106.7973", end="-6.1763,106.8227")
    assert answer.context["options"]


def test_a_place_out_of_reach_names_the_nearest_stops(client, feed):
    answer = trip(client, start="-6.9000,107.6000")
    assert len(answer.context["near"]) == 3


def test_a_day_outside_the_calendar_is_said(client, feed):
    assert trip(client, on="2050-01-01").context["calendar"].last == date(2035, 12, 31)


def test_the_middle_of_the_night_offers_the_morning(client, feed):
    answer = trip(client, at="01:00")
    assert answer.status_code == 200
    assert answer.context["morning"]


@pytest.mark.parametrize(("language", "words"), [("id", "Mengapa Rp"), ("en", "Why Rp")])
def test_both_languages_are_spoken(client, feed, language, words):
    answer = trip(client, language)
    assert words in text_of(answer)


def test_generated_data_are_said_to_be(client, feed):
    assert 'class="demo"' in trip(client).content.decode()


def test_the_places_of_a_field_being_typed(client, feed):
    address = reverse("transit:places", args=["jakarta"])
    assert 'value="Blok M"' in client.get(address, {"start": "blok m"}).content.decode()
    assert client.get(address, {"start": "b"}).content.decode().strip() == ""


def test_the_network_is_drawn(client, feed):
    answer = client.get(reverse("transit:network", args=["jakarta"]), {"on": MONDAY})
    assert len(answer.json()["features"]) == 38


def test_every_tariff_is_shown_with_its_articles(client, jakarta):
    answer = client.get(reverse("transit:tariffs", args=["jakarta"]))
    assert "Kepgub 733/2022" in text_of(answer)


@pytest.fixture
def journey(jakarta, feed, tap):
    rows = [
        tap("6032-0001", 9, "in", "mrt", stop_id="mcipete", route_id="M"),
        tap("6032-0001", 30, "out", "mrt", stop_id="mhi", route_id="M", km=11.0),
        tap("6032-0001", 33, "in", "brt", stop_id="hi", route_id="1"),
        tap("6032-0001", 41, "out", "brt", stop_id="monas", route_id="1", km=2.0),
        {"validator": "broken"},
    ]
    receive_taps(jakarta, rows, place="31", now=NOW)
    price_pending(jakarta, as_of=NOW)
    return Journey.objects.get()


def test_a_journeys_record_shows_legs_fare_and_ledger_but_no_card(client, journey):
    client.cookies["language"] = "en"
    answer = client.get(reverse("transit:journey", args=["jakarta", journey.pk]))
    words = text_of(answer)
    assert "Rp5,750" in words
    assert "Cipete Raya" in words
    assert answer.context["journey"].moved == 5750
    assert "6032" not in answer.content.decode()
    assert journey.card.reference not in answer.content.decode()
    assert "7:19" not in words


def test_a_journey_of_another_city_is_not_found(client, journey):
    assert client.get(reverse("transit:journey", args=["makassar", journey.pk])).status_code == 404


OFFICERS = ("officer", "journeys", "taps", "quarantine", "feeds")


@pytest.fixture
def officer(client, jakarta, django_user_model):
    from balai.kernel.access.actions.grants import grant_role
    from balai.kernel.access.origin import Origin

    user = django_user_model.objects.create_user("petugas", password="kata-sandi-panjang-1")
    grant_role(user, "transit.officer", place="jakarta", origin=Origin(channel="test"))
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", OFFICERS)
def test_officers_pages_ask_for_a_sign_in(client, jakarta, name):
    answer = client.get(reverse(f"transit:{name}", args=["jakarta"]))
    assert answer.status_code == 302


@pytest.mark.parametrize("name", OFFICERS)
def test_officers_pages_refuse_whoever_has_no_role_there(officer, name):
    assert officer.get(reverse(f"transit:{name}", args=["makassar"])).status_code == 403


@pytest.mark.parametrize("name", OFFICERS)
@pytest.mark.parametrize("language", ["id", "en"])
def test_officers_pages_open(officer, journey, name, language):
    officer.cookies["language"] = language
    assert officer.get(reverse(f"transit:{name}", args=["jakarta"])).status_code == 200


@pytest.mark.parametrize(("name", "rows"), [("journeys", 1), ("taps", 4), ("quarantine", 1)])
def test_lists_download_as_csv(officer, journey, name, rows):
    answer = officer.get(reverse(f"transit:{name}", args=["jakarta"]), {"format": "csv"})
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(body.splitlines()) == rows + 1
    assert "6032" not in body


def test_lists_are_filtered(officer, journey):
    address = reverse("transit:journeys", args=["jakarta"])
    assert len(officer.get(address, {"kind": "integrated"}).context["page"]) == 1
    assert len(officer.get(address, {"kind": "separate"}).context["page"]) == 0
    later = (journey.day + timedelta(days=1)).isoformat()
    assert len(officer.get(address, {"start": later}).context["page"]) == 0


def test_a_feeds_issues_are_listed(officer, feed):
    answer = officer.get(reverse("transit:feed", args=["jakarta", feed.pk]))
    assert answer.status_code == 200
    assert answer.context["issues"].total == sum(feed.issue_totals.values())
    told = [each.title for each in answer.context["kinds"]]
    assert told
    assert not [each for each in told if "_" in each or "{" in each]
    assert all(f"{each} (" in answer.content.decode() for each in told)


def test_an_uploaded_feed_becomes_a_job(officer, jakarta, settings, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    upload = SimpleUploadedFile("feed.zip", demo_feed(), content_type="application/zip")
    address = reverse("transit:feeds", args=["jakarta"])
    answer = officer.post(address, {"feed": upload, "source": "Test"})
    assert answer.status_code == 302, answer.context["form"].errors
    waiting = officer.get(answer["Location"])
    assert waiting.status_code == 200
    assert waiting.context["status"].state == "waiting"
    run_waiting()
    done = officer.get(answer["Location"])
    assert done.context["status"].state == "done"
    assert done.context["status"].feed in {each.pk for each in feed_versions("jakarta")}


def test_an_officer_finds_the_desk_from_the_citys_page(officer):
    desk = reverse("transit:officer", args=["jakarta"])
    assert desk in officer.get("/jakarta/").content.decode()
    officer.logout()
    assert desk not in officer.get("/jakarta/").content.decode()


ONE_LINE = {
    "stops.txt": "stop_id,stop_lat,stop_lon\nA,-6.2,106.8\nB,-6.1,106.8\n",
    "routes.txt": "route_id,route_type\n9,3\n",
    "trips.txt": "trip_id,route_id,service_id\n9-a,9,HK\n",
    "stop_times.txt": "trip_id,stop_sequence,stop_id,arrival_time\n"
    "9-a,1,A,05:00:00\n9-a,2,B,05:20:00\n",
    "calendar_dates.txt": "service_id,date,exception_type\nHK,20261123,1\n",
}


def one_line_feed() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in ONE_LINE.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_a_journey_keeps_its_stops_names_when_another_feed_comes_into_use(client, feed, tap):
    rows = [
        tap("kartu-1", 0, "in", "brt", route_id="1", stop_id="blokm"),
        tap("kartu-1", 40, "out", "brt", route_id="1", stop_id="kota", km=12.5),
    ]
    receive_taps("jakarta", rows, place="31", now=NOW)
    price_pending("jakarta", as_of=NOW)
    page = reverse("transit:journey", args=["jakarta", Journey.objects.get().pk])
    assert "Blok M" in client.get(page).content.decode()
    import_feed(one_line_feed(), city="jakarta")
    assert "Blok M" in client.get(page).content.decode()
