"""What is granted back in time has the rides since then charged anew, as adjustments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from balai.kernel.jobs.models import Job
from balai.kernel.ledger import queries as ledger
from balai.kernel.problems import ProblemError
from balai.kernel.row_security import rows_of
from balai.transit.actions import price_pending as pricing
from balai.transit.actions.cards import passes
from balai.transit.actions.cards.concessions import apply_for_concession, grant_concession
from balai.transit.actions.cards.loading import load_with_cash
from balai.transit.actions.cards.passes import buy_pass
from balai.transit.engine.concessions import Facts
from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.tariff import Concession, Product
from balai.transit.models import Adjustment, Journey, PendingTap
from balai.transit.queries.cards import balance_of
from balai.transit.queries.tariffs import tariff_on
from transit.conftest import MORNING, NOW

from .conftest import DESK, HOME

pytestmark = pytest.mark.django_db
ELDER = Facts(date(1950, 1, 1), HOME, True)
DAY = MORNING.astimezone(ZoneInfo("Asia/Jakarta")).date()
TITLE = {"id": "Lansia", "en": "Older people"}
MONTH = Product("month", {"id": "Bulanan", "en": "Monthly"}, 40_000, 30, frozenset(Mode))


@pytest.fixture(autouse=True)
def _jakartas_rows(db):
    with rows_of("31"):
        yield


@pytest.fixture
def ridden(own, ride, monkeypatch):
    """A card that paid 5,750 for a ride under a tariff with a concession and a pass."""
    elderly = Concession("elderly", TITLE, frozenset(Mode), percent_off=100)
    tariff = replace(tariff_on("jaklingko-integrated", DAY), concessions=(elderly,),
                     products=(MONTH,))  # fmt: skip
    monkeypatch.setattr(pricing, "_tariff_of", lambda *_: ("jaklingko-integrated", tariff))
    monkeypatch.setattr(passes, "passes_on", lambda city, on: (MONTH,))
    load_with_cash(own, 50_000, key="cash", by=DESK, now=NOW)
    ride()
    assert balance(own) == 44_250
    return own


def balance(card) -> int:
    return balance_of("jakarta", card.card.reference)


def applied(card, person):
    return apply_for_concession(card, "elderly", ELDER, person=person, by=DESK, now=MORNING)


def test_a_concession_since_the_morning_gives_the_mornings_fare_back_once(ridden, person):
    claim = applied(ridden, person)
    grant_concession(claim, ELDER, reason="Register", by=DESK, now=NOW, since=DAY)
    assert Job.objects.filter(name="transit.price-taps").exists()
    done = pricing.price_pending("jakarta", as_of=NOW)
    assert (done.adjustments, done.revenue) == (2, -5750)
    assert balance(ridden) == 50_000
    assert set(Adjustment.objects.values_list("before", "after")) == {(5250, 0), (500, 0)}
    assert Journey.objects.get(void=False).charge == 0
    assert ledger.check().holds
    assert pricing.price_pending("jakarta", as_of=NOW).adjustments == 0


def test_a_concession_from_now_leaves_what_was_ridden(ridden, person):
    grant_concession(applied(ridden, person), ELDER, reason="Register", by=DESK, now=NOW)
    assert not PendingTap.objects.exists()
    assert balance(ridden) == 44_250


@pytest.mark.parametrize("days", [-1, 2])
def test_a_concession_holds_from_no_day_before_the_application_nor_to_come(ridden, person, days):
    with pytest.raises(ProblemError, match="cannot hold"):
        grant_concession(applied(ridden, person), ELDER, reason="Register", by=DESK, now=NOW,
                         since=DAY + timedelta(days=days))  # fmt: skip


def test_a_pass_that_begins_today_covers_todays_rides(ridden):
    buy_pass(ridden.pk, "month", DAY, key="p", by=DESK, now=MORNING + timedelta(hours=3))
    pricing.price_pending("jakarta", as_of=NOW)
    assert balance(ridden) == 10_000
