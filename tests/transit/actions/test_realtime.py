"""Real-time messages taken in: datasets, vehicles' tracks, and where fetches may not go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from balai.transit.actions import fetch_realtime
from balai.transit.actions.fetch_realtime import FetchError, check_address, public_address
from balai.transit.actions.realtime_sources import put_source
from balai.transit.actions.receive_realtime import receive_message
from balai.transit.engine.realtime import RealtimeRefused
from balai.transit.models import RealtimeSnapshot, TrackPart
from balai.transit.queries.realtime import days_tracked, vehicle_track
from transit.engine.realtime.making import MONDAY, NOON, message, update

pytestmark = pytest.mark.django_db
NOW = datetime.fromtimestamp(NOON + 5, UTC)


@pytest.fixture
def source(jakarta):
    return put_source(jakarta, "buses", feed="main")


def vehicles(at, *moments, differential=False):
    made = message(at, differential=differential)
    for name, moment in moments:
        told = made.entity.add(id=name).vehicle
        told.vehicle.id = name
        told.timestamp = moment
        told.position.latitude, told.position.longitude = -6.2, 106.8
        told.trip.trip_id, told.trip.start_date = "t", "20261123"
    return made.SerializeToString()


def test_positions_are_kept_once_each_whatever_comes_again(source, as_application):
    first = vehicles(NOON, ("a", NOON - 5), ("b", NOON - 3))
    assert receive_message(source, first, now=NOW).positions == 2
    assert receive_message(source, first, now=NOW).repeated
    later = vehicles(NOON + 30, ("a", NOON - 5), ("b", NOON + 20))
    assert receive_message(source, later, now=NOW + timedelta(seconds=30)).positions == 1
    track = vehicle_track("jakarta", MONDAY)
    assert list(zip(track.vehicle, track.at, strict=True)) == [
        ("a", NOON - 5), ("b", NOON - 3), ("b", NOON + 20),
    ]  # fmt: skip
    assert days_tracked("jakarta") == [MONDAY]


def test_differences_add_to_the_dataset(source):
    receive_message(source, vehicles(NOON, ("a", NOON - 5)), now=NOW)
    news = vehicles(NOON + 10, ("b", NOON), differential=True)
    kept = receive_message(source, news, now=NOW + timedelta(seconds=10)).snapshot
    assert kept.vehicles == 2


def test_snapshots_go_after_an_hour_but_the_last_stays(source):
    for minute in (0, 50, 100):
        moment = NOW + timedelta(minutes=minute)
        receive_message(source, vehicles(NOON + 60 * minute), now=moment)
    assert RealtimeSnapshot.objects.count() == 2
    assert TrackPart.objects.count() == 0


@pytest.mark.parametrize("content", [b"no message", vehicles(NOON - 60), vehicles(NOON + 3600)])
def test_what_is_refused_leaves_nothing_behind(source, content):
    receive_message(source, vehicles(NOON), now=NOW)
    with pytest.raises(RealtimeRefused):
        receive_message(source, content, now=NOW)
    assert RealtimeSnapshot.objects.count() == 1


@pytest.mark.parametrize(
    "url", ["ftp://example.org/x", "https://", "https://u:p@example.org/", "file:///etc/passwd",
            "https://[::1", "https://example.org:99999/"],
)  # fmt: skip
def test_addresses_that_name_no_public_host_are_refused(url):
    with pytest.raises(FetchError):
        check_address(url)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.8", "169.254.169.254", "::1", "fd00::1",
             "::ffff:127.0.0.1", "0.0.0.0", "100.64.0.1"],
)  # fmt: skip
def test_hosts_within_private_networks_are_refused(host):
    with pytest.raises(FetchError):
        public_address(host)


def test_one_private_address_among_public_ones_refuses_the_host(monkeypatch):
    def answers(*addresses):
        found = [(2, 1, 6, "", (each, 0)) for each in addresses]
        monkeypatch.setattr(fetch_realtime.socket, "getaddrinfo", lambda *_, **__: found)

    answers("93.184.216.34", "10.0.0.1")
    with pytest.raises(FetchError, match="private"):
        public_address("feeds.example.org")
    answers("93.184.216.34")
    assert public_address("feeds.example.org") == "93.184.216.34"


def test_a_source_is_fetched_when_its_time_has_come(jakarta, settings, free_server):
    settings.REALTIME_PRIVATE_HOSTS = ("127.0.0.1",)
    url, served = free_server
    source = put_source(jakarta, "trains", feed="main", url=url, header_name="X-Key", secret="s3")
    served["body"] = vehicles(NOON, ("a", NOON - 5))
    assert fetch_realtime.fetch_due(NOW) == {"taken": 1, "repeated": 0, "failed": 0}
    assert served["headers"]["X-Key"] == "s3"
    assert fetch_realtime.fetch_due(NOW + timedelta(seconds=5))["taken"] == 0
    again = fetch_realtime.fetch_due(NOW + timedelta(seconds=31))
    assert again == {"taken": 0, "repeated": 1, "failed": 0}
    served["status"] = 302
    assert fetch_realtime.fetch_due(NOW + timedelta(seconds=90))["failed"] == 1
    source.refresh_from_db()
    assert "302" in source.problem


@pytest.fixture
def free_server():
    """A publisher on this machine that answers what the test tells it to."""
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    served = {"body": b"", "status": 200, "headers": {}}

    class Publisher(BaseHTTPRequestHandler):
        def do_GET(self):
            served["headers"] = dict(self.headers)
            self.send_response(served["status"])
            self.send_header("Location", "http://169.254.169.254/")
            self.send_header("Content-Length", str(len(served["body"])))
            self.end_headers()
            self.wfile.write(served["body"])

        def log_message(self, *_):
            return

    server = HTTPServer(("127.0.0.1", 0), Publisher)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
    yield f"http://127.0.0.1:{server.server_port}/feed.pb", served
    server.shutdown()
    server.server_close()


def test_posted_messages_need_the_scope_and_are_answered_by_entity(client, jakarta, source):
    from django.contrib.auth import get_user_model

    from balai.kernel.access.actions import grant_role
    from balai.kernel.access.origin import Origin

    url = "/api/v1/transit/jakarta/realtime/buses"
    made = message(int(datetime.now(UTC).timestamp()))
    update(made, "1", "t", start_time="soon")
    content = made.SerializeToString()
    kind = "application/x-protobuf"
    assert client.post(url, content, content_type=kind).status_code == 401
    user = get_user_model().objects.create_user("room", password="x")
    client.force_login(user)
    assert client.post(url, content, content_type=kind).status_code == 403
    grant_role(user, "transit.control-room", place="jakarta", origin=Origin(channel="test"))
    answer = client.post(url, content, content_type=kind)
    assert answer.status_code == 200, answer.content
    assert answer.json()["problems"][0]["field"] == "trip_update.trip.start_time"
    assert client.post(url, content, content_type=kind).json()["repeated"] is True
    refused = client.post(url, b"nothing", content_type=kind)
    assert refused.status_code in (400, 422)
    assert refused["Content-Type"].startswith("application/problem+json")
    assert client.post(url.replace("buses", "none"), content, content_type=kind).status_code == 404
