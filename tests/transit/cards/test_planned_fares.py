"""A signed-in rider sees the fare of their own card."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from balai.transit.actions.import_feed import Provenance, import_feed
from balai.transit.demo.feed import demo_feed
from balai.transit.models import Entitlement
from balai.transit.queries import planners

pytestmark = pytest.mark.django_db
ASKED = {"start": "Cipete Raya (MRT)", "end": "Monumen Nasional", "on": "2026-11-23", "at": "07:30"}


@pytest.fixture
def page(jakarta, client, monkeypatch, tmp_path, settings):
    kept = dict(planners.planner.__kwdefaults__) | {"patience": 120.0}
    monkeypatch.setattr(planners.planner, "__kwdefaults__", kept)
    settings.MEDIA_ROOT = tmp_path / "files"
    import_feed(demo_feed(), city=jakarta, provenance=Provenance(source="Demo", generated=True))
    client.cookies["language"] = "en"

    def asked(**more):
        return client.get(reverse("transit:plan", args=["jakarta"]), ASKED | more)

    yield asked
    planners.forget()


def test_the_fare_is_that_of_the_own_card_or_of_anybody(page, client, own, rider):
    Entitlement.objects.create(
        city="jakarta", card=own.card, kind="concession", code="elderly", key="one",
        start=datetime(2026, 11, 1, tzinfo=UTC), end=datetime(2026, 12, 31, tzinfo=UTC),
    )  # fmt: skip
    stranger = page()
    assert "your card ending" not in stranger.content.decode()
    assert stranger.context["bill"].total > 0
    client.force_login(rider)
    mine = page()
    assert "For your card ending in 0417" in mine.content.decode()
    assert mine.context["bill"].total == 0
    assert [(row.kind, row.name) for row in mine.context["bill"].lines][-1] == (
        "relief", "Older people",
    )  # fmt: skip
    assert "Cookie" in mine["Vary"]
    anybody = page(card="0")
    assert anybody.context["bill"].total == stranger.context["bill"].total
    assert page(card="999999").context["bill"].total == 0, "no card of theirs: the first that is"
