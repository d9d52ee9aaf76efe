"""Residents read a tariff in their own language: its figures, its articles and its sources."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext, override

from balai.kernel.laws import laws_under
from balai.transit.templatetags.tariffs import APART, LAW_WORDS, kept_day, law_text
from balai.transit.views.tariff_desk.words import figure_text


def clauses() -> set[str]:
    return {
        clause
        for law in laws_under("transit/tariff")
        for parameter in law.parameters.values()
        for dated in parameter.values
        for text in (dated.article, dated.source)
        for clause in text.split(APART)
    }


def test_every_clause_of_the_laws_is_said_in_indonesian():
    assert clauses() == set(LAW_WORDS)
    with override("id"):
        assert [clause for clause in LAW_WORDS if gettext(clause) == clause] == []


def test_a_clause_that_an_officer_wrote_stays_as_written():
    with override("id"):
        assert law_text("three hours; Pergub 7/2027") == "tiga jam; Pergub 7/2027"


@pytest.mark.parametrize(
    ("value", "unit", "indonesian", "english"),
    [
        (5000, "IDR", "Rp5.000", "Rp5,000"),
        (250, "IDR/km", "Rp250/km", "Rp250/km"),
        (10_800, "s", "3 jam", "3 hours"),
        (2700, "s", "45 menit", "45 minutes"),
        (0, "s", "0 detik", "0 seconds"),
        (1.3, "km", "1,3 km", "1.3 km"),
        (32, "km", "32 km", "32 km"),
        ("farthest-leg", "", "seperti ruas terjauh", "as the farthest leg"),
        (["brt", "rail"], "", "BRT, kereta", "BRT, train"),
        ([], "", "tidak ada", "none"),
        ({"rail": 3000, "brt": 3500}, "IDR", "BRT: Rp3.500\nkereta: Rp3.000",
         "BRT: Rp3,500\ntrain: Rp3,000"),
        ({"brt": "regular"}, "", "BRT: reguler", "BRT: regular"),
        (True, "", "ya", "yes"),
    ],
)  # fmt: skip
def test_a_figure_is_written_as_its_reader_writes_it(value, unit, indonesian, english):
    with override("id"):
        assert figure_text(value, unit) == indonesian
    with override("en"):
        assert figure_text(value, unit) == english


def test_a_concession_is_told_by_its_title_not_its_code():
    row = {"code": "elderly", "title_id": "Lanjut usia", "title_en": "Older people",
           "modes": ["brt"], "percent_off": 100}  # fmt: skip
    with override("en"):
        assert figure_text([row], "IDR") == "Older people. Modes: BRT; Percent off: 100"


def test_where_a_figure_comes_from_is_dated_as_people_write_it():
    with override("id"):
        assert kept_day("2022-08-11") == "11 Agustus 2022"
        assert kept_day("soon") == "soon"
