"""What settlement refuses is said in the reader's language, with the figures it names."""

from __future__ import annotations

import pytest
from django.utils import translation

from balai.transit.queries.settlement.refusals import WORDS, said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("is missing", "belum ada"),
        ("699999 IDR is not the amount of the payout, 700000",
         "699999 IDR bukan jumlah pembayarannya, 700000"),
        ("2026-11-23 is settled once it has ended.",
         "2026-11-23 diselesaikan setelah harinya berakhir."),
        ("7h is not a time of day", "7h bukan jam dalam sehari"),
        ("has no bank account", "belum punya rekening bank"),
        ("is none of brt, bus", "tidak termasuk brt, bus"),
        ("words that nobody knows", "words that nobody knows"),
        ("", ""),
    ],
)  # fmt: skip
def test_words_and_their_figures_are_translated(text, told):
    with translation.override("id"):
        assert said(text) == told
    with translation.override("en"):
        assert said(text) == text


def test_every_word_has_its_indonesian():
    with translation.override("id"):
        same = [word for word in WORDS if translation.gettext(word) == word]
    assert same == []
