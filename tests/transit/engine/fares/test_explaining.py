"""A charge tells which window, concession or cap decided it."""

from __future__ import annotations

import numpy as np

from balai.transit.engine.fares import IN, UNKNOWN, Holdings, price_taps
from balai.transit.engine.fares.explaining import explain, explain_boarding
from balai.transit.engine.fares.reference import Tap
from balai.transit.engine.fares.taps import Reason
from transit.engine.fares.shipped import NOON, arrays, shipped

TITLE = {"title_id": "Lanjut usia", "title_en": "Older people"}
GROUP = {"code": "elderly", **TITLE, "modes": ["brt", "bus"], "percent_off": 100}


def test_a_capped_boarding_tells_when_its_window_opened_and_the_cap() -> None:
    tariff = shipped("ok-otrip-trial")
    taps = [Tap(1, NOON + 600 * n, IN, 1, UNKNOWN, n) for n in range(3)]
    charges = price_taps(arrays(taps), tariff)
    (first,), (second,), (third,) = (explain(charges, row, tariff) for row in range(3))
    assert (first.amount, first.reason, first.opened) == (3500, Reason.FULL_PRICE, None)
    assert (second.amount, second.opened, second.seconds) == (1500, NOON, 10_800)
    assert (third.amount, third.reason, third.limit) == (0, Reason.CAP_REACHED, 5000)


def test_a_concession_and_a_days_cap_tell_what_they_took_off() -> None:
    caps = [{"period": "day", "amount": 5000, "modes": ["brt", "bus"]}]
    tariff = shipped("transjakarta", concessions=[GROUP], period_caps=caps)
    taps = [Tap(card, NOON + 600 * n, IN, 1, UNKNOWN, n) for card in (0, 1) for n in (0, 1)]
    one, zero = np.array([1]), np.array([0])
    charges = price_taps(arrays(taps), tariff, holdings=Holdings(one, zero, zero, one * 2**40))
    rule, capped = explain(charges, 1, tariff)
    assert (rule.amount, rule.reason) == (3500, Reason.FULL_PRICE)
    assert (capped.kind, capped.amount, capped.period, capped.limit) == ("cap", 2000, "day", 5000)
    _, group = explain(charges, 2, tariff)
    assert (group.kind, group.amount, group.code) == ("concession", 3500, "elderly")
    assert dict(group.title)["en"] == "Older people"


def test_a_relief_the_tariff_no_longer_has_is_told_by_its_code() -> None:
    told = explain_boarding(
        shipped("transjakarta"), Reason.FULL_PRICE, 0, opened=NOON, relief=3500, relief_code="gone"
    )
    assert [(each.amount, each.code) for each in told] == [(3500, ""), (3500, "gone")]
