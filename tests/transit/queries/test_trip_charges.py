"""A planned trip costs what the same taps are charged."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from balai.transit.actions.import_feed import Provenance, import_feed
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.actions.tariff_versions import draft_version, publish_version, submit_version
from balai.transit.actions.tariffs_in_force import put_in_force
from balai.transit.demo.feed import demo_feed
from balai.transit.engine.tariff_versions import entries_of
from balai.transit.models import Card, Entitlement, Journey, Leg
from balai.transit.queries import planners
from balai.transit.queries.networks import current_network
from balai.transit.queries.places import resolve_place
from balai.transit.queries.tariffs import tariff_for, tariff_law, tariff_on, tariffs_in_force
from balai.transit.queries.trips import NOBODY, Rider, TripRequest, plan_trip
from balai.transit.views.bill import bill

from ..actions.test_tariff_versions import ANNA, BUDI, TITLE, seen

pytestmark = pytest.mark.django_db
JAKARTA = ZoneInfo("Asia/Jakarta")
MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 29)
LATER = datetime(2026, 12, 2, tzinfo=UTC)
ALL = ["brt", "bus", "mikrotrans", "mrt", "lrt", "rail", "royaltrans"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    yield tmp_path_factory.mktemp("files")
    planners.forget()


@pytest.fixture
def network(jakarta, files, settings):
    settings.MEDIA_ROOT = files
    import_feed(demo_feed(), city=jakarta, provenance=Provenance(source="Demo", generated=True))
    return current_network(jakarta)


def in_force(name: str, based_on: str, **changed) -> None:
    """Publish a law's tariff with figures changed, and put it in force."""
    law = tariff_law(based_on)
    found = {key: each.as_dict() for key, each in entries_of(law, date(2026, 11, 1)).items()}
    for key, value in changed.items():
        like = found.get(key) or found["mode_price"]
        found[key] = {**like, "value": value, "from": "2020-01-01", "article": "pasal 2"}
    version = draft_version("jakarta", name, title=TITLE, parameters=found, based_on=based_on,
                            origin=ANNA)  # fmt: skip
    submit_version("jakarta", name, origin=ANNA)
    seen(version)
    publish_version("jakarta", name, origin=BUDI)
    put_in_force("jakarta", name, date(2026, 11, 1))


def planned(
    network, at, *, rider=NOBODY, start="Cipete Raya (MRT)", end="Monumen Nasional", **more
):
    tariff = tariff_on(tariff_for(tariffs_in_force("jakarta"), at.date(), "jakarta"), at.date())
    asked = TripRequest(resolve_place(network, start), resolve_place(network, end), at, **more)
    ready = planners.planner(network, at.date(), tariff, patience=120.0)
    return plan_trip(network, ready, tariff, asked, rider=rider), tariff, ready


def ridden(tap, option, card):
    """The taps that travelling an option makes."""
    rows = []
    for line in option.quote.lines:
        for direction, at in (("in", line.leg.board), ("out", line.leg.alight)):
            km = {"km": line.leg.metres / 1000} if direction == "out" else {}
            rows.append(
                tap(card, 0, direction, line.leg.mode.code, begin=datetime.fromtimestamp(at, UTC),
                    validator=f"V-{card}", **km)
            )  # fmt: skip
    return rows


def charged(rows, card):
    """What the card has been charged in all, and leg by leg, after these taps."""
    if rows:
        told = receive_taps("jakarta", rows, place="31", now=LATER)
        assert told.count("accepted") == len(rows)
        price_pending("jakarta", as_of=LATER)
    return sum(Journey.objects.filter(card_id=card, void=False).values_list("charge", flat=True))


PROMOTION = {"code": "free-noon", "title_id": "Minggu hemat", "title_en": "Thrifty Sunday",
             "first_day": "2026-11-01", "last_day": "2026-12-31", "modes": ["brt", "mrt"],
             "weekdays": ["sun"], "from": "00:00", "to": "23:59", "to_inclusive": True,
             "percent_off": 50}  # fmt: skip
WEEKEND = {"modes": ["brt"], "from": "00:00", "to": "23:59", "to_inclusive": True, "price": 2000,
           "weekdays": ["sat", "sun"]}  # fmt: skip
CAP = {"period": "day", "amount": 9000, "modes": ["brt", "mrt", "bus"]}


