"""Two feeds of one city in one settlement day: buses and trains whose ids are the same."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest

from balai.kernel.access.origin import Origin
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.import_feed import import_feed
from balai.transit.actions.realtime_sources import put_source
from balai.transit.actions.settlement.logs import import_log
from balai.transit.actions.settlement.operators import add_contract, add_operator, assign_route
from balai.transit.actions.settlement.runs import service_start
from balai.transit.actions.settlement.settle_day import settle_day
from balai.transit.engine.realtime.messages import TripRef, VehicleReport
from balai.transit.engine.realtime.track import pack
from balai.transit.models import SettledDay, Statement, TrackPart, VerifiedRun
from balai.transit.queries.known_stops import known_stops
from balai.transit.queries.networks import current_network
from balai.transit.queries.settlement.days import reconciliation
from balai.transit.queries.settlement.feeds import owner_of_tapped, routes_of

pytestmark = pytest.mark.django_db
BY = Origin(actor="test", channel="cli")
DAY = date(2026, 11, 20)
BUS = [(-6.20, 106.80), (-6.20, 106.82), (-6.20, 106.84)]
TRAIN = [(-6.30, 106.80), (-6.27, 106.80), (-6.24, 106.80)]
HOURS, LEG_S = (7, 8), 300


def feed(places, more=""):
    """Route 1, which runs its stops s0 to s2 at seven and at eight by trips t7 and t8."""
    stops = "".join(f"s{k},Stop {k},{lat},{lon}\n" for k, (lat, lon) in enumerate(places))
    trips = "".join(f"1,daily,t{hour}\n" for hour in HOURS)
    times = "".join(
        f"t{hour},{clock(hour * 3600 + LEG_S * k)},{clock(hour * 3600 + LEG_S * k)},s{k},{k}\n"
        for hour in HOURS for k in range(len(places))
    )  # fmt: skip
    files = {
        "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\n"
        "a,Agency,https://example.org,Asia/Jakarta\n",
        "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n" + stops,
        "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type\n"
        f"1,a,1,Line 1,3\n{more}",
        "trips.txt": "route_id,service_id,trip_id\n" + trips,
        "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + times,
        "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
        "start_date,end_date\ndaily,1,1,1,1,1,1,1,20260101,20261231\n",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def clock(second):
    return f"{second // 3600:02}:{second % 3600 // 60:02}:{second % 60:02}"


def drive(places, hour, upto=1.0):
    """(second, lat, lon) each minute along the stops, as far as the share `upto` of the way."""
    lasts = int(LEG_S * (len(places) - 1) * upto)
    for since in range(0, lasts + 1, 60):
        leg = min(since // LEG_S, len(places) - 2)
        part = since / LEG_S - leg
        (lat, lon), (lat2, lon2) = places[leg], places[leg + 1]
        yield hour * 3600 + since, lat + (lat2 - lat) * part, lon + (lon2 - lon) * part


def log(places, hour, trip, upto=1.0):
    began = service_start(DAY, city_by_slug("jakarta").zone)
    rows = [f"v1,{(began + timedelta(seconds=s)).isoformat()},{lat:.6f},{lon:.6f},{trip},{DAY}"
            for s, lat, lon in drive(places, hour, upto)]  # fmt: skip
    return "vehicle,at,lat,lon,trip_id,service_day\n" + "\n".join(rows) + "\n"


def tell_live(name, places, hour):
    """Positions as a real-time source of the feed told them, by the feed's own ids."""
    source = put_source("jakarta", f"live-{name}", feed=name)
    began = int(service_start(DAY, city_by_slug("jakarta").zone).timestamp())
    told = [
        VehicleReport(entity="e", vehicle="v1", at=began + s, lat=lat, lon=lon,
                      trip=TripRef(trip_id=f"t{hour}", start_date=DAY))
        for s, lat, lon in drive(places, hour)
    ]  # fmt: skip
    TrackPart.objects.create(city="jakarta", day=DAY, source=source, positions=len(told),
                             content=pack(told), received_at=service_start(DAY, city_by_slug(
                                 "jakarta").zone))  # fmt: skip


def engage(code, kind, route, rate):
    own = add_operator("jakarta", code, name=f"PT {code}", kind=kind, joined_on=date(2018, 1, 15),
                       by=BY)  # fmt: skip
    made = add_contract(own, f"K/{code}", model="gross", start=date(2018, 1, 15), article="1",
                        terms={"rate_per_km": rate}, by=BY)  # fmt: skip
    return assign_route(made, route, start=date(2018, 1, 15), by=BY)


