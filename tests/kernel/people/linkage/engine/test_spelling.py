"""Names as they sound, whatever they were written like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.people.linkage.engine.spelling import skeleton, sounding, without_titles


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SOEKARNO", "Sukarno"), ("DJOKO TJAHYONO", "Joko Cahyono"), ("CHAIRUL", "KHAIRUL"),
        ("MUH. RIZAL", "Muhammad Rizal"), ("Hj. St. Aminah, S.Pd.", "SITI AMINAH"),
        ("Drs. H. Abd. Rahman, M.Si", "ABDUL RAHMAN"), ("Aisyah", "Aisya"),
        ("Rachmatt", "Rahmat"), ("Noer Hidajat", "NUR HIDAJAT"), ("Ahmad  Yani ", "AHMAD YANI"),
    ],
)  # fmt: skip
def test_two_spellings_of_a_name_sound_alike(one, other):
    assert sounding(one) == sounding(other)


@pytest.mark.parametrize(("one", "other"), [("RINA", "RINI"), ("HASAN", "HUSEIN")])
def test_two_names_stay_two(one, other):
    assert sounding(one) != sounding(other)


def test_a_name_that_is_a_title_alone_is_kept():
    assert without_titles("HAJI") == "HAJI"
    assert without_titles("Ir. Agus, S.T.") == "AGUS"


@given(st.text(max_size=60))
def test_any_text_has_a_sound_and_hearing_it_again_changes_nothing_of_its_words(text):
    assert sounding(text) == sounding(text.lower()) or not text.isascii()
    assert isinstance(skeleton(text), str)