@pytest.mark.parametrize("changed", [{}, {"timed_price": [WEEKEND]}, {"promotions": [PROMOTION]}])
@pytest.mark.parametrize("day", [MONDAY, SUNDAY])
def test_each_option_costs_what_its_taps_are_charged(network, tap, changed, day):
    if changed:
        in_force("changed", "jaklingko-integrated", **changed)
    at = datetime.combine(day, datetime.min.time(), JAKARTA) + timedelta(hours=7, minutes=30)
    found, tariff, _ = planned(network, at)
    assert found.options
    for number, option in enumerate(found.options):
        number_on_card = f"6032-{number:04d}"
        receive = ridden(tap, option, number_on_card)
        receive_taps("jakarta", receive, place="31", now=LATER)
        price_pending("jakarta", as_of=LATER)
        legs = Leg.objects.filter(boarding__validator__code=f"V-{number_on_card}")
        told = [(line.charge, line.relief, line.relief_code, line.full_price)
                for line in option.quote.lines]  # fmt: skip
        settled = [(leg.charge, leg.relief, leg.relief_reason, leg.full_price)
                   for leg in legs.order_by("boarding__at")]  # fmt: skip
        assert told == settled
        assert option.fare == sum(charge for charge, *_ in settled) == option.journey.fare
        assert bill(option.quote, tariff, {}, day).total == option.fare
    taken = sum(line.relief for option in found.options for line in option.quote.lines)
    assert bool(taken) == ("promotions" in changed and day == SUNDAY)


def test_prices_of_a_weekend_are_those_of_the_weekend(network):
    in_force("weekend", "jaklingko-integrated", timed_price=[WEEKEND])
    eight = datetime(2026, 11, 23, 8, tzinfo=JAKARTA)
    fares = {}
    for day in (MONDAY, SUNDAY):
        found, _, ready = planned(network, eight.replace(day=day.day), start="Blok M", end="Kota",
                                  modes=frozenset(["brt"]))  # fmt: skip
        fares[day] = {option.fare for option in found.options}
        ends = found.asked.origin.point, found.asked.destination.point
        second = ready.timetable.seconds_at(found.asked.at)
        searched = ready.plan(*ends, second, **found.asked.limits)
        assert fares[day] <= {each.fare for each in searched}, "the search knows the day's prices"
    assert fares == {MONDAY: {3500}, SUNDAY: {2000}}


def test_a_way_that_only_a_promotion_makes_cheap_is_among_the_options(network):
    eight = datetime(2026, 11, 29, 8, tzinfo=JAKARTA)
    free = PROMOTION | {"percent_off": None, "price": 0, "modes": ["brt"]}
    in_force("promoted", "jaklingko-integrated", promotions=[
        {key: value for key, value in free.items() if value is not None}
    ])  # fmt: skip
    found, _, _ = planned(network, eight, start="Blok M", end="Kota")
    assert min(option.fare for option in found.options) == 0
    within, _, _ = planned(network, eight, start="Blok M", end="Kota", max_fare=0)
    assert {option.fare for option in within.options} == {0}


def hold(card: int, code: str) -> Rider:
    Entitlement.objects.create(
        city="jakarta", card_id=card, kind="concession", code=code, key=f"{card}-{code}",
        start=datetime(2026, 11, 1, tzinfo=UTC), end=datetime(2026, 12, 31, tzinfo=UTC),
    )  # fmt: skip
    return Rider(card, frozenset([code]))


@pytest.mark.parametrize("case", ["window", "cap", "concession"])
def test_a_riders_own_card_is_told_what_it_will_be_charged(network, tap, case):
    if case == "cap":
        in_force("capped", "jaklingko-integrated", period_caps=[CAP])
    card_number = "6032-7777"
    begin = datetime(2026, 11, 23, 6, 50, tzinfo=JAKARTA)
    before = [
        tap(card_number, 0, "in", "mrt", begin=begin),
        tap(card_number, 20, "out", "mrt", begin=begin, km=11.0),
    ]
    receive_taps("jakarta", before, place="31", now=LATER)
    card = Card.objects.get().pk
    rider = hold(card, "elderly") if case == "concession" else Rider(card)
    price_pending("jakarta", as_of=LATER)
    at = datetime(2026, 11, 23, 7, 30, tzinfo=JAKARTA)
    found, tariff, _ = planned(network, at, rider=rider, start="Blok M", end="Kota")
    stranger, _, _ = planned(network, at, start="Blok M", end="Kota")
    spent = charged([], card)
    option = found.options[0]
    assert option.quote.lines
    assert option.fare == charged(ridden(tap, option, card_number), card) - spent
    assert bill(option.quote, tariff, {}, MONDAY).total == option.fare
    assert option.fare != stranger.options[0].fare
    if case == "concession":
        assert option.fare == 0
        assert {line.relief_code for line in option.quote.lines} == {"elderly"}


def test_a_walk_costs_nothing(network):
    at = datetime(2026, 11, 23, 7, 30, tzinfo=JAKARTA)
    found, _, _ = planned(network, at, start="Monumen Nasional", end="Monumen Nasional")
    assert [option.fare for option in found.options] == [0]