@pytest.fixture
def city(jakarta):
    import_feed(feed(BUS), city="jakarta")
    import_feed(feed(TRAIN, more="M9,a,M9,Line M9,1\n"), city="jakarta", name="mrt")
    assert engage("bus", "bus", "main:1", "1000").route_id == "1"
    assert engage("train", "rail", "mrt:1", "2000").route_id == "mrt:1"
    return "jakarta"


def runs():
    rows = VerifiedRun.objects.order_by("trip_id").values_list(
        "operator__code", "route_id", "trip_id", "state"
    )
    return list(rows)


def test_each_feed_is_matched_with_its_own_reports(city):
    import_log(city, log(BUS, 7, "t7").encode(), name="bus.csv", by=BY)
    tell_live("mrt", TRAIN, 8)
    done = settle_day(city, DAY, by="one")
    assert runs() == [
        ("train", "mrt:1", "mrt:t7", "missed"),
        ("train", "mrt:1", "mrt:t8", "full"),
        ("bus", "1", "t7", "full"),
        ("bus", "1", "t8", "missed"),
    ]
    train = VerifiedRun.objects.get(trip_id="mrt:t8")
    assert (train.first_stop, train.last_stop) == ("mrt:s0", "mrt:s2")
    assert done.runs == 4
    settled = SettledDay.objects.get()
    assert settled.status_counts["counted"] == settled.reports == 22
    assert set(settled.rules["feeds"]) == {"main", "mrt"}
    for code, rate in (("bus", 1000), ("train", 2000)):
        statement = Statement.objects.get(operator__code=code)
        metres = VerifiedRun.objects.get(operator__code=code, state="full").scheduled_m
        assert statement.verified_m == metres > 4000
        assert statement.pay == round(metres * rate / 1000)
    assert not [each for each in reconciliation(city, DAY) if each.residual]


def test_an_operators_log_names_its_feed(city):
    import_log(city, log(TRAIN, 7, "mrt:t7").encode(), name="train.csv", by=BY)
    import_log(city, log(BUS, 7, "main:t7", upto=0.6).encode(), name="bus.csv", by=BY)
    settle_day(city, DAY, by="one")
    states = {trip: state for _, _, trip, state in runs()}
    assert (states["mrt:t7"], states["t7"]) == ("full", "part")
    assert (states["mrt:t8"], states["t8"]) == ("missed", "missed")


def test_a_trip_that_only_one_feed_knows_needs_no_name(city):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(feed(TRAIN))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).decode().replace("t7", "m7"))
    import_feed(out.getvalue(), city=city, name="mrt")
    import_log(city, log(TRAIN, 7, "m7").encode(), name="train.csv", by=BY)
    settle_day(city, DAY, by="one")
    assert VerifiedRun.objects.get(trip_id="mrt:m7").state == "full"
    assert VerifiedRun.objects.get(trip_id="t7").state == "missed"


def test_a_second_feed_changes_nothing_for_the_first(jakarta):
    import_feed(feed(BUS), city="jakarta")
    engage("bus", "bus", "1", "1000")
    import_log("jakarta", log(BUS, 7, "t7").encode(), name="bus.csv", by=BY)
    settle_day("jakarta", DAY, by="one")
    before = runs()
    import_feed(feed(TRAIN), city="jakarta", name="mrt")
    assert settle_day("jakarta", DAY, by="one").statements == 0
    assert runs() == sorted(before * 2, key=lambda row: row[2])


def test_a_taps_route_finds_its_operator_by_name_or_as_the_only_one(city):
    assert ("mrt:M9", "M9 Line M9 (mrt)") in routes_of(city)
    owner = owner_of_tapped(current_network(city), {"1", "mrt:1", "mrt:M9"})
    assert [owner(each) for each in ("1", "main:1", "mrt:1", "M9", "other")] == [
        "1", "1", "mrt:1", "mrt:M9", "other",
    ]  # fmt: skip
    known = known_stops(city)
    assert {"1", "mrt:1", "mrt:M9", "M9"} == set(known.routes.to_pylist())
    assert known.positions["mrt:s0"] == TRAIN[0]
