"""Lists name regions, tariffs and stops as people do, and say how far a clock is off in words."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils.translation import override

from balai.transit.templatetags.transit_names import clock_error
from balai.transit.views.tariff_desk.words import figure_text


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 detik"), (-90, "\u221290 detik"), (120, "2 menit"), (-1500, "\u221225 menit"),
     (7200, "2 jam"), (-1_471_316, "\u221217 hari")],
)  # fmt: skip
def test_a_clock_s_error_is_told_in_its_largest_unit(seconds, told):
    with override("id"):
        assert clock_error(seconds) == told


@pytest.mark.django_db
def test_a_tariff_is_named_by_its_title_and_an_unknown_one_by_its_code():
    shown = Template(
        "{% load transit_names balai %}{% tariff_title name as title %}{{ title|localised }}"
    )
    with override("en"):
        assert shown.render(Context({"name": "ok-otrip-trial"})) == "OK OTrip, trial"
        assert shown.render(Context({"name": "gone-2019"})) == "gone-2019"


@pytest.mark.django_db
def test_a_region_without_a_name_keeps_its_code():
    assert (
        Template("{% load transit_names %}{% region_name '99.99' %}").render(Context()) == "99.99"
    )


def test_hours_of_a_price_end_with_until_not_with_a_place():
    row = {"modes": ["brt"], "from": "05:00", "to": "07:00", "price": 2000}
    with override("id"):
        assert figure_text([row]) == "Moda: BRT; Dari: 05.00; Sampai: 07.00; Harga (Rp): 2.000"


def test_the_demonstration_says_in_indonesian_whose_timetable_it_is():
    shown = Template("{% load transit_names %}{{ credit|feed_words }}")
    told = "Lines and stops: Balai demonstration. PT Kereta, CC BY 4.0"
    with override("id"):
        assert shown.render(Context({"credit": told})) == (
            "Rute dan halte: peragaan Balai. PT Kereta, CC BY 4.0"
        )
    with override("en"):
        assert shown.render(Context({"credit": told})) == told
