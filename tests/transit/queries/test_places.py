"""Finding a stop by what people write: a part of its name, a slip of the pen, a position."""

from __future__ import annotations

import pytest

from balai.transit.actions.import_feed import import_feed
from balai.transit.demo.feed import demo_feed
from balai.transit.queries.networks import CityNetwork
from balai.transit.queries.places import find_places, resolve_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(jakarta):
    return CityNetwork((import_feed(demo_feed(), city=jakarta).version,))


def names(feed, text: str) -> list[str]:
    return [place.name for place in find_places(feed, text)]


def test_the_name_itself_comes_first(feed) -> None:
    assert names(feed, "blok m")[0] == "Blok M"


def test_part_of_a_name_in_any_order_is_enough(feed) -> None:
    assert "Monumen Nasional" in names(feed, "nasional monumen")


def test_a_name_with_a_word_too_many_still_finds_its_stop(feed) -> None:
    assert "Kota" in names(feed, "Kota Tua")


def test_a_misspelt_name_finds_its_stop(feed) -> None:
    assert "Harmoni" in names(feed, "Harmony")


def test_a_near_match_is_offered_and_never_taken_for_granted(feed) -> None:
    assert find_places(feed, "Harmony")
    assert resolve_place(feed, "Harmony") is None
    assert resolve_place(feed, "Harmoni").name == "Harmoni"


def test_nothing_like_it_finds_nothing(feed) -> None:
    assert names(feed, "xqzw") == []


def test_a_position_is_its_own_place(feed) -> None:
    assert resolve_place(feed, "-6.2441, 106.7984").point == (-6.2441, 106.7984)
